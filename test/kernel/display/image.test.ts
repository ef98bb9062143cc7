import { expect } from "chai";
import { decode } from "fast-png";
import { colormap } from "../../../kernel/display/colormap.js";
import { type ImageOptions, image } from "../../../kernel/display/image.js";
import { enlarged, picturesOf, shadeText } from "../../../kernel/display/pixels.js";
import { ofValue } from "../../../lang/tensor.js";
import { hostValue } from "../../../lang/value.js";

type Source = Parameters<typeof image>[0];

/** The picture read back by the library's own decoder: size and colours of the pixels. */
function decoded(source: Source, options: ImageOptions = {}) {
  const { width, height, data } = decode(
    Buffer.from(String(image(source, options).bundle.data["image/png"]), "base64"),
  );
  const pixels = Array.from({ length: width * height }, (_, i) => [
    ...data.subarray(i * 4, i * 4 + 4),
  ]);
  return { size: [height, width], pixels };
}

const value = (dtype: "f32" | "u8", shape: readonly number[], data: readonly number[]) =>
  hostValue(dtype, shape, dtype === "u8" ? Uint8Array.from(data) : Float32Array.from(data));

describe("display/image: shapes", () => {
  const table: readonly [shape: number[], read: string | null][] = [
    [[5, 7], "1 × 5 × 7 × 1"],
    [[5, 7, 3], "1 × 5 × 7 × 3"],
    [[5, 7, 1], "1 × 5 × 7 × 1"],
    [[9, 5, 7], "9 × 5 × 7 × 1"],
    [[9, 5, 7, 4], "9 × 5 × 7 × 4"],
    [[9, 5, 7, 2], null],
    [[5], null],
    [[2, 9, 5, 7, 3], null],
    [[0, 5, 7], null],
  ];
  for (const [shape, read] of table) {
    it(`[${shape}] → ${read}`, () => {
      const size = shape.reduce((a, b) => a * b, 1);
      const found = picturesOf(value("f32", shape, new Array(size).fill(0)));
      const text = found && [found.count, found.height, found.width, found.channels].join(" × ");
      expect(text).to.equal(read);
    });
  }
});

describe("display/image: pixels", () => {
  const black = [0, 0, 0, 255];
  const white = [255, 255, 255, 255];
  const one = { scale: 1 };
  it("floats span what is there", () => {
    expect(decoded([[-1, 0, 1]], one)).to.deep.equal({
      size: [1, 3],
      pixels: [black, [128, 128, 128, 255], white],
    });
  });
  it("min and max clip", () => {
    expect(decoded([[-9, 9]], { ...one, min: 0, max: 1 }).pixels).to.deep.equal([black, white]);
  });
  it("bytes are 0 … 255", () => {
    const bytes = [new Uint8Array([0, 51, 255])];
    expect(decoded(bytes, one).pixels[1]).to.deep.equal([51, 51, 51, 255]);
  });
  it("colours and transparency", () => {
    expect(decoded([[[1, 0.2, 0]]], one).pixels).to.deep.equal([[255, 51, 0, 255]]);
    expect(decoded([[[1, 0, 0, 0.4]]], one).pixels).to.deep.equal([[255, 0, 0, 102]]);
  });
  it("NaN is transparent", () => {
    expect(decoded([[Number.NaN, 0, 1]], one).pixels[0][3]).to.equal(0);
  });
  it("diverging is symmetric about zero", () => {
    const [low, zero] = decoded([[-1, 0, 0.5]], { ...one, colormap: "diverging" }).pixels;
    expect(low).to.deep.equal([...colormap("diverging")[0], 255]);
    expect(Math.min(...zero)).to.be.greaterThan(240);
  });
  it("a constant picture is dark, not an error", () => {
    expect(decoded([[3, 3]], one).pixels).to.deep.equal([black, black]);
  });
  it("small pictures are enlarged in squares", () => {
    const { size, pixels } = decoded([[0, 1]]);
    expect(size).to.deep.equal([56, 112]);
    expect(pixels[55]).to.deep.equal(black);
    expect(pixels[56]).to.deep.equal(white);
    const doubled = enlarged({ width: 1, height: 1, data: new Uint8Array([1, 2, 3, 4]) }, 2);
    expect([...doubled.data]).to.deep.equal([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4]);
  });
  it("a batch is tiled with transparent gaps", () => {
    const { size, pixels } = decoded([[[0, 0]], [[1, 1]], [[1, 1]]], { ...one, columns: 2 });
    expect(size).to.deep.equal([1 + 4 + 1, 2 + 4 + 2]);
    const gap = [0, 0, 0, 0];
    expect(pixels.slice(0, 8)).to.deep.equal([black, black, gap, gap, gap, gap, white, white]);
    expect(pixels.slice(40, 43)).to.deep.equal([white, white, gap]);
  });
  it("a tensor", () => {
    expect(decoded(ofValue(value("f32", [1, 2], [0, 1])), one).pixels).to.deep.equal([
      black,
      white,
    ]);
  });
});

describe("display/image: around it", () => {
  it("text says what it is and draws it", () => {
    const { data } = image([
      [0, 0, 1, 1],
      [0, 0, 1, 1],
    ]).bundle;
    expect(data["text/plain"]).to.equal("image 2 × 4 gray · f32, 0 … 1\n  ██");
  });
  it("captions make an HTML grid, escaped", () => {
    const { data } = image([[[0, 0]], [[1, 1]]], { captions: ["<a>", 7] }).bundle;
    expect(data["text/html"]).to.include("<figcaption>&lt;a&gt;</figcaption>").and.include(">7<");
    expect(data["text/plain"]).to.match(/^image 2 × 1 × 2 .*<a>/s);
  });
  it("wide pictures are averaged to 72 columns", () => {
    const text = shadeText({
      width: 720,
      height: 40,
      data: new Uint8Array(720 * 40 * 4).fill(255),
    });
    expect(text.split("\n").map((line) => line.length)).to.deep.equal([72, 72]);
  });
  it("files are known by their first bytes", () => {
    const png = Buffer.from(String(image([[0]]).bundle.data["image/png"]), "base64");
    expect(image(new Uint8Array(png)).bundle.data).to.have.keys("image/png", "text/plain");
    const drawing = image(Buffer.from("<?xml version='1.0'?><svg/>")).bundle.data;
    expect(drawing["image/svg+xml"]).to.equal("<?xml version='1.0'?><svg/>");
  });
  const mistakes: readonly [string, () => unknown, string][] = [
    ["a vector", () => image([1, 2]), "image: cannot draw f32 [2]"],
    ["unknown bytes", () => image(new Uint8Array(9)), "none of PNG, JPEG"],
    ["a fraction as scale", () => image([[1]], { scale: 1.5 }), "scale is 1.5; expected a whole"],
    ["no file", () => image("nowhere.png"), "ENOENT"],
    [
      "an unknown colormap",
      () => Reflect.apply(image, null, [[[1]], { colormap: "jet" }]),
      'unknown colormap "jet"; there are gray,',
    ],
  ];
  for (const [name, run, message] of mistakes) it(name, () => expect(run).to.throw(message));
});
