/**
 * Text from data that wants to be more: markup, commands to a terminal, commands to TeX, C. Each
 * of it goes each way on which data reach a front end, a terminal or a compiler.
 */
import { expect } from "chai";
import * as hypatia from "../../backends/hypatia.js";
import { lower } from "../../compiler/lower.js";
import { optimize } from "../../compiler/passes.js";
import { printKernel } from "../../compiler/print/c-kernel.js";
import { renderDiagnostics, toCellError } from "../../kernel/cell/errors.js";
import { toMimeBundle } from "../../kernel/display/bundle.js";
import { setOutputs } from "../../kernel/display/channel.js";
import { html, image, latex, markdown, plot, progress, svg } from "../../kernel/display/index.js";
import { deathError } from "../../kernel/front/death.js";
import { inspectionData } from "../../kernel/front/inspection.js";
import type { CellError } from "../../kernel/types.js";
import { slider } from "../../kernel/widgets/controls.js";
import { decode, encode } from "../../kernel/wire/message.js";
import { createSigner } from "../../kernel/wire/signature.js";
import { parseNpy } from "../../lang/io/npy.js";
import { recordingOutputs } from "./display/sink.js";
import { startFront } from "./widgets/front.js";

type Data = Readonly<Record<string, unknown>>;

const hostile: Readonly<Record<string, string>> = {
  "an element": "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "an attribute's end": `" onmouseover="alert(1)" x='`,
  "another attribute's end": `' onmouseover='alert(1)' x="`,
  "ends of other kinds": "--></title></style></math></svg>]]><b>",
  "an entity": "&lt;b&gt;&#60;",
  "a colour": "\x1b[31mred\x1b[2J",
  "a window's title": "\x1b]0;owned\x07\x9d0;owned\x9c",
  "a link": "\x1b]8;;javascript:alert(1)\x1b\\here",
  "C1 controls": "\x9b31m\x85\x90\x8e",
  "an overwritten line": "harmless\rowned",
  backspaces: "harmless\b\b\b\b\x7f",
  "another direction": "admin\u202e\u2066 // \u2069\u2066",
  "a NUL": "a\0b",
  "halves of characters": "\ud83d x \udcff",
  "a command of TeX": "\\href{javascript:alert(1)}{x}$$ \\def\\x{}",
  "a fence's end": "x\n```\n<img src=x onerror=alert(1)>\n````",
  "a second line of C": "n\n  __builtin_trap(); //\\",
  "very much": "A".repeat(300_000),
};
const harmless = "harmless";

const thrown = (run: () => unknown): unknown => {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};
const inCell = (error: unknown): Data => ({ ...toCellError(error, new Map()) });
const inSession = ({ ename, evalue, traceback }: CellError): Data => ({ ename, evalue, traceback });
const shown = (value: unknown): Data => toMimeBundle(value)?.data ?? {};
const { symbol, shared, compile, add, exp, zeros, matrix, config } = hypatia;

/** A file of one array whose header says `descr` about it. */
function npy(descr: string): Uint8Array {
  const header = Buffer.from(`{'descr': '${descr}', 'fortran_order': False, 'shape': (1,)}`);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x03\x00", "latin1"), size, header]);
}

/** What is seen of a text that came this way. */
const ways: Readonly<Record<string, (text: string) => Data>> = {
  "a symbol's name": (name) => shown(symbol(name, { shape: [3] })),
  "names in a formula": (name) => {
    const x = symbol(name, { shape: [3] });
    return shown(exp(add(x, shared([1, 2, 3], name))));
  },
  "a shared variable's name": (name) => shown(shared([1, 2], name)),
  "a size's name": (name) => shown(exp(matrix("x", [name, 3]))),
  "a size's name in an operation": (name) =>
    shown(hypatia.reshape(matrix("x", [name, 3]), [3, matrix("x", [name, 3]).shape[0]])),
  "a compiled function's inputs": (name) => {
    const x = symbol(name, { shape: [3] });
    return shown(compile([x], { [name]: exp(x) }, { name }));
  },
  "keys of tensors": (name) => shown({ [name]: zeros([2]), other: zeros([2]) }),
  "a table": (text) => shown([{ [text]: text }, { [text]: text }]),
  "an object": (text) => shown({ [text]: text, [Symbol(text)]: new Map([[text, text]]) }),
  "an error as a value": (text) => shown(new Error(text)),
  "html`…`": (text) => html`<b title="${text}" lang='${text}'>${text}${[text]}</b>`.bundle.data,
  "svg`…`": (text) => svg`<svg><title>${text}</title><g id="${text}"/></svg>`.bundle.data,
  "markdown`…`": (text) => markdown`about ${text}`.bundle.data,
  "latex`…` in a terminal": (text) => ({
    "text/plain": latex`x ${text}`.bundle.data["text/plain"],
  }),
  "a plot": (text) =>
    plot({ [text]: [1, 2] }, { title: text, xLabel: text, yLabel: text }).bundle.data,
  captions: (text) => image(zeros([2, 4, 4]), { captions: [text, text] }).bundle.data,
  "a progress bar": (text) => {
    const sink = recordingOutputs();
    setOutputs(sink);
    const bar = progress(3, { label: text });
    bar.set(text);
    bar.done();
    return sink.shown.at(-1)?.bundle.data ?? {};
  },
  "a widget's label": (text) => {
    const front = startFront();
    const widget = slider(0, 1, { label: text });
    expect(front.state(widget)).to.include({ description: text });
    expect(front.state(widget)).to.not.have.property("description_allow_html");
    return { "text/plain": widget[Symbol.for("Jupyter.display") as never]["text/plain"] };
  },
  "an inspected value": (text) => {
    const found = { name: "x", signature: `const x: "${text}"`, documentation: text, source: text };
    return inspectionData(found, text);
  },
  "an error": (text) => inCell(new Error(text, { cause: new TypeError(text) })),
  "an error's name": (text) => inCell(Object.assign(new Error(""), { name: text })),
  "an error's stack": (text) =>
    inCell(Object.assign(new Error(""), { stack: `Error\n    at ${text} (file:///x.js:1:1)` })),
  "a thrown text": (text) => inCell(text),
  "a thrown object": (text) => inCell({ constructor: { name: text }, [text]: text }),
  "an unknown dtype": (text) => inCell(thrown(() => zeros([2], { dtype: text as never }))),
  "an unknown backend": (text) =>
    inCell(thrown(() => Reflect.set(config, "backend", text) || expect.fail())),
  "a missing file": (text) => inCell(thrown(() => hypatia.load(`/no-such-folder/${text}.npy`))),
  "shapes that do not fit": (text) =>
    inCell(thrown(() => add(matrix("x", [text, 3]), matrix("y", [`${text}2`, 4])))),
  "an unbound symbol": (text) => inCell(thrown(() => compile([], symbol(text, { shape: [2] })))),
  "a .npy file": (text) => inCell(thrown(() => parseNpy(npy(text), text))),
  "a diagnostic": (text) => {
    const start = { line: 1, column: 3 };
    const message = `Cannot find name '${text}'.`;
    return inSession(
      renderDiagnostics([{ message, code: 2304, start, end: start }], `x ${text} y`, 1),
    );
  },
  "a missing module": (text) => {
    const start = { line: 1, column: 1 };
    const message = `Cannot find module '${text}'.`;
    return inSession(renderDiagnostics([{ message, code: 2307, start, end: start }], text, 1));
  },
  "an engine's last words": (text) =>
    inSession(deathError({ kind: "failure", code: 1, report: text })),
};

/** What no terminal, XML parser or UTF-8 encoder should get; not the pattern under test. */
function isControl(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  if (character === "\n" || character === "\t") return false;
  return (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069) ||
    (code >= 0xd800 && code < 0xe000)
  );
}

/** The controls in a text, our own colours aside. */
const controlsIn = (text: string): string[] =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: our colours
  [...text.replace(/\x1b\[(?:2|22|31|32|39)m/g, "")].filter(isControl).map(escape);

/** The tags of markup with the names of their attributes, as a parser would see them. */
function structure(markup: string): string[] {
  const attribute = /([^\s=>"'/]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*))?/g;
  return [...markup.matchAll(/<!--|<([a-z!/?][^\s>/]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/gi)].map(
    ([all, name, rest = ""]) =>
      `${name ?? all} ${[...rest.matchAll(attribute)].map(([, key]) => key).join(" ")}`.trim(),
  );
}

const texts = (value: unknown): string[] =>
  typeof value === "string" ? [value] : Array.isArray(value) ? value.flatMap(texts) : [];

describe("hostile text", () => {
  const backend = config.backend;
  before(() => {
    config.backend = "js";
  });
  after(() => {
    config.backend = backend;
  });

  for (const [way, see] of Object.entries(ways)) {
    it(`as ${way}`, () => {
      const usual = see(harmless);
      for (const [kind, text] of Object.entries(hostile)) {
        const data = see(text);
        expect(Object.keys(data), kind).to.deep.equal(Object.keys(usual));
        for (const [type, value] of Object.entries(data)) {
          const what = `${kind} in ${type}`;
          for (const part of texts(value)) expect(controlsIn(part), what).to.deep.equal([]);
          if (type !== "text/html" && type !== "image/svg+xml") continue;
          if (kind === "very much") continue; // Long formulas are laid out in another way.
          expect(structure(String(value)), what).to.deep.equal(structure(String(usual[type])));
        }
      }
    });
  }

  it("is no longer than can be looked at in an error or a drawing", () => {
    const long = "A".repeat(300_000);
    for (const way of ["an error", "an unknown dtype", "a .npy file", "a diagnostic"]) {
      expect(JSON.stringify(ways[way](long)).length, way).to.be.below(70_000);
    }
    expect(shown(exp(symbol(long, { shape: [3] })))["image/svg+xml"]).to.have.length.below(5000);
  });

  it("stays in its comment in generated C", () => {
    const x = matrix("x", [hostile["a second line of C"] ?? "", 3]);
    const graph = { name: "f", inputs: [x.node], outputs: [exp(x).node], updates: [] };
    const lines = lower(optimize(graph)).steps.flatMap(({ kernel }) =>
      kernel.kind === "library"
        ? []
        : printKernel(kernel, { vectorBytes: 64, registers: 32 }).source.body.split("\n"),
    );
    const suspect = lines.filter((line) => line.includes("trap"));
    expect(suspect).to.have.length(1);
    expect(suspect[0]).to.match(/^[^_]*\/\/.*trap.*[^\\]$/);
  });

  it("goes over the wire as what UTF-8 can hold, and nothing else is changed", () => {
    const signer = createSigner("key", "hmac-sha256");
    const text = '\ud83d \u{1f600} \\ud83d \\\ud83d \udcff"';
    const message = { type: "stream", content: { text }, metadata: { [text]: 1 } };
    const frames = encode(message, "session", signer).map((frame) => Buffer.from(frame));
    const received = decode(frames, createSigner("key", "hmac-sha256"));
    const whole = '\ufffd \u{1f600} \\ud83d \\\ufffd \ufffd"';
    expect(received.ok && received.message.content).to.deep.equal({ text: whole });
    expect(received.ok && received.message.metadata).to.deep.equal({ [whole]: 1 });
  });
});
