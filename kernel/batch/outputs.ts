/** The outputs of cells as a front end collects them: streams merged, clears and updates applied. */
import type { SessionOutput } from "../front/session.js";
import { errorOutput, type NotebookOutput, toLines, toMultiline } from "./notebook.js";

export interface Collector {
  /** Outputs of this origin go to `cell` from now on. */
  begin(origin: string, cell: NotebookOutput[]): void;
  take(message: SessionOutput): void;
}

export function createCollector(): Collector {
  const cells = new Map<string, NotebookOutput[]>();
  /** Cells that are emptied when their next output comes (`clear_output(wait=True)`). */
  const clearing = new Set<NotebookOutput[]>();
  /** Every display that has an id, wherever it is shown. */
  const displays = new Map<string, Extract<NotebookOutput, { output_type: "display_data" }>[]>();

  const append = (cell: NotebookOutput[], output: NotebookOutput): void => {
    if (clearing.delete(cell)) cell.length = 0;
    const last = cell.at(-1);
    if (
      output.output_type === "stream" &&
      last?.output_type === "stream" &&
      last.name === output.name
    ) {
      last.text = toLines(last.text.join("") + output.text.join(""));
    } else {
      cell.push(output);
    }
  };

  return {
    begin(origin, cell) {
      cells.set(origin, cell);
    },
    take(message) {
      const cell = cells.get(message.origin);
      if (cell === undefined) return;
      switch (message.type) {
        case "stream":
          append(cell, {
            output_type: "stream",
            name: message.name,
            text: toLines(message.text),
          });
          break;
        case "display": {
          const { displayId: id } = message;
          const data = toMultiline(message.data);
          const metadata = { ...message.metadata };
          if (message.update) {
            for (const shown of displays.get(id ?? "") ?? [])
              Object.assign(shown, { data, metadata });
            break;
          }
          const output = { output_type: "display_data", data, metadata } as const;
          append(cell, output);
          if (id !== undefined) displays.set(id, [...(displays.get(id) ?? []), output]);
          break;
        }
        case "result":
          append(cell, {
            output_type: "execute_result",
            execution_count: message.count,
            data: toMultiline(message.data),
            metadata: { ...message.metadata },
          });
          break;
        case "clear":
          if (message.wait) clearing.add(cell);
          else cell.length = 0;
          break;
        case "error":
          append(cell, errorOutput(message.error));
          break;
        case "comm_open":
        case "comm_msg":
        case "comm_close":
          break; // Widgets, for kernel/batch/widgets.ts.
        default:
          message satisfies never;
      }
    },
  };
}
