import { inspect } from "node:util";
import { expect } from "chai";
import fc from "fast-check";
import { toMimeBundle } from "../../../kernel/display/bundle.js";
import { html, json, latex, markdown, svg } from "../../../kernel/display/rich.js";

const data = (value: unknown): Readonly<Record<string, unknown>> => toMimeBundle(value)?.data ?? {};

describe("display/rich", () => {
  it("html escapes what is interpolated", () => {
    expect(data(html`<b title="${'"'}">${"<script>"}</b>`)["text/html"]).to.equal(
      '<b title="&quot;">&lt;script&gt;</b>',
    );
  });
  it("html nests displays, arrays and nothing", () => {
    const items = [html`<li>${1}</li>`, html`<li>${"&"}</li>`];
    expect(data(html`<ul>${items}${null}${false}</ul>${svg("<svg/>")}`)["text/html"]).to.equal(
      "<ul><li>1</li><li>&amp;</li></ul><svg/>",
    );
  });
  it("html's text is its words", () => {
    const shown = html("<style>p{}</style><p>a &lt; b</p><p>c</p>");
    expect(data(shown)["text/plain"]).to.equal("a < b\nc");
    expect(inspect(shown)).to.equal("a < b\nc");
  });
  it("no interpolated string opens a tag", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(data(html`<p>${text}</p>`)["text/html"]).to.match(/^<p>[^<>]*<\/p>$/s);
      }),
    );
  });
  it("svg is named by its title", () => {
    const drawing = svg`<svg><title>A graph</title></svg>`;
    expect(data(drawing)["text/plain"]).to.equal("[A graph]");
    expect(data(drawing)["image/svg+xml"]).to.equal("<svg><title>A graph</title></svg>");
  });
  it("markdown and latex keep backslashes", () => {
    expect(data(markdown`$\alpha$ = \`${2}\``)["text/markdown"]).to.equal("$\\alpha$ = `2`");
    expect(data(latex`\frac{${1}}{x}`)["text/latex"]).to.equal("$$\\frac{1}{x}$$");
    expect(data(latex("$x$"))["text/latex"]).to.equal("$x$");
  });
  it("json", () => {
    expect(data(json({ a: [1] }))["application/json"]).to.deep.equal({ a: [1] });
    expect(() => json(undefined)).to.throw(TypeError, "json: undefined is not data");
  });
});
