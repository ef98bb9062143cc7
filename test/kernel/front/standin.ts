/** A kernel process for tests whose cells are plain JavaScript: the front with a stand-in. */
import { fileURLToPath } from "node:url";
import { serve } from "../../../kernel/front/kernel.js";
import { readConnection } from "../../../kernel/wire/connection.js";
import { javascriptCells } from "./javascript-cells.js";

await serve({
  connection: readConnection(process.argv[2] ?? ""),
  cells: javascriptCells(),
  engine: {
    cwd: process.cwd(),
    entry: fileURLToPath(new URL("../engine/standin.js", import.meta.url)),
  },
  renderDiagnostics: ([diagnostic]) => ({
    ename: "SyntaxError",
    evalue: diagnostic?.message ?? "",
    traceback: [diagnostic?.message ?? ""],
  }),
});
process.exit(0);
