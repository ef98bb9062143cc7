/** The real parts of a session, for the kernel and for `hypatia run`. */
import { renderDiagnostics } from "../cell/errors.js";
import { createCellService } from "../cell/service.js";
import type { EngineOptions } from "./engine.js";
import type { SessionOptions } from "./session.js";

/** @param engine where the notebook is, and what its engine's environment has besides ours */
export function notebookSession(engine: EngineOptions = { cwd: process.cwd() }): SessionOptions {
  return { engine, cells: createCellService({ cwd: engine.cwd }), renderDiagnostics };
}
