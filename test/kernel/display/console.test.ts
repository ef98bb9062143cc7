import { Console } from "node:console";
import { Writable } from "node:stream";
import { expect } from "chai";
import * as h from "../../../backends/hypatia.js";
import { printTensors } from "../../../kernel/display/console.js";

describe("display/console: what is printed of tensors", () => {
  const x = h.matrix("x", ["batch", 2]);
  const printed = (...values: unknown[]): string => {
    let text = "";
    const stdout = new Writable({
      write(chunk, _encoding, done) {
        text += chunk;
        done();
      },
    });
    const target = new Console({ stdout });
    printTensors(target);
    target.log(...values);
    return text.trimEnd();
  };
  const table: readonly [what: string, values: unknown[], text: string][] = [
    ["a number", ["loss", h.tensor(0.25)], "loss 0.25"],
    ["what is not computed yet", [h.add(h.tensor([1, 2]), 1)], "[2. 3.]"],
    ["a matrix", [h.tensor([[1, 2]], { dtype: "i32" })], "[[1 2]]"],
    ["a shared variable", [h.shared([1.5], "w")], "[1.5]"],
    ["a symbol", [x], "Tensor x: f32 [batch, 2]"],
    ["a symbolic expression", [h.sum(x)], "Tensor f32 []"],
    ["inside a list", [[h.tensor(1)]], "[ Tensor f32 [] ]"],
    ["beside a format", ["%s of %d", h.tensor(2), 3], "2 of 3"],
    ["nothing else", ["a", 1, { b: 2 }], "a 1 { b: 2 }"],
  ];
  for (const [what, values, text] of table)
    it(what, () => expect(printed(...values)).to.equal(text));
});
