/** Derivatives that users ask for, as graph → graph: forward rules, then reversal. */
import { isFloat } from "../lang/dtype.js";
import { buildAgain, HypatiaError } from "../lang/error.js";
import type { Node } from "../lang/graph.js";
import { describe } from "../lang/inference.js";
import { isComputed } from "../lang/memo.js";
import { node, rebuild, splatValue, topologicalOrder, withInputs } from "../lang/node.js";
import { formatShape, type Shape, sameDim } from "../lang/size.js";
import { Tensor } from "../lang/tensor.js";
import * as b from "./build.js";
import { pushForward } from "./forward.js";
import { canonicalize } from "./rewrite/canonicalize.js";
import { rewriter } from "./rewrite/driver.js";
import { stabilize } from "./rewrite/stabilize.js";
import { pullBack } from "./transpose.js";

export interface GradOptions {
  /** What to give for a tensor that the result does not depend on: an error, or zeros. */
  readonly disconnected?: "error" | "zero";
}

/**
 * The gradient of a scalar: ∂cost/∂x for each x, with x's shape and dtype.
 *
 * `cost` must be a float scalar that depends on each x; `x` may be a symbol, a shared variable or
 * any other tensor that `cost` was built from, which is then varied on its own. The derivative is
 * an expression like any other: it can be derived again, compiled, shown.
 *
 * Throws if the cost is not a scalar, if an x is not of a float dtype, or if the cost does not
 * depend on it (unless `disconnected: "zero"`).
 *
 * @example
 * const x = shared(tensor([1, 2, 3]));
 * grad(sum(x ** 2), x).toArray(); // [2, 4, 6]
 */
export function grad(cost: Tensor, wrt: Tensor, options?: GradOptions): Tensor;
export function grad<const T extends readonly Tensor[]>(
  cost: Tensor,
  wrt: T,
  options?: GradOptions,
): { -readonly [K in keyof T]: Tensor };
export function grad(
  cost: Tensor,
  wrt: Tensor | readonly Tensor[],
  options: GradOptions = {},
): Tensor | Tensor[] {
  if (cost.ndim !== 0)
    throw new HypatiaError("grad", "the cost must be a scalar", {
      got: describe(cost.node),
      expected: "shape []",
      remedy: "reduce it first: grad(sum(y), x) or grad(mean(y), x)",
    });
  checkFloat("grad", "the cost", cost);
  const targets = wrt instanceof Tensor ? [wrt] : wrt;
  const gradients = reverse("grad", [cost], [b.fillLike(1, cost.node)], targets, options);
  return wrt instanceof Tensor ? gradients[0] : gradients;
}

/**
 * The vector–Jacobian product (Theano's `Lop`): Σ cotangents · ∂outputs/∂x for each x, with x's
 * shape. `cotangents` has the outputs' shapes.
 *
 * Throws for cotangents of other shapes, and like {@link grad} for what cannot be derived.
 *
 * @example
 * const x = tensor([1, 2]);
 * vjp(exp(x), x, tensor([1, 0])).toArray(); // [e, 0]
 */
export function vjp(output: Tensor, wrt: Tensor, cotangent: Tensor): Tensor {
  checkFloat("vjp", "the output", output);
  checkSameType("vjp", "cotangent", cotangent, output);
  return reverse("vjp", [output], [cotangent.node], [wrt], {})[0];
}

/**
 * The Jacobian–vector product (Theano's `Rop`): the derivative of `output` when each x moves in
 * the direction of its tangent, with the output's shape; computed forward, in one pass.
 *
 * Throws for tangents of other shapes than their x's.
 *
 * @example
 * const x = tensor([1, 2]);
 * jvp(x ** 2, x, tensor([1, 0])).toArray(); // [2, 0]
 */
export function jvp(
  output: Tensor,
  wrt: Tensor | readonly Tensor[],
  tangent: Tensor | readonly Tensor[],
): Tensor {
  const targets = wrt instanceof Tensor ? [wrt] : wrt;
  const tangents = tangent instanceof Tensor ? [tangent] : tangent;
  if (targets.length !== tangents.length)
    throw new HypatiaError("jvp", "one tangent is needed per tensor", {
      got: `${tangents.length} for ${targets.length}`,
    });
  targets.forEach((x, i) => {
    checkFloat("jvp", "x", x);
    checkSameType("jvp", "tangent", tangents[i], x);
  });
  const moved = perturb([output.node], targets);
  const seeds = new Map(moved.variables.map((variable, i) => [variable, tangents[i].node]));
  const [pushed] = pushForward(moved.roots, seeds);
  return new Tensor(moved.restore([pushed ?? b.fillLike(0, output.node)])[0]);
}

function reverse(
  op: string,
  outputs: readonly Tensor[],
  cotangents: readonly Node[],
  wrt: readonly Tensor[],
  options: GradOptions,
): Tensor[] {
  for (const x of wrt) checkFloat(op, "the variable", x);
  const roots = outputs.map((output) => output.node);
  const moved = perturb(roots, wrt);
  const tangents = moved.variables.map(tangentSymbol);
  const seeds = new Map(moved.variables.map((variable, i) => [variable, tangents[i]]));
  const pushed = pushForward(moved.roots, seeds);
  const kept = pushed.flatMap((dy, i) => (dy ? [{ dy, ct: cotangents[i] }] : []));
  const pulled = pullBack(
    kept.map(({ dy }) => dy),
    kept.map(({ ct }) => ct),
    tangents,
  );
  const found = pulled.map((gradient, i) => {
    if (gradient) return gradient;
    if (options.disconnected === "zero" || moved.isGone(moved.variables[i]))
      return b.fillLike(0, wrt[i].node);
    const { name } = wrt[i];
    const nodes = topologicalOrder(roots);
    const isNew = name !== "" && !nodes.includes(wrt[i].node);
    const isOld = isNew && nodes.some((of) => new Tensor(of).name === name);
    throw new HypatiaError(op, "the result does not depend on this tensor", {
      got: wrt[i].toString(),
      expected: "a tensor that the result was computed from, by operations with a derivative",
      remedy: isOld ? buildAgain(name) : `pass { disconnected: "zero" } if zeros are meant`,
    });
  });
  return moved.restore(found).map((gradient) => new Tensor(gradient));
}

let nextTangent = 0;

const tangentSymbol = (of: Node): Node => freshSymbol(`d${nextTangent}`, of);

/** Negative fractional ids keep these symbols apart from all others. */
const freshSymbol = (name: string, { dtype, shape }: Node): Node =>
  node("symbol", [], { name, id: -(nextTangent++ + 0.5), dtype, shape });

/**
 * The graph in its stable form, with a place to vary at each target. A leaf is varied itself. Any
 * other x becomes a fresh symbol ξ, which also keeps rewrites from matching through it; if it
 * depends on another target, x + ε for a fresh symbol ε. What has been computed and does not vary
 * becomes a symbol too: the history of a loop in a cell, w = w - 0.1 * grad(loss, w), is long. Not a
 * number that is spread, which rules have to see.
 * `restore` puts x and what was computed in the place of their symbols, and ε = 0, in a tidy form.
 * What `isGone` has no influence after all, such as elements of which none is summed.
 */
function perturb(roots: readonly Node[], wrt: readonly Tensor[]) {
  const targets = new Set(wrt.map(({ node: x }) => x));
  const symbols = new Map<Node, Node>();
  const epsilons = new Map<Node, Node>();
  const varying = new Set<Node>();
  for (const of of recentOrder([...roots, ...targets], targets)) {
    const varies = of.inputs.some((input) => varying.has(input));
    if (varies || targets.has(of)) varying.add(of);
    if (targets.has(of) && of.inputs.length > 0)
      if (varies) epsilons.set(of, freshSymbol("ε", of));
      else symbols.set(of, freshSymbol("ξ", of));
    else if (!varies && of.inputs.length > 0 && isComputed(of) && splatValue(of) === null)
      symbols.set(of, freshSymbol("η", of));
  }
  const varied = rebuild(
    roots,
    (old, inputs) => {
      const made = withInputs(old, inputs);
      const epsilon = epsilons.get(old);
      return epsilon ? b.add(made, epsilon) : made;
    },
    symbols,
  );
  const stable = stableForm(varied).roots;
  const [before, after] = [varied, stable].map((some) => new Set(topologicalOrder(some)));
  const zeros = new Map([...epsilons.values()].map((epsilon) => [epsilon, b.fillLike(0, epsilon)]));
  const computed = new Map([...symbols].map(([of, symbol]) => [symbol, of]));
  return {
    roots: stable,
    variables: wrt.map(({ node: x }) => epsilons.get(x) ?? symbols.get(x) ?? x),
    isGone: (variable: Node): boolean => before.has(variable) && !after.has(variable),
    restore: (nodes: readonly Node[]): Node[] =>
      rebuild(tidy(rebuild(nodes, withInputs, zeros)).roots, withInputs, computed),
  };
}

/** Inputs first; nothing below what has been computed and is too old to depend on a target. */
function recentOrder(roots: readonly Node[], targets: ReadonlySet<Node>): Node[] {
  const oldest = Math.min(...[...targets].map(({ id }) => id)); // inputs are older than their users
  return topologicalOrder(roots, (of) => of.id < oldest && isComputed(of));
}

/** Derivatives are shown to people: rules leave factors of 1 and conditions that are known. */
const tidy = rewriter(canonicalize);

const stableForm = rewriter([...stabilize, ...canonicalize]);

function checkFloat(op: string, what: string, x: Tensor): void {
  if (!isFloat(x.dtype))
    throw new HypatiaError(op, `${what} is not differentiable: its dtype is ${x.dtype}`, {
      got: x.toString(),
      expected: "f32 or f64",
      remedy: `cast the data, for example x.cast("f32")`,
    });
}

const mayEqual = (a: Shape, c: Shape): boolean =>
  a.length === c.length && a.every((dim, axis) => sameDim(dim, c[axis]) !== false);

function checkSameType(op: string, what: string, got: Tensor, like: Tensor): void {
  if (got.dtype !== like.dtype || !mayEqual(got.shape, like.shape))
    throw new HypatiaError(op, `the ${what} does not fit`, {
      got: got.toString(),
      expected: `${like.dtype} ${formatShape(like.shape)}`,
    });
}
