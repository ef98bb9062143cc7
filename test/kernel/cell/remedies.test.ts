/** What a cell's mistakes are answered with: the habits of NumPy, PyTorch and plain JavaScript. */
import { expect } from "chai";
import { foreignFunctions } from "../../../kernel/cell/foreign.js";
import { createLanguage, type Language } from "../../../kernel/cell/language.js";
import { setTensorFile } from "../../../kernel/cell/operators.js";
import { defaultPrelude } from "../../../kernel/cell/prelude.js";

const earlier = `const x = matrix("x"), w = shared(zeros(3), "w");
async function later() { return x }`;

/** A cell, and the advice that its first message comes with. */
const table: readonly (readonly [source: string, ...remedy: string[]])[] = [
  ["allClose(ones([2]), 1)", "Write all(abs(a - b) < 1e-6).item()."],
  ["x @ w", "The matrix product is dot(a, b), or matmul(a, b)."],
  ["const y = x @ w", "The matrix product is dot(a, b), or matmul(a, b)."],
  ["np.zeros(3)", "The functions need no prefix: zeros(3), mean(x), random.normal(3)."],
  ["x.sum(axis=0)", "The axis is an argument by itself: x.sum(0), or x.sum([0, 1])."],
  ["sum(x, axis=0)", "The axis is an argument by itself: sum(x, 0), or sum(x, [0, 1])."],
  ["zeros(3, dtype=8)", "There are no keyword arguments: options are written { name: value }."],
  ["x.at(0, 1) = 3", "Tensors never change: compute a new one, with where or concat."],
  ["x.at(range(2)) += 1", "Tensors never change: compute a new one, with where or concat."],
  ["argmax(x, 1)", "Nothing in this session is called argmax; did you mean argMax?"],
  ["log_sum_exp(x)", "Nothing in this session is called log_sum_exp; did you mean logSumExp?"],
  ["latr()", "Nothing in this session is called latr; did you mean later?"],
  ["concatenate([x, x])", "Write concat([a, b], axis)."],
  ["array([1])", "Write tensor([1, 2, 3])."],
  ["det + 1", "Nothing in this session is called det; has the cell that declares it been run?"],
  ["random.choice", "Write x.take(random.integers(0, n, [count]))."],
  ["nope", "Nothing in this session is called nope; has the cell that declares it been run?"],
  ["x.toFixed(2)", "Take the number first: x.item().toFixed(…)."],
  ["x.astype('f32')", 'Write x.cast("f32").'],
  ["x.cumsum(0)", "Write dot(tril(ones([n, n])), x), or add up in a loop."],
  ["roll(x, 1)", "Write take(x, (arange(n) - shift) % n, axis)."],
  ["w.backward()", "Write grad(loss, [w, b])."],
  ["random.randn(3)", "Write random.normal([rows, columns])."],
  ["x.toArray().map((v) => v)", "Say how deep the array is: x.toArray(1).map(…)."],
  ["compile([], x).item()", "Call it first: f(…).item."],
  ["later() + 1", "It is a promise: write await in front of it."],
  ["later().sum()", "It is a promise: write (await x).sum."],
  [
    "for (const row of x) row",
    "A tensor is not a list: take x.toArray(), or x.at(i) for one row after the other.",
  ],
  ["for (const i of range(3)) i", "range is for x.at(…). Count with for (let i = 0; i < n; i++)."],
  ["let sum = 0; sum += x", "x.item() is the number in a tensor of one element."],
  [
    "Math.sqrt(x.at(0))",
    "The functions of Math are for numbers: use those of tensors, such as sqrt(x), or x.item().",
    "Math.sqrt(x: number): number",
  ],
  ["const n: number = x.shape[0]", "Number(size) is its number, if it is not symbolic."],
  ["x & x", "On tensors write logicalAnd(a, b) for truth values, bitwiseAnd(a, b) for integers."],
  ["compile([], x, { updates: [w, w] })", "Updates are a list of pairs: [[w, next], …]."],
  [
    "compile([], x, { updates: [[x, w]] })",
    "Only shared variables are updated: make it with shared(value, name).",
  ],
  [
    "zeros(3, 4)",
    "A shape is one list: zeros([3, 4]).",
    "zeros(shape: ShapeArgument, { dtype }?: CreationOptions): Tensor",
  ],
  [
    "x.reshape(3, 4)",
    "A shape is one list: x.reshape([3, 4]).",
    "x.reshape(shape: number | readonly Dim[]): Tensor",
  ],
  [
    "random.normal(3, { seed: 1 })",
    "random.normal(shape: ShapeArgument, options?: NormalOptions): Tensor",
    "NormalOptions: mean, std, key, dtype",
  ],
  ["x.sum({ keepDims: true })", "x.sum(axis?: AxisArgument, options?: ReduceOptions): Tensor"],
  [
    "tensor('1')",
    "Tensors are made of numbers, booleans, nested arrays of them, and typed arrays.",
    "tensor(data: TensorData | Tensor, options?: DataOptions): Tensor",
  ],
  [
    "w -= 1",
    "Declare it with let to assign to it, or declare w again. A shared variable changes by x.set(value) and by the updates of a function.",
  ],
  ["const s: { a: number } = { a: 'b' }"],
  ["zeros((2, 3))", "A list, or a shape, is written [2, 3]: of (2, 3) only the last counts."],
  ["x[0, 1]", "Several positions are written x.at(0, 1)."],
  ["zeros(3, { dtype: float32 })", 'A dtype is a text: "f32".'],
  ["const n: int = 3", "Write number."],
  ["int('3')", "Write Math.trunc(x), or Number(text)."],
  ["[1].append(2)", "Write xs.push(x)."],
  ["'%d' % 3", "Write `${n} steps` in backticks."],
  ["'abc'.length()", "It is a value, not a function: write it without ()."],
  ["fresh = 5", "A new name is declared: const fresh = …, or let fresh = … to change it later."],
  [
    "[fresh, w2] = [1, 2]",
    "A new name is declared: const fresh = …, or let fresh = … to change it later.",
  ],
  ["latr = 5", "Nothing in this session is called latr; did you mean later?"],
  ["a, b = 1, 2", "Several names are declared in brackets: const [a, b] = [1, 2]."],
  [
    "x[x > 2]",
    "The shape would depend on the data: write where(mask, x, 0). Positions go in x.take(indices, axis).",
  ],
  ["x.shape == [2, 2]", "Compare what they hold: String(a) === String(b)."],
  ["'ab' * 3", "Write 'ab'.repeat(3)."],
  ["help(x)", "name? in a cell's last line shows what it is."],
  ["type(x)", "Write typeof x, or x.dtype for a tensor."],
  ["dir(x)", "Press Tab behind x., or take Object.keys(x)."],
  ["time.sleep(1)", "Write await new Promise((done) => setTimeout(done, 1000))."],
  ["time.time()", "Write performance.now(), in milliseconds."],
  ["sleep(1)", "Write await new Promise((done) => setTimeout(done, 1000))."],
  ["assert(1 < 2)", 'import assert from "node:assert" gives assert(a < b).'],
  ["sorted([2, 1])", "[...xs].sort((a, b) => a - b) sorts numbers, sort(x) a tensor."],
  ["open('data.txt')", 'readFileSync(path, "utf8") of node:fs reads a file.'],
  ["pass", "Write {} for a block with nothing in it."],
  ["w.grad", "Write grad(loss, w)."],
  [
    "max(x, w)",
    "Of two tensors the larger elements are maximum(a, b), of two numbers Math.max(a, b).",
    "max(x: Operand, axis?: AxisArgument, options?: ReduceOptions): Tensor",
  ],
  [
    "x.sum({ axis: 0 })",
    "The axis is an argument by itself: x.sum(0), or x.sum([0, 1]).",
    "x.sum(axis?: AxisArgument, options?: ReduceOptions): Tensor",
  ],
  ["import './nope.ts'", "Paths are taken from the notebook's folder."],
];

/** Cells that the parser does not understand, and the advice for their first line. */
const syntax: readonly (readonly [source: string, remedy?: string])[] = [
  ["def f(x):\n    return x", "Write function f(x) { … }, or const f = (x) => …."],
  ["f = lambda x: x + 1", "Write (x) => x + 1."],
  [
    "import numpy as np",
    "Nothing is imported for that: zeros(3), mean(x), grad(y, x), random.normal(3), plot(y).",
  ],
  ["import os.path", 'Write import { name } from "package", or import * as name from "package".'],
  ["import fs from node:fs", 'The package stands in quotes: from "node:fs".'],
  ["[i for i in xs]", "Write xs.map((x) => …), and xs.filter((x) => …)."],
  [
    "for i in range(3):\n  print(i)",
    "Write for (let i = 0; i < n; i++) { … } to count, for (const x of xs) { … } for a list.",
  ],
  [
    "if x == 3:\n  x",
    "Write if (a === b) { … } else if (c) { … } else { … }, and while (a) { … }.",
  ],
  [
    "while True: pass",
    "Write if (a === b) { … } else if (c) { … } else { … }, and while (a) { … }.",
  ],
  ["class A(B):\n  pass", "Write class A { … }, or class A extends B { … }."],
  ["print x", "Write console.log(…), or end the cell with what it should show."],
  ["x not in w", "Write !xs.includes(x)."],
  ["x and not w", "Write && for and, || for or, ! for not."],
  ['f"{x}"', "Write `${n} steps` in backticks."],
  ['"""doc"""', "Text of several lines stands in backticks: `…`."],
  ["const s = “hi”", "Quotes are straight: \" or '."],
  ["raise ValueError('x')", "Write throw new Error(…)."],
  ["assert 1 < 2", 'import assert from "node:assert" gives assert(a < b).'],
  [
    "with open('f') as f: pass",
    "There is no with: write const file = …, and close it when it is done.",
  ],
  ["# comment", "A comment begins with //."],
  [
    "x[:, 1]",
    "Write x.at(range(0, 5)) for a slice, x.at(null, 1) for a whole axis and a position.",
  ],
  ["sum(x, axis: 0)", "There are no keyword arguments: options are written { name: value }."],
  ["{'a': 1, 'b': 2}", "A line that begins with { is a block: write const d = { … }, or ({ … })."],
  ["console.log('a'", "The ( in line 1, column 12 is not closed."],
  ["const xs = [1, 2\nconst y = 3", "The [ in line 1, column 12 is not closed."],
  ["function f() {\n  if (x) {\n    x\n}", "The { in line 1, column 14 is not closed."],
  ["const s = `a ${x", "The { in line 1, column 15 is not closed."],
  ["console.log('this is and or bad' 'x')"],
  ["function f(a: number, b: string) { return a + }"],
  ["const o = { a: 1, b: 2 3 }"],
];

/** One message for one mistake. */
const once: readonly (readonly [source: string, count: number])[] = [
  ["for i in range(3): print(i)", 1],
  ["x[:, 1]\nx[0:2]", 2],
  ["np.zeros(3); np.ones(3); np.eye(3)", 1],
  ["zeros(3, dtype='f32')", 1],
  ["nope; nada", 2],
];

const messages: readonly (readonly [source: string, message: string])[] = [
  [
    "for (const i in range(3)) i",
    "for … in goes through the names of properties. Count with for (let i = 0; i < n; i++).",
  ],
  ["w = 1", "Cannot assign to 'w' because it is a constant."],
  ["random.randn(3)", "Property 'randn' does not exist on type 'random'."],
  [
    "compile(x, x)",
    "Argument of type 'Tensor' is not assignable to parameter of type 'readonly Tensor[]'.",
  ],
  [
    "plot('abc')",
    "No overload matches this call.\n  Argument of type 'string' is not assignable to parameter of type 'Column'.",
  ],
];

describe("advice about a cell's mistakes", function () {
  this.timeout(60_000);
  let language: Language;
  before(() => {
    setTensorFile(/[/\\]dist[/\\]lang[/\\]/);
    language = createLanguage({ cwd: process.cwd(), prelude: defaultPrelude() });
    language.compile(earlier, { id: "earlier", count: 1 });
  });

  const first = (source: string) => {
    const compiled = language.compile(source, { id: "cell", count: 2 });
    return compiled.ok ? undefined : compiled.diagnostics[0];
  };

  for (const [source, ...remedy] of table)
    it(`${source} → ${remedy[0] ?? "nothing to add"}`, () =>
      expect(first(source)?.remedy ?? []).to.deep.equal(remedy));

  for (const [source, ...remedy] of syntax)
    it(`${JSON.stringify(source)} → ${remedy[0] ?? "nothing to add"}`, () =>
      expect(first(source)?.remedy ?? []).to.deep.equal(remedy));

  for (const [source, count] of once)
    it(`${JSON.stringify(source)}: ${count} message${count === 1 ? "" : "s"}`, () => {
      const compiled = language.compile(source, { id: "cell", count: 2 });
      expect(compiled.ok ? [] : compiled.diagnostics).to.have.length(count);
    });

  for (const [source, message] of messages)
    it(`${source}: ${message.split("\n")[0]}`, () =>
      expect(first(source)?.message).to.equal(message));

  const context = `const y = vector("y", [3]), f = y ** 2, g = f, v = ones([3]);
const a = ones([3, 3]), b = a, n = 3, count = 2, axis = 0, shift = 1, axes = 1, condition = true;
const low = 0, high = 1, width = 0.5, bins = 2, rows = 2, columns = 3;`;
  for (const [name, advice] of Object.entries(foreignFunctions)) {
    const code = /write (.+?)(?:, (?:or|with)\b.*)?\.$/i.exec(advice)?.[1];
    if (code === undefined || code.includes(" for ")) continue;
    it(`what it says to write for ${name} compiles: ${code}`, () => {
      language.compile(context, { id: "context", count: 2 });
      const x = /^(?:stack|jvp)/.test(code) ? "y" : 'matrix("x")';
      expect(first(`{ const x = ${x}; void (${code}); }`)).to.equal(undefined);
    });
  }
});
