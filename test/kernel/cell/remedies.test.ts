/** What a cell's mistakes are answered with: the habits of NumPy, PyTorch and plain JavaScript. */
import { expect } from "chai";
import { createLanguage, type Language } from "../../../kernel/cell/language.js";
import { setTensorFile } from "../../../kernel/cell/operators.js";
import { defaultPrelude } from "../../../kernel/cell/prelude.js";

const earlier = `const x = matrix("x"), w = shared(zeros(3), "w");
async function later() { return x }`;

/** A cell, and the advice that its first message comes with. */
const table: readonly (readonly [source: string, ...remedy: string[]])[] = [
  ["x @ w", "The matrix product is dot(a, b), or matmul(a, b)."],
  ["const y = x @ w", "The matrix product is dot(a, b), or matmul(a, b)."],
  ["np.zeros(3)", "The functions need no prefix: zeros(3), mean(x), random.normal(3)."],
  ["x.sum(axis=0)", "There are no keyword arguments: options are written { name: value }."],
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
];

const messages: readonly (readonly [source: string, message: string])[] = [
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

  for (const [source, message] of messages)
    it(`${source}: ${message.split("\n")[0]}`, () =>
      expect(first(source)?.message).to.equal(message));
});
