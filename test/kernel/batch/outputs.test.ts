import { expect } from "chai";
import { type NotebookOutput, parseNotebook, toLines } from "../../../kernel/batch/notebook.js";
import { createCollector } from "../../../kernel/batch/outputs.js";
import type { SessionOutput } from "../../../kernel/front/session.js";

const origin = "a";
const out = (text: string): SessionOutput => ({ type: "stream", origin, name: "stdout", text });
const err = (text: string): SessionOutput => ({ type: "stream", origin, name: "stderr", text });
const show = (text: string, displayId?: string, update = false): SessionOutput => ({
  type: "display",
  origin,
  data: { "text/plain": text },
  metadata: {},
  update,
  ...(displayId === undefined ? {} : { displayId }),
});
const clear = (wait: boolean): SessionOutput => ({ type: "clear", origin, wait });

/** One word an output: its kind and its text. */
function collect(messages: readonly SessionOutput[]): string[] {
  const collector = createCollector();
  const cell: NotebookOutput[] = [];
  collector.begin(origin, cell);
  for (const message of messages) collector.take(message);
  return cell.map((output) => {
    if (output.output_type === "stream") return `${output.name} ${JSON.stringify(output.text)}`;
    if (output.output_type === "error") return `error ${output.ename}`;
    return `${output.output_type} ${JSON.stringify(output.data["text/plain"])}`;
  });
}

describe("batch/outputs", () => {
  const table: readonly [string, SessionOutput[], string[]][] = [
    ["streams merge", [out("a"), out("b\nc"), out("d")], ['stdout ["ab\\n","cd"]']],
    [
      "but not across",
      [out("a"), err("b"), out("c")],
      ['stdout ["a"]', 'stderr ["b"]', 'stdout ["c"]'],
    ],
    [
      "nor over a display",
      [out("a"), show("b"), out("c")],
      ['stdout ["a"]', 'display_data ["b"]', 'stdout ["c"]'],
    ],
    [
      "an update changes every display of its id",
      [show("a", "i"), show("b", "i"), show("c", "i", true)],
      ['display_data ["c"]', 'display_data ["c"]'],
    ],
    ["an update of nothing shows nothing", [show("a", "i", true)], []],
    ["clear", [out("a"), clear(false)], []],
    ["clear and wait keeps until the next", [out("a"), clear(true)], ['stdout ["a"]']],
    ["and then replaces", [out("a"), clear(true), out("b")], ['stdout ["b"]']],
    [
      "an error",
      [{ type: "error", origin, error: { ename: "E", evalue: "v", traceback: [] } }],
      ["error E"],
    ],
    ["of another cell", [{ ...out("a"), origin: "b" } as SessionOutput], []],
  ];
  for (const [name, messages, expected] of table) {
    it(name, () => expect(collect(messages)).to.deep.equal(expected));
  }

  const lines: readonly [string, string[]][] = [
    ["", []],
    ["a", ["a"]],
    ["a\n", ["a\n"]],
    ["a\n\nb", ["a\n", "\n", "b"]],
  ];
  for (const [text, expected] of lines) {
    it(`lines of ${JSON.stringify(text)}`, () => expect(toLines(text)).to.deep.equal(expected));
  }

  const refused: readonly [string, string][] = [
    ['{"nbformat":3}', "not a notebook of nbformat 4 (nbformat: 3)"],
    ['{"nbformat":4,"cells":[{"source":1}]}', "cell 1: source is neither text nor lines"],
    ["{", "JSON"],
  ];
  for (const [text, message] of refused) {
    it(`${text} is refused: ${message}`, () => {
      expect(() => parseNotebook(text)).to.throw(message);
    });
  }
});
