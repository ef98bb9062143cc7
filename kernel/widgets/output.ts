import { plainText } from "../display/channel.js";
import type { MimeBundle } from "../types.js";
import { Widget } from "./widget.js";

const OUTPUT = { module: "@jupyter-widgets/output", version: "1.0.0" } as const;

/** A place that shows what a cell could show, also in a page that is loaded later. */
export class Output extends Widget {
  #shown: MimeBundle = { data: {}, metadata: {} };

  /** @param op the function that the user called, for messages */
  constructor(op: string) {
    super(op, { name: "Output", package: OUTPUT }, {}, { msg_id: "", outputs: [] });
  }

  show(bundle: MimeBundle): void {
    this.#shown = bundle;
    this.setState({ outputs: [{ output_type: "display_data", ...bundle }] });
  }

  describe(): string {
    return plainText(this.#shown);
  }
}
