/**
 * Patterns as text: `log(exp(x) / y)`, `x + 0`, `sum(expand(x; s); a)`.
 *
 * Letters before a bracket are ops of the table; + - * / and a leading minus stand for add, sub,
 * mul, div and neg. A single letter is a variable: it matches any node, the same node each time.
 * A letter after `;` binds an op's attributes as a whole. A number matches that literal, also
 * spread over a shape; in a result it takes the shape and dtype of what it is combined with.
 */
import { internal } from "../../lang/error.js";
import type { Node, OpName } from "../../lang/graph.js";
import { node, splatValue } from "../../lang/node.js";
import { ops } from "../../lang/ops.js";
import { fill } from "../build.js";

export type Pattern =
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "number"; readonly value: number }
  | {
      readonly kind: "op";
      readonly op: OpName;
      readonly args: readonly Pattern[];
      readonly attrs: string | null;
    };

/** What a match bound: nodes to variables, attributes to the letters after `;`. */
export interface Bindings {
  readonly nodes: Map<string, Node>;
  readonly attrs: Map<string, unknown>;
}

const isOpName = (name: string): name is OpName => Object.hasOwn(ops, name);

/** Reads a pattern; throws for unknown ops and wrong numbers of arguments. */
export function parsePattern(text: string): Pattern {
  const tokens = text.match(/[A-Za-z][A-Za-z0-9]*|\d+(?:\.\d+)?|[-+*/();,]/g) ?? [];
  let at = 0;
  const fail = (problem: string): Error => internal(`pattern "${text}": ${problem}`);
  const take = (token: string): boolean => tokens[at] === token && ++at > 0;
  const expect = (token: string): void => {
    if (!take(token)) throw fail(`expected ${token}, got ${tokens[at] ?? "the end"}`);
  };
  const call = (op: OpName, args: readonly Pattern[], attrs: string | null = null): Pattern => {
    const { arity } = ops[op];
    if (arity !== "many" && arity !== args.length) throw fail(`${op} takes ${arity} arguments`);
    return { kind: "op", op, args, attrs };
  };
  const sum = (): Pattern => {
    let left = product();
    for (;;) {
      if (take("+")) left = call("add", [left, product()]);
      else if (take("-")) left = call("sub", [left, product()]);
      else return left;
    }
  };
  const product = (): Pattern => {
    let left = factor();
    for (;;) {
      if (take("*")) left = call("mul", [left, factor()]);
      else if (take("/")) left = call("div", [left, factor()]);
      else return left;
    }
  };
  const factor = (): Pattern => {
    if (take("-")) return call("neg", [factor()]);
    if (take("(")) {
      const inner = sum();
      expect(")");
      return inner;
    }
    const token = tokens[at++];
    if (token === undefined) throw fail("ends too early");
    if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
    if (!take("(")) {
      if (token.length !== 1) throw fail(`${token} is not a variable (one letter)`);
      return { kind: "variable", name: token };
    }
    if (!isOpName(token)) throw fail(`${token} is not an op`);
    const args = [sum()];
    while (take(",")) args.push(sum());
    const attrs = take(";") ? tokens[at++] : null;
    expect(")");
    return call(token, args, attrs);
  };
  const pattern = sum();
  if (at !== tokens.length) throw fail(`cannot read ${tokens.slice(at).join("")}`);
  return pattern;
}

/** The variables (and attribute letters) of a pattern. */
export function namesIn(pattern: Pattern): string[] {
  if (pattern.kind === "variable") return [pattern.name];
  if (pattern.kind === "number") return [];
  const inner = pattern.args.flatMap(namesIn);
  return pattern.attrs === null ? inner : [...inner, pattern.attrs];
}

/** Whether the pattern describes the node; adds to the bindings, also when it fails. */
export function match(pattern: Pattern, subject: Node, bound: Bindings): boolean {
  switch (pattern.kind) {
    case "variable": {
      const known = bound.nodes.get(pattern.name);
      if (known) return known === subject;
      bound.nodes.set(pattern.name, subject);
      return true;
    }
    case "number": {
      const value = splatValue(subject);
      return value !== null && Number(value) === pattern.value;
    }
    case "op": {
      if (subject.op !== pattern.op) return false;
      if (pattern.attrs !== null) bound.attrs.set(pattern.attrs, subject.attrs);
      const { inputs } = subject;
      if (!ops[pattern.op].commutes) return matchAll(pattern.args, inputs, bound);
      const nodes = new Map(bound.nodes);
      if (matchAll(pattern.args, inputs, bound)) return true;
      bound.nodes.clear();
      for (const [name, of] of nodes) bound.nodes.set(name, of);
      return matchAll(pattern.args, [inputs[1], inputs[0]], bound);
    }
  }
}

const matchAll = (patterns: readonly Pattern[], nodes: readonly Node[], bound: Bindings): boolean =>
  patterns.length === nodes.length && patterns.every((p, i) => match(p, nodes[i], bound));

/** The node a pattern describes under bindings; numbers take the shape and dtype of `like`. */
export function instantiate(pattern: Pattern, bound: Bindings, like: Node): Node {
  switch (pattern.kind) {
    case "variable":
      return bound.nodes.get(pattern.name)!;
    case "number":
      return fill(pattern.value, like.dtype, like.shape);
    case "op": {
      const args = pattern.args.map((arg) =>
        arg.kind === "number" ? null : instantiate(arg, bound, like),
      );
      const model = args.find((arg) => arg !== null) ?? like;
      const inputs = args.map((arg, i) => arg ?? instantiate(pattern.args[i], bound, model));
      const attrs = pattern.attrs === null ? {} : bound.attrs.get(pattern.attrs);
      return node(pattern.op, inputs, attrs as never) as Node; // bound at a node of this op
    }
  }
}
