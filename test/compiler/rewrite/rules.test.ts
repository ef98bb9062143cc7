import { assert } from "chai";
import { apply, fill } from "../../../compiler/build.js";
import { passes } from "../../../compiler/passes.js";
import { canonicalize, erase } from "../../../compiler/rewrite/canonicalize.js";
import { rewriter } from "../../../compiler/rewrite/driver.js";
import { symbol } from "../../../compiler/rewrite/examples.js";
import type { Pattern } from "../../../compiler/rewrite/pattern.js";
import { instantiate } from "../../../compiler/rewrite/pattern.js";
import { type Rule, rule } from "../../../compiler/rewrite/rule.js";
import { specialize } from "../../../compiler/rewrite/specialize.js";
import { stabilize } from "../../../compiler/rewrite/stabilize.js";
import type { DType } from "../../../lang/dtype.js";
import { HypatiaError } from "../../../lang/error.js";
import type { Node, OpName } from "../../../lang/graph.js";
import { node } from "../../../lang/node.js";
import { ops, opsOf } from "../../../lang/ops.js";
import { evaluateOnJs, randomInputs } from "../evaluate.js";

const all: readonly Rule[] = [...canonicalize, ...erase, ...specialize, ...stabilize];

/** Ops on truth values; a rule whose text uses one is tried with bool variables. */
const logical: readonly OpName[] = ["and", "or", "not"];

/** The left side of a text rule over fresh symbols, all of one dtype but for conditions. */
function instance(pattern: Pattern): Node {
  const dtype: DType = pattern.kind === "op" && logical.includes(pattern.op) ? "bool" : "f64";
  const nodes = new Map<string, Node>();
  const collect = (part: Pattern, wanted: DType): void => {
    if (part.kind === "variable") {
      if (!nodes.has(part.name)) nodes.set(part.name, symbol(wanted, [3, 4]));
    } else if (part.kind === "op")
      part.args.forEach((arg, i) => {
        const isCondition = (part.op === "where" && i === 0) || logical.includes(part.op);
        collect(arg, isCondition ? "bool" : dtype);
      });
  };
  collect(pattern, dtype);
  const like = [...nodes.values()].find((of) => of.dtype === dtype)!;
  return instantiate(pattern, { nodes, attrs: new Map() }, like);
}

const examplesOf = ({ text, examples }: Rule): readonly Node[] =>
  text ? [instance(text[0])] : examples();

describe("rewrite rules: both sides are equal on random inputs", () => {
  for (const tried of all) {
    it(tried.name, () => {
      const examples = examplesOf(tried);
      assert.isNotEmpty(examples, "every rule has an example");
      for (const left of examples) {
        const right = tried.apply(left);
        assert.isNotNull(right, "the rule applies to its own example");
        assert.notStrictEqual(right, left);
        const inputs = randomInputs([left, right!]);
        const [x, y] = evaluateOnJs([left, right!], inputs);
        assert.equal(x.length, y.length);
        x.forEach((value, i) => {
          assert.approximately(value, y[i], 1e-12 * Math.max(1, Math.abs(value)));
        });
      }
    });
  }
});

describe("folding gives what kernels give", () => {
  const fold = rewriter(canonicalize);
  const floats = [0, -0, 1, -1, 0.1, 2.5, -7, Infinity, -Infinity, NaN];
  const values: Partial<Record<DType, readonly number[]>> = {
    f32: floats.map(Math.fround),
    f64: floats,
    i32: [0, 1, -1, 7, 31, 33, -(2 ** 31), 2 ** 31 - 1],
    u8: [0, 1, 7, 9, 255],
    bool: [0, 1],
  };
  const others: readonly OpName[] = ["cast", "stopGradient"];
  /** The op over every choice of literals that it is defined for. */
  const applied = (op: OpName): Node[] =>
    Object.entries(values).flatMap(([dtype, of]) => {
      const literals = of.map((value) => fill(value, dtype as DType, []));
      const conditions = [0, 1].map((value) => fill(value, "bool", []));
      const tuples = Array.from({ length: Number(ops[op].arity) }).reduce<Node[][]>(
        (before, _, i) =>
          before.flatMap((some) =>
            (op === "where" && i === 0 ? conditions : literals).map((x) => [...some, x]),
          ),
        [[]],
      );
      return tuples.flatMap((inputs) => {
        if (op.startsWith("shift") && dtype === "bool") return [];
        try {
          return [node(op, inputs, {} as never) as Node];
        } catch (error) {
          if (error instanceof HypatiaError) return []; // not of this dtype
          throw error;
        }
      });
    });
  for (const op of opsOf("elementwise").filter((op) => ops[op].scalar && !others.includes(op)))
    it(op, () => {
      const made = applied(op);
      const folded = fold(made).roots;
      const [got, wanted] = [folded, made].map((roots) => evaluateOnJs(roots, new Map()));
      assert.deepEqual(got, wanted);
      assert.isTrue(folded.some((root) => root.op === "literal"));
    });

  it("a sum of no infinities", () => {
    const sum = node("sum", [fill(Infinity, "f64", [0])], { axes: [0] }) as Node;
    assert.strictEqual(fold([sum]).roots[0], fill(0, "f64", []));
  });

  it("no integer that is -0", () => {
    const zero = apply("neg", fill(0, "i32", []));
    const inverse = apply("div", fill(1, "f32", []), node("cast", [zero], { dtype: "f32" }));
    assert.strictEqual(fold([inverse]).roots[0], fill(Infinity, "f32", []));
  });
});

describe("no rule is out of reach of its pass, because others fire first", () => {
  for (const { name, rules } of passes)
    it(name, () => {
      const rewrite = rewriter(rules);
      const idle = rules.filter(
        (tried) => !examplesOf(tried).some((left) => rewrite([left]).fired.has(tried.name)),
      );
      // What an earlier pass turns into something else need not be reached again.
      const earlier = passes.slice(
        0,
        passes.findIndex((pass) => pass.name === name),
      );
      const done = new Set(earlier.flatMap((pass) => pass.rules));
      assert.deepEqual(
        idle.filter((tried) => !done.has(tried)).map((tried) => tried.name),
        [],
      );
    });
});

describe("rules are refused when they are loaded", () => {
  const bad: readonly (readonly [string, string, string, RegExp])[] = [
    ["an unbound variable", "x + 0", "y", /y is not bound/],
    ["an unknown op", "frobnicate(x)", "x", /frobnicate is not an op/],
    ["a wrong arity", "log(x, y)", "x", /log takes 1/],
    ["text that is left over", "x + 0 )", "x", /cannot read/],
    ["a variable alone", "x", "x", /must be an operation/],
  ];
  for (const [what, left, right, message] of bad)
    it(what, () => assert.throws(() => rule("bad", left, right), message));
});

describe("the driver", () => {
  it("stops rules that undo each other", () => {
    const loop = rewriter([rule("a", "x + y", "y + x")]);
    const [x, y] = [symbol("f64", [2]), symbol("f64", [2])];
    const sum = rule("sum", "x - y", "x + y").apply(
      instantiate(
        {
          kind: "op",
          op: "sub",
          attrs: null,
          args: [
            { kind: "variable", name: "x" },
            { kind: "variable", name: "y" },
          ],
        },
        {
          nodes: new Map([
            ["x", x],
            ["y", y],
          ]),
          attrs: new Map(),
        },
        x,
      ),
    )!;
    assert.throws(() => loop([sum]), /internal: rewriting does not end/);
  });
});
