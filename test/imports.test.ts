/**
 * The import rule, over the sources: `lang ← compiler ← backends ← kernel`, test and bench above
 * all of them, and no cycle anywhere, inside a folder neither. Imports of types count as well.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { root } from "./needs.js";

/** For each folder, the folders whose files it may import besides its own. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  lang: [],
  compiler: ["lang"],
  backends: ["lang", "compiler"],
  kernelspec: [],
  kernel: ["lang", "compiler", "backends", "kernelspec"],
  bench: ["lang", "compiler", "backends", "kernelspec", "kernel"],
  test: ["lang", "compiler", "backends", "kernelspec", "kernel", "bench"],
};

/** What these parts load must not bring in tensors: they answer while the engine is busy or dead. */
const standAlone = ["kernel/cell", "kernel/front"];

/** From each source file, as a path below the root, to the source files that it imports. */
type Graph = ReadonlyMap<string, readonly Import[]>;
type Import = { readonly path: string; readonly typeOnly: boolean };

const graph: Graph = new Map(
  Object.keys(mayImport)
    .flatMap((folder) => sourcesUnder(folder))
    .map((path) => [path, importsOf(path)]),
);

describe("imports", () => {
  it("run one way: lang ← compiler ← backends ← kernel", () => {
    const wrong = edges(graph).filter(({ from, to }) => {
      const [above, below] = [folderOf(from), folderOf(to)];
      return above !== below && !mayImport[above]?.includes(below);
    });
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).to.deep.equal([]);
  });

  it("have no cycle", () => {
    expect(cycles(graph).map((cycle) => cycle.join(" → "))).to.deep.equal([]);
  });

  it("of the front and of the cells bring in no tensors at run time", () => {
    const wrong = standAlone.flatMap((part) =>
      [...graph.keys()]
        .filter((path) => path.startsWith(`${part}/`))
        .flatMap((path) => [...reachable(graph, path)].map((to) => ({ path, to })))
        .filter(({ to }) => ["lang", "compiler", "backends"].includes(folderOf(to))),
    );
    expect(wrong.map(({ path, to }) => `${path} loads ${to}`)).to.deep.equal([]);
  });

  describe("are read right:", () => {
    const found = (text: string) => importsIn(text).map(({ name, typeOnly }) => [name, typeOnly]);
    for (const [text, expected] of [
      ['import { a } from "./a.js";', [["./a.js", false]]],
      ['import type { A } from "./a.js";', [["./a.js", true]]],
      ['import { type A } from "./a.js";', [["./a.js", false]]], // emitted as `import {}`
      ['export * from "./a.js";', [["./a.js", false]]],
      ['export type { A } from "./a.js";', [["./a.js", true]]],
      ['const a = await import("./a.js");', [["./a.js", false]]],
      ['let a: import("./a.js").A;', [["./a.js", true]]],
      ['import "./a.js";', [["./a.js", false]]],
      ['// import "./a.js";', []],
    ] as const) {
      it(text, () => expect(found(text)).to.deep.equal(expected));
    }
    it("a cycle is found and named", () => {
      const edge = (path: string) => ({ path, typeOnly: true });
      const made = new Map([
        ["a", [edge("b")]],
        ["b", [edge("c"), edge("d")]],
        ["c", []],
        ["d", [edge("a")]],
      ]);
      expect(cycles(made)).to.deep.equal([["a", "b", "d", "a"]]);
    });
  });
});

function sourcesUnder(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(folder, path).split(sep).join("/"));
}

/** The files of this repository that a source file imports, as paths below the root. */
function importsOf(path: string): Import[] {
  return importsIn(readFileSync(join(root, path), "utf8"))
    .filter(({ name }) => name.startsWith("."))
    .map(({ name, typeOnly }) => {
      const target = relative(root, normalize(join(root, dirname(path), name)));
      return { path: target.split(sep).join("/").replace(/\.js$/, ".ts"), typeOnly };
    });
}

/** Every module that a text names in an import, an export, an `import()` or an import type. */
function importsIn(text: string): { name: string; typeOnly: boolean }[] {
  const found: { name: string; typeOnly: boolean }[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node !== undefined && ts.isStringLiteral(node)) found.push({ name: node.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, typeOnly);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest));
  return found;
}

function edges(of: Graph): { from: string; to: string }[] {
  return [...of].flatMap(([from, imports]) => imports.map(({ path }) => ({ from, to: path })));
}

/** Depth-first: an edge back into the path being walked closes a cycle. */
function cycles(of: Graph): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path]);
    if (start >= 0 || done.has(path)) return;
    for (const { path: next } of of.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of of.keys()) walk(path, []);
  return found;
}

/** What is loaded when a file is: itself and everything behind its imports of values. */
function reachable(of: Graph, path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const next of of.get(path) ?? []) if (!next.typeOnly) reachable(of, next.path, seen);
  return seen;
}

function folderOf(path: string): string {
  return path.slice(0, path.indexOf("/"));
}
