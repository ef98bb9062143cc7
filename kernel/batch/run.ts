/** `hypatia run`: a notebook or a TypeScript file through the same session as the kernel's. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { terminalOutputs } from "../display/channel.js";
import { LANGUAGE_INFO, packageVersion } from "../front/info.js";
import { notebookSession } from "../front/parts.js";
import { createSession, type Executed, type SessionOutput } from "../front/session.js";
import type { Outputs } from "../types.js";
import { type Notebook, parseNotebook, printNotebook, sourceText } from "./notebook.js";
import { createCollector } from "./outputs.js";
import { createWidgetRecord } from "./widgets.js";

export interface RunOptions {
  readonly output?: string | undefined;
  readonly backend?: string | undefined;
}

/**
 * Runs every code cell in order, shows the outputs in the terminal, and stops at the first error.
 * The executed notebook is written in any case. Returns whether all cells passed.
 */
export async function runFile(file: string, { output, backend }: RunOptions): Promise<boolean> {
  const notebook = load(file);
  const collector = createCollector();
  const widgets = createWidgetRecord();
  const terminal = terminalOutputs(process.stdout, process.stderr);
  const cwd = dirname(resolve(file));
  const env = backend === undefined ? {} : { HYPATIA_BACKEND: backend };
  const session = createSession(notebookSession({ cwd, env }), {
    output(message) {
      collector.take(message);
      widgets.take(message);
      print(message, terminal);
    },
    input: async () => null, // Nobody is there to ask.
  });
  const stop = (): void => session.interrupt();
  process.on("SIGINT", stop);
  let failed = false;
  try {
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "code") continue;
      cell.outputs = [];
      cell.execution_count = null;
      const code = sourceText(cell);
      if (failed || code.trim() === "") continue;
      const { outputs } = cell;
      const executed: Executed = await session.execute(
        { code, silent: false, storeHistory: true, userExpressions: new Map() },
        (origin) => collector.begin(origin, outputs),
        (count) => {
          cell.execution_count = count;
        },
      );
      failed = executed.error !== null && !allowsError(cell.metadata);
    }
  } finally {
    process.off("SIGINT", stop);
    await session.dispose();
  }
  delete notebook.metadata.widgets;
  Object.assign(notebook.metadata, widgets.metadata());
  if (output !== undefined) {
    mkdirSync(dirname(resolve(output)), { recursive: true });
    writeFileSync(output, printNotebook(notebook));
  }
  return !failed;
}

/** nbconvert's mark on cells that are meant to fail. */
function allowsError({ tags }: { readonly tags?: unknown }): boolean {
  return Array.isArray(tags) && tags.includes("raises-exception");
}

/** A notebook as it is, any other file as a notebook of one cell. */
function load(file: string): Notebook {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`run: ${error instanceof Error ? error.message : error}`);
  }
  try {
    const notebook = extname(file) === ".ipynb" ? parseNotebook(text) : asNotebook(text);
    notebook.metadata.language_info = LANGUAGE_INFO;
    notebook.metadata.kernelspec ??= {
      name: "hypatia",
      display_name: "Hypatia (TypeScript)",
      language: "typescript",
    };
    return notebook;
  } catch (error) {
    throw new Error(`run: ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

function asNotebook(source: string): Notebook {
  const cell = { cell_type: "code", id: "file", source, metadata: {} };
  const metadata = { hypatia: { version: packageVersion() } };
  return { cells: [cell], metadata, nbformat: 4, nbformat_minor: 5 };
}

function print(message: SessionOutput, terminal: Outputs): void {
  switch (message.type) {
    case "stream":
      terminal.stream(message.name, message.text);
      break;
    case "result":
      terminal.display(message);
      break;
    case "display": {
      const { displayId, update } = message;
      terminal.display(message, displayId === undefined ? {} : { displayId, update });
      break;
    }
    case "clear":
      terminal.clear(message.wait);
      break;
    case "error":
      terminal.stream("stderr", `${message.error.traceback.join("\n")}\n`);
      break;
    default: // Comms: no front end to talk to.
  }
}
