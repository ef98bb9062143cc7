import { expect } from "chai";
import { axis, index, literal, load, op, result } from "../../compiler/expression.js";
import type { Expression, LoopKernel, Stage, Store } from "../../compiler/ir.js";
import { lower } from "../../compiler/lower.js";
import type { BufferPlan, Program } from "../../compiler/program.js";
import { verifyProgram } from "../../compiler/verify.js";
import { graphOf, matmul, symbol } from "./build.js";

const i = { name: "i", extent: 4 };
const j = { name: "j", extent: 3 };
const at = axis(i);
const element = load("f64", 0, at);
const store = (value: Expression, index = at, param = 1): Store => ({
  param,
  index,
  value,
  add: false,
  guard: null,
});
const stage = (parts: Partial<Stage>): Stage => ({
  loops: [],
  accumulators: [],
  stores: [],
  checks: [],
  ...parts,
});
const input: BufferPlan = { dtype: "f64", length: 4, role: { kind: "input", position: 0 } };
const output: BufferPlan = {
  dtype: "f64",
  length: 4,
  role: { kind: "output", position: 0, inPlaceOf: null },
};

/** One kernel that reads buffer 0 and writes buffer 1. */
function program(stages: readonly Stage[], change: Partial<Program> = {}): Program {
  const kernel: LoopKernel = {
    kind: "loop",
    name: "k",
    params: [
      { name: "x", dtype: "f64", access: "read" },
      { name: "y", dtype: "f64", access: "write" },
    ],
    grid: [i],
    stages,
  };
  const steps = [{ kernel, buffers: [0, 1] }];
  return {
    name: "p",
    sizes: [],
    buffers: [input, output],
    arena: 0,
    steps,
    messages: [],
    ...change,
  };
}

const copy = stage({ stores: [store(element)] });
const total = stage({
  loops: [j],
  accumulators: [{ name: "s", type: "f64", reduce: "sum", value: element, position: null }],
});
const twice = program([copy]).steps[0];

const wrong: [string, Program, RegExp][] = [
  [
    "a store beyond the buffer",
    program([stage({ stores: [store(element, op("index", "add", at, index(1)))] })]),
    /y is written outside/,
  ],
  [
    "a load beyond the buffer",
    program([stage({ stores: [store(load("f64", 0, op("index", "mul", at, index(2))))] })]),
    /x is read outside/,
  ],
  [
    "an axis that does not run",
    program([stage({ stores: [store(load("f64", 0, axis(j)))] })]),
    /axis j does not run here/,
  ],
  [
    "a result before its reduction",
    program([stage({ stores: [store(result("f64", "s"))] }), total]),
    /s is not known yet/,
  ],
  [
    "a result in its own stage",
    program([{ ...total, stores: [store(result("f64", "s"))] }]),
    /s is not known yet/,
  ],
  [
    "two types in one op",
    program([stage({ stores: [store(op("f64", "add", element, literal("i32", 1)))] })]),
    /add of f64 and i32/,
  ],
  [
    "a comparison that is no bool",
    program([stage({ stores: [store(op("f64", "lt", element, element))] })]),
    /lt gives f64/,
  ],
  [
    "too few arguments",
    program([stage({ stores: [store(op("f64", "add", element))] })]),
    /add has 1 arguments/,
  ],
  [
    "a value of another type",
    program([stage({ stores: [store(literal("i32", 1))] })]),
    /y of f64 is given i32/,
  ],
  [
    "a store to what is read",
    program([stage({ stores: [store(element, at, 0)] })]),
    /x is written, and only/,
  ],
  [
    "a load of what is written",
    program([stage({ stores: [store(load("f64", 1, at))] })]),
    /y is read, and only/,
  ],
  ["an output that is never written", program([copy], { steps: [] }), /output 0 is never written/],
  [
    "a missing message",
    program([
      stage({
        checks: [{ holds: op("bool", "lt", at, index(2)), message: 0 }],
        stores: copy.stores,
      }),
    ]),
    /a check is malformed/,
  ],
  [
    "a buffer of another type",
    program([copy], { buffers: [{ ...input, dtype: "f32" }, output] }),
    /x is not f64/,
  ],
  [
    "a buffer given twice",
    program([copy], { steps: [{ ...twice, buffers: [1, 1] }] }),
    /gets a buffer twice/,
  ],
  [
    "a temporary that nobody wrote",
    program([copy], {
      buffers: [{ ...input, role: { kind: "temporary", offset: 0 } }, output],
      arena: 64,
    }),
    /x is read before it is written/,
  ],
  [
    "a temporary beyond the arena",
    program([copy], {
      buffers: [input, { ...output, role: { kind: "temporary", offset: 64 } }],
      arena: 64,
    }),
    /beyond the arena/,
  ],
  [
    "an input that was overwritten",
    program([copy], {
      buffers: [input, { ...output, role: { kind: "output", position: 0, inPlaceOf: 0 } }],
      steps: [twice, twice],
    }),
    /x was overwritten before/,
  ],
];

describe("the verifier", () => {
  it("accepts a copy, and a sum before its use", () => {
    verifyProgram(program([copy]));
    verifyProgram(program([total, stage({ stores: [store(result("f64", "s"))] })]));
  });
  for (const [name, bad, message] of wrong)
    it(`refuses ${name}`, () => expect(() => verifyProgram(bad)).to.throw(message));

  it("refuses a product whose operand is outside its buffer", () => {
    const [x, y] = [symbol("x", [2, 3]), symbol("y", [3, 4])];
    const made = lower(graphOf([x, y], [matmul(x, y)]));
    const [{ kernel, buffers }] = made.steps;
    if (kernel.kind !== "dot") throw new Error("not a product");
    const steps = [{ kernel: { ...kernel, a: { ...kernel.a, row: 4 } }, buffers }];
    expect(() => verifyProgram({ ...made, steps })).to.throw(/an operand is outside/);
  });
});
