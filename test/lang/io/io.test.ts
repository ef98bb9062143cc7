/** Reading files that NumPy wrote, and reading back what we write. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { nestedOf } from "../../../lang/data.js";
import { bytesOf, type DType, dtypes, hostArray, hostView, isBig } from "../../../lang/dtype.js";
import { HypatiaError, load, loadArchive, save, saveArchive, tensor } from "../../../lang/index.js";
import { formatIdx, parseIdx } from "../../../lang/io/idx.js";
import { formatNpy, parseNpy } from "../../../lang/io/npy.js";
import { formatNpz, parseNpz } from "../../../lang/io/npz.js";
import { hostValue, type Value } from "../../../lang/value.js";
import { need, python, root } from "../../needs.js";

const path = (file: string): string => join(root, "test", "lang", "io", "fixtures", file);
const fixture = (file: string): Uint8Array => readFileSync(path(file));
const shown = ({ dtype, shape, data }: Value) => [dtype, shape, Array.from(data, String)];

const counting = ["0", "1", "2", "3", "4", "5"];
const codes: [code: string, dtype: DType][] = [
  ["b1", "bool"],
  ["u1", "u8"],
  ["u2", "u16"],
  ["u4", "u32"],
  ["u8", "u64"],
  ["i1", "i8"],
  ["i2", "i16"],
  ["i4", "i32"],
  ["i8", "i64"],
  ["f4", "f32"],
  ["f8", "f64"],
];

describe("npy", () => {
  for (const [code, dtype] of codes) {
    const elements = dtype === "bool" ? ["0", "1", "0", "1", "0", "1"] : counting;
    it(`reads ${dtype}`, () =>
      expect(shown(parseNpy(fixture(`${code}.npy`)))).to.deep.equal([dtype, [2, 3], elements]));
    if (bytesOf(dtype) > 1)
      it(`reads ${dtype}, big-endian`, () =>
        expect(shown(parseNpy(fixture(`${code}-big.npy`)))).to.deep.equal([
          dtype,
          [2, 3],
          elements,
        ]));
  }

  const special: [file: string, expected: unknown][] = [
    ["scalar.npy", ["f64", [], ["2.5"]]],
    ["vector.npy", ["i32", [3], ["1", "2", "3"]]],
    ["empty.npy", ["f32", [0, 3], []]],
    ["extremes.npy", ["f64", [5], ["NaN", "Infinity", "-Infinity", "0", "5e-324"]]],
    ["wide.npy", ["i64", [2], ["-9223372036854775808", "9223372036854775807"]]],
    ["version2.npy", ["f32", [2, 3], counting]],
    ["version3.npy", ["f32", [2, 3], counting]],
    ["fortran.npy", ["f32", [2, 3, 4], Array.from({ length: 24 }, (_, i) => String(i))]],
  ];
  for (const [file, expected] of special)
    it(`reads ${file}`, () => expect(shown(parseNpy(fixture(file)))).to.deep.equal(expected));

  it("keeps the sign of zero", () =>
    expect(Object.is(parseNpy(fixture("extremes.npy")).data[3], -0)).to.equal(true));

  const wrong: [what: string, bytes: () => Uint8Array, message: RegExp][] = [
    ["half.npy", () => fixture("half.npy"), /dtype.*\n.*'<f2'/],
    ["complex.npy", () => fixture("complex.npy"), /dtype.*\n.*'<c8'/],
    ["text.npy", () => fixture("text.npy"), /dtype.*\n.*'<U3'/],
    ["record.npy", () => fixture("record.npy"), /dtype.*\n.*\('a', '<i4'\)/],
    ["no bytes", () => new Uint8Array(), /not a \.npy file\n.*empty/],
    ["text", () => new TextEncoder().encode("hello world"), /not a \.npy file/],
    ["version 9", () => fixture("f4.npy").with(6, 9), /version 9/],
    ["no header", () => fixture("f4.npy").subarray(0, 9), /truncated\n.*got: +9 bytes/],
    ["half a header", () => fixture("f4.npy").subarray(0, 40), /truncated\n.*\n.*the header/],
    ["no shape", () => fixture("f4.npy").with(fixture("f4.npy").indexOf(40), 91), /damaged/],
    [
      "one byte too few",
      () => fixture("f4.npy").subarray(0, -1),
      /truncated\n.*got: +151 bytes\n.*152 bytes for f32 \[2, 3\]/,
    ],
  ];
  for (const [what, bytes, message] of wrong)
    it(`refuses ${what}`, () => expect(() => parseNpy(bytes())).to.throw(HypatiaError, message));

  it("reads back what it writes", () => fc.assert(fc.property(anyValue, roundTrips)));

  function roundTrips(value: Value): void {
    const bytes = formatNpy(value);
    expect((bytes.length - value.data.byteLength) % 64).to.equal(0);
    expect(shown(parseNpy(bytes))).to.deep.equal(shown(value));
  }

  it("is read by NumPy", function () {
    need(this, "Jupyter");
    const folder = mkdtempSync(join(tmpdir(), "hypatia-"));
    try {
      const names = Object.keys(dtypes);
      for (const dtype of Object.keys(dtypes) as DType[]) {
        const data = hostArray(dtype, 6);
        data[0] = isBig(dtype) ? 1n : 1;
        writeFileSync(join(folder, `${dtype}.npy`), formatNpy(hostValue(dtype, [2, 3], data)));
      }
      const script = `import numpy, sys
for name in sys.argv[2:]:
    a = numpy.load(sys.argv[1] + "/" + name + ".npy")
    print(name, a.dtype, a.shape, int(a.ravel()[0]), int(a.sum()))`;
      const run = spawnSync(python, ["-c", script, folder, ...names], { encoding: "utf8" });
      const kinds = { b: "bool", u: "uint", i: "int", f: "float" };
      const lines = names.map((name) => {
        const kind = kinds[name[0] as keyof typeof kinds];
        return `${name} ${name === "bool" ? kind : kind + name.slice(1)} (2, 3) 1 1`;
      });
      expect(run.stdout.trim().split("\n"), run.stderr).to.deep.equal(lines);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** A value of any dtype and of up to three axes, some of them empty. */
const anyValue = fc
  .record({
    dtype: fc.constantFrom(...(Object.keys(dtypes) as DType[])),
    shape: fc.array(fc.nat(3), { maxLength: 3 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((a, b) => a * b, bytesOf(dtype));
    return fc
      .uint8Array({ minLength: length, maxLength: length, max: dtype === "bool" ? 1 : 255 })
      .map((bytes) => hostValue(dtype, shape, hostView(dtype, bytes.slice().buffer)));
  });

describe("npz", () => {
  for (const file of ["stored.npz", "compressed.npz"])
    it(`reads ${file}`, () => {
      const { w, b } = parseNpz(fixture(file));
      expect(shown(w)).to.deep.equal(["f32", [2, 3], counting]);
      expect(nestedOf(b)).to.deep.equal([true, false]);
    });

  for (const compress of [true, false])
    it(`reads back what it writes, ${compress ? "compressed" : "stored"}`, () =>
      fc.assert(
        fc.property(anyValue, anyValue, (w, b) => {
          const read = parseNpz(formatNpz({ w, "layer/b": b }, { compress }));
          expect(shown(read.w)).to.deep.equal(shown(w));
          expect(shown(read["layer/b"])).to.deep.equal(shown(b));
        }),
        { numRuns: 25 },
      ));

  const wrong: [what: string, bytes: () => Uint8Array, message: RegExp][] = [
    ["a .npy file", () => fixture("f4.npy"), /not an \.npz file/],
    ["half an archive", () => fixture("compressed.npz").subarray(0, 200), /damaged or truncated/],
  ];
  for (const [what, bytes, message] of wrong)
    it(`refuses ${what}`, () => expect(() => parseNpz(bytes())).to.throw(HypatiaError, message));
});

describe("idx", () => {
  for (const code of ["u1", "i1", "i2", "i4", "f4", "f8"])
    it(`reads and writes ${code}`, () => {
      const value = parseIdx(fixture(`${code}.idx`));
      expect(shown(value).slice(1)).to.deep.equal([[2, 3], counting]);
      expect(formatIdx(value)).to.deep.equal(new Uint8Array(fixture(`${code}.idx`)));
    });

  const wrong: [what: string, run: () => unknown, message: RegExp][] = [
    ["a .npy file", () => parseIdx(fixture("f4.npy")), /not an IDX file/],
    ["a missing byte", () => parseIdx(fixture("u1.idx").subarray(0, -1)), /truncated\n.*17 bytes/],
    ["one byte more", () => parseIdx(new Uint8Array([...fixture("u1.idx"), 0])), /too long/],
    ["a cut header", () => parseIdx(fixture("u1.idx").subarray(0, 7)), /truncated\n.*\n.*header/],
    ["i64", () => formatIdx(hostValue("i64", [0], new BigInt64Array())), /cannot hold i64/],
  ];
  for (const [what, run, message] of wrong)
    it(`refuses ${what}`, () => expect(run).to.throw(HypatiaError, message));
});

describe("files", () => {
  const folder = mkdtempSync(join(tmpdir(), "hypatia-"));
  const at = (name: string): string => join(folder, name);
  after(() => rmSync(folder, { recursive: true }));
  const x = tensor([[1, 2, 3]]);

  for (const name of ["x.npy", "x.npy.gz", "x.idx", "x-idx2-float.gz"])
    it(`saves and loads ${name}`, () => {
      save(at(name), x);
      expect(String(load(at(name)))).to.equal("f32 [1, 3]");
      expect(load(at(name)).toArray()).to.deep.equal([[1, 2, 3]]);
    });

  it("loads gzipped IDX", () => expect(String(load(path("u1.idx.gz")))).to.equal("u8 [2, 3]"));

  it("saves and loads archives", () => {
    saveArchive(at("x.npz"), { x });
    expect(loadArchive(at("x.npz")).x.toArray()).to.deep.equal([[1, 2, 3]]);
  });

  const cutGzip = () => {
    writeFileSync(at("cut.gz"), fixture("u1.idx.gz").subarray(0, 20));
    load(at("cut.gz"));
  };
  const wrong: [what: string, run: () => unknown, message: RegExp][] = [
    ["loading an archive as one tensor", () => load(path("stored.npz")), /loadArchive/],
    ["loading text", () => load(path("../io.test.ts")), /not a file of one tensor.*it is text/s],
    ["saving under an unknown ending", () => save(at("x.csv"), x), /which format/],
    ["a cut gzip file", cutGzip, /damaged or truncated/],
  ];
  for (const [what, run, message] of wrong)
    it(`refuses ${what}`, () => expect(run).to.throw(HypatiaError, message));
});
