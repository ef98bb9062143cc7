import { expect } from "chai";
import { display } from "../../../kernel/display/display.js";
import { html } from "../../../kernel/display/rich.js";
import { checkbox, dropdown, slider } from "../../../kernel/widgets/controls.js";
import { interact } from "../../../kernel/widgets/interact.js";
import { type Front, startFront, update } from "./front.js";

describe("kernel/widgets/interact", () => {
  let front: Front;
  beforeEach(() => {
    front = startFront();
  });

  it("calls with the first values, and again with each change", async () => {
    const n = slider(1, 10);
    const on = checkbox(true, { label: "power" });
    front.cell("cell-1", () => interact({ n, on }, ({ n, on }) => (on ? n * 2 : -n)));
    await front.say(n, update({ value: 4 }));
    await front.say(on, update({ value: false }));
    expect(front.shown()).to.deep.equal([
      "cell-1: n: 1 (slider from 1 to 10)\npower: ☑",
      "cell-1: 2",
      "cell-1: ↻ 8",
      "cell-1: ↻ -4",
    ]);
  });

  it("updates one and the same display", async () => {
    const n = slider(1, 10);
    interact({ n }, ({ n }) => n);
    await front.say(n, update({ value: 4 }));
    const ids = front.sent.flatMap((m) => (m.type === "display" ? [m.displayId] : []));
    expect(ids).to.have.length(3);
    expect(ids[2]).to.equal(ids[1]);
    expect(ids[1]).to.not.equal(ids[0]);
  });

  it("shows its result as a widget too where there are any: a page is loaded again", async () => {
    await front.restore();
    const n = slider(1, 10);
    interact({ n }, ({ n }) => n);
    await front.say(n, update({ value: 4 }));
    const shown = front.sent.findLast((m) => m.type === "display") as { data: object };
    const view = "application/vnd.jupyter.widget-view+json";
    const { [view]: of, ...data } = shown.data as { [view]: { model_id: string } };
    expect(front.state({ id: of.model_id })).to.deep.include({
      _model_module: "@jupyter-widgets/output",
      _model_name: "OutputModel",
      outputs: [{ output_type: "display_data", data, metadata: {} }],
    });
  });

  it("types the values as the controls hold them", () => {
    const controls = { n: slider(1, 10), how: dropdown(["a", "b"]), on: checkbox() };
    let seen: { n: number; how: "a" | "b"; on: boolean } | null = null;
    interact(controls, (values) => {
      seen = values;
    });
    expect(seen).to.deep.equal({ n: 1, how: "a", on: false });
  });

  it("gathers what a call prints and shows; the next call replaces all of it", async () => {
    const n = slider(1, 10);
    interact({ n }, ({ n }) => {
      if (n > 1) return n;
      front.outputs.stream("stdout", "a ");
      front.outputs.stream("stdout", "b\n");
      display(html`<b>${n}</b>`);
      return "<end>";
    });
    const first = front.sent.at(-1) as { data: object };
    expect(first.data).to.deep.equal({
      "text/html":
        "<div><pre>a b\n</pre></div>\n<div><b>1</b></div>\n<div><pre>&#39;&lt;end&gt;&#39;</pre></div>",
      "text/plain": "a b\n1\n'<end>'",
    });
    await front.say(n, update({ value: 2 }));
    expect(front.shown().at(-1)).to.equal(": ↻ 2");
  });

  it("updates displays made in the call, and those of elsewhere", () => {
    const elsewhere = display("far");
    interact({ n: slider(1, 10) }, () => {
      const near = display("near");
      near.update("nearer");
      elsewhere.update("farther");
    });
    expect(front.shown()).to.deep.equal([
      ": 'far'",
      ": n: 1 (slider from 1 to 10)",
      ": ↻ 'farther'",
      ": 'nearer'",
    ]);
  });

  it("fails as the first call does, with what it had shown", () => {
    const call = () =>
      interact({ n: slider(1, 10) }, () => {
        front.outputs.stream("stdout", "so far");
        throw new Error("no");
      });
    expect(call).to.throw("no");
    expect(front.shown().at(-1)).to.equal(": so far");
  });

  it("shows the error of a later call in its place, and goes on", async () => {
    const n = slider(0, 2);
    front.cell("cell-1", () =>
      interact({ n }, ({ n }) => {
        if (n === 1) throw new Error("one");
        return n;
      }),
    );
    await front.say(n, update({ value: 1 }));
    await front.say(n, update({ value: 2 }));
    expect(front.shown().slice(1)).to.deep.equal([
      "cell-1: 0",
      "cell-1: ↻ Error: one",
      "cell-1: ↻ 2",
    ]);
  });

  it("adds what an asynchronous call shows as it comes", async () => {
    await interact({ n: slider(0, 2) }, async () => {
      front.outputs.stream("stdout", "begun ");
      await null;
      front.outputs.stream("stdout", "going");
      return "done";
    });
    expect(front.shown().slice(1)).to.deep.equal([": begun going", ": ↻ begun going\n'done'"]);
  });

  it("lets the latest of overlapping calls count", async () => {
    const n = slider(0, 2);
    const release: (() => void)[] = [];
    const first = interact({ n }, async ({ n }) => {
      await new Promise<void>((resolve) => release.push(resolve));
      front.outputs.stream("stdout", "late ");
      if (n === 0) throw new Error("of no interest");
      return n;
    });
    const second = front.say(n, update({ value: 1 }));
    release[1]?.();
    await second;
    release[0]?.();
    await first;
    expect(front.shown().slice(1)).to.deep.equal([": late ", ": ↻ late \n1"]);
  });
});
