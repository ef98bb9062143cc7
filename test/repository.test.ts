/** What holds of the repository as a whole: layout, package, README. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import ts from "typescript";
import { root } from "./needs.js";

const execute = promisify(execFile);
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest: {
  bin: Record<string, string>;
  exports: Record<string, string | Record<string, string>>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
} = JSON.parse(read("package.json"));

describe("repository", () => {
  it("is formatted and free of lint", async () => {
    const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
    const args = [biome, "check", "--diagnostic-level=error", "--colors=off", "."];
    const { stdout } = await execute(process.execPath, args, { cwd: root }).catch((error) => {
      throw new Error(`biome check found errors\n${error.stdout}${error.stderr}`);
    });
    expect(stdout).to.match(/Checked \d+ files/);
  });

  it("pins every dependency", () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).to.deep.equal([]);
  });
});

describe("package", () => {
  it("exports the language by its name, with types", async () => {
    const entry = manifest.exports["."];
    const paths = typeof entry === "object" ? Object.values(entry) : [];
    expect(paths.filter((path) => !existsSync(join(root, path)))).to.deep.equal([]);
    // In a process of its own: the kernel's tests redirect imports in this one, as it does in cells.
    const names = "Object.entries(language).map(([name, value]) => [name, typeof value])";
    const text = `import * as language from "hypatia"; console.log(JSON.stringify(${names}));`;
    const args = ["--input-type=module", "--eval", text];
    const { stdout } = await execute(process.execPath, args, { cwd: root });
    const kinds: Record<string, string> = Object.fromEntries(JSON.parse(stdout));
    for (const name of ["matrix", "grad", "compile", "shared", "dot"]) {
      expect(kinds[name], name).to.equal("function");
    }
  });

  it("carries everything that it needs when installed", async () => {
    const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const { stdout } = await execute("npm", args, { cwd: root, maxBuffer: 1 << 26 });
    const [pack]: { files: { path: string }[] }[] = JSON.parse(stdout);
    const files = new Set(pack?.files.map(({ path }) => path));
    const wanted = [
      ...Object.values(manifest.bin),
      "README.md",
      "LICENSE",
      "dist/backends/hypatia.js",
      "dist/backends/hypatia.d.ts",
      "kernelspec/logo-64x64.png",
    ];
    expect(wanted.filter((path) => !files.has(path))).to.deep.equal([]);
    expect([...files].filter((path) => /^(dist\/)?(test|bench)\//.test(path))).to.deep.equal([]);
  });
});

describe("README", () => {
  it("shows a picture that is there", () => {
    const pictures = [...read("README.md").matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)];
    expect(pictures).to.have.lengthOf.at.least(1);
    for (const [, path] of pictures)
      expect(existsSync(join(root, path ?? "")), path).to.equal(true);
  });

  it("has a first cell that runs and says what it promises", async function () {
    this.timeout(120_000);
    const cell = /```ts\n(.*?)```/s.exec(read("README.md"))?.[1] ?? "";
    const folder = mkdtempSync(join(tmpdir(), "hypatia-readme-"));
    try {
      const check = "\nw.toArray(1).every((v, i) => Math.abs(Number(v) - i - 1) < 0.01);";
      writeFileSync(join(folder, "cell.ts"), `${cell};console.log(${check.replace(/;$/, "")});`);
      const main = join(root, "dist", "kernel", "main.js");
      const args = [main, "run", join(folder, "cell.ts")];
      const { stdout } = await execute(process.execPath, args, { cwd: folder });
      expect(stdout).to.match(/^true$/m);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("documentation", () => {
  const path = join(root, "backends", "hypatia.ts");
  const options = { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 };
  let checker: ts.TypeChecker;
  let names: { name: string; symbol: ts.Symbol }[] = [];

  /** What a module exports, with the members of namespaces under their dotted names. */
  const exportsOf = (module: ts.Symbol, prefix = ""): typeof names =>
    checker.getExportsOfModule(module).flatMap((exported) => {
      const aliased = exported.flags & ts.SymbolFlags.Alias;
      const symbol = aliased ? checker.getAliasedSymbol(exported) : exported;
      const name = `${prefix}${exported.name}`;
      if (symbol.flags & ts.SymbolFlags.ValueModule) return exportsOf(symbol, `${name}.`);
      return symbol.flags & ts.SymbolFlags.Value ? [{ name, symbol }] : []; // types explain themselves
    });

  before(() => {
    const program = ts.createProgram([path], { ...options, skipLibCheck: true, types: ["node"] });
    checker = program.getTypeChecker();
    const file = program.getSourceFile(path);
    const module = file && checker.getSymbolAtLocation(file);
    names = module ? exportsOf(module) : [];
    expect(names).to.have.lengthOf.at.least(100);
  });

  it("says of every public name what it is, with an example or a reference to one", () => {
    const lacking = names.filter(({ symbol }) => {
      const text = ts.displayPartsToString(symbol.getDocumentationComment(checker));
      const tags = symbol.getJsDocTags(checker).map((tag) => tag.name);
      // What a class is for shows in the functions that make its instances.
      const example = symbol.flags & ts.SymbolFlags.Class || tags.includes("example");
      return text === "" || !(example || /See \{@link \w+\}/.test(text));
    });
    expect(lacking.map(({ name }) => name)).to.deep.equal([]);
  });
});
