import { assert } from "chai";
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
import type { Node, OpName } from "../../../lang/graph.js";
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

  it("leaves kept nodes alone", () => {
    const run = rewriter(all);
    const x = symbol("f64", [2]);
    const negated = rule("n", "x + 0", "-(-x)").apply(
      instance({
        kind: "op",
        op: "add",
        attrs: null,
        args: [
          { kind: "variable", name: "x" },
          { kind: "number", value: 0 },
        ],
      }),
    )!;
    assert.strictEqual(run([negated], new Set([negated])).roots[0], negated);
    assert.notStrictEqual(run([negated]).roots[0], negated);
    assert.strictEqual(run([x]).roots[0], x);
  });
});
