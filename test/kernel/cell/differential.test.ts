/**
 * A module's statements, as one cell and as a cell each, against the module that TypeScript's own
 * emitter makes of them: what they log must be the same.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import typescript from "typescript";
import { root } from "../../needs.js";
import { createSession, type Session } from "./session.js";

interface Program {
  readonly title: string;
  readonly text: string;
  /** Statements refer to later ones, or merge with them, which cells do not. */
  readonly isWhole: boolean;
}

/** Those in programs.txt; a line `//// title` begins each. */
const programs = readFileSync(join(root, "test", "kernel", "cell", "programs.txt"), "utf8")
  .split(/^\/\/\/\/ /m)
  .slice(1)
  .map((part): Program => {
    const [title = ""] = part.split("\n", 1);
    return { title, text: part.slice(title.length + 1), isWhole: title.endsWith("(whole)") };
  });

/** What the programs find; values are compared as they look when they are logged. */
const header = `import { inspect as shown } from "node:util";
export const logged: string[] = [];
const log = (...values: unknown[]) => { logged.push(values.map((value) => shown(value)).join(" ")) };
`;

/** The text of each statement with what precedes it; overloads stay together. */
function statementsOf(text: string): string[] {
  const file = typescript.createSourceFile("a.ts", text, typescript.ScriptTarget.ESNext, true);
  const statements: string[] = [];
  let from = 0;
  for (const statement of file.statements) {
    if (typescript.isFunctionDeclaration(statement) && statement.body === undefined) continue;
    statements.push(text.slice(from, statement.end));
    from = statement.end;
  }
  return statements;
}

describe("cells beside the same module", function () {
  this.timeout(60_000);
  let folder: string;
  let session: Session;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-differential-"));
    session = createSession(folder);
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => session.reset());

  let count = 0;
  async function moduleLogs(text: string): Promise<unknown> {
    const { outputText } = typescript.transpileModule(header + text, {
      compilerOptions: {
        target: typescript.ScriptTarget.ES2022,
        module: typescript.ModuleKind.ESNext,
      },
    });
    const file = join(folder, `module${++count}.mjs`);
    writeFileSync(file, outputText);
    const module: { logged: unknown } = await import(pathToFileURL(file).href);
    return module.logged;
  }

  for (const { title, text, isWhole } of programs) {
    it(title, async () => {
      const expected = await moduleLogs(text);
      expect(expected).to.not.be.empty;
      expect(await session.run(header + text, "logged"), "in one cell").to.deep.equal(expected);
      if (isWhole) return;
      session.reset();
      const cells = [...statementsOf(header), ...statementsOf(text)];
      expect(await session.run(...cells, "logged"), "in a cell each").to.deep.equal(expected);
    });
  }
});
