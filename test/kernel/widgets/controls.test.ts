import { expect } from "chai";
import fc from "fast-check";
import { hbox, vbox } from "../../../kernel/widgets/box.js";
import { button } from "../../../kernel/widgets/button.js";
import { checkbox, dropdown, slider, text } from "../../../kernel/widgets/controls.js";
import { VIEW_TYPE } from "../../../kernel/widgets/widget.js";
import { type Front, startFront, update } from "./front.js";

/** As plain JavaScript could pass it. */
const misspelt: object = { wdith: "1em" };

describe("kernel/widgets/controls", () => {
  let front: Front;
  beforeEach(() => {
    front = startFront();
  });

  describe("slider", () => {
    for (const [min, max, options, kind, step, format] of [
      [1, 10, {}, "Int", 1, "d"],
      [0, 2, {}, "Int", 1, "d"],
      [0, 1, {}, "Float", 0.01, ".2f"],
      [0, 3.3, {}, "Float", 0.02, ".2f"],
      [0.5, 1000, {}, "Float", 5, ".1f"],
      [0, 0.001, {}, "Float", 0.00001, ".5f"],
      [0, 10, { step: 0.5 }, "Float", 0.5, ".1f"],
      [0, 10, { value: 0.5 }, "Float", 1, ".1f"],
      [0, 1, { step: 0.25 }, "Float", 0.25, ".2f"],
      [0.5, 10.5, { step: 1 }, "Float", 1, ".1f"],
      [0, 1, { step: 1 / 3 }, "Float", 1 / 3, ".3f"],
      [0, 1e-6, { step: 1e-9 }, "Float", 1e-9, ".4g"],
      [-100, 100, { step: 20 }, "Int", 20, "d"],
    ] as const) {
      it(`from ${min} to ${max} ${JSON.stringify(options)} → ${kind}, step ${step}`, () => {
        expect(front.state(slider(min, max, options))).to.include({
          _model_name: `${kind}SliderModel`,
          step,
          readout_format: format,
        });
      });
    }

    it("has a step of one digit that makes 100 to 250 of any range", () => {
      const number = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
      fc.assert(
        fc.property(number, (range) => {
          fc.pre(!Number.isInteger(range));
          const step = Number(front.state(slider(0, range)).step);
          expect(range / step).to.be.within(99.99, 250.01);
          expect(step.toExponential()).to.match(/^[125]e/);
        }),
      );
    });

    for (const [why, make] of [
      ["slider: got the bounds 3 and 1, expected finite numbers", () => slider(3, 1)],
      ["slider: got the bounds 0 and Infinity", () => slider(0, Number.POSITIVE_INFINITY)],
      ["slider: got the step 0, expected a number > 0", () => slider(0, 1, { step: 0 })],
      ["got the value 11, expected an integer from 1 to 10", () => slider(1, 10, { value: 11 })],
      ["got the value NaN, expected a number", () => slider(0, 1, { value: Number.NaN })],
      ["slider: layout has no 'wdith'", () => slider(0, 1, { layout: misspelt })],
    ] as const) {
      it(why, () => {
        expect(make).to.throw(why);
      });
    }

    it("takes what the front end has computed without the noise of its last bits", async () => {
      const made = slider(0, 0.3, { step: 0.1 });
      const seen: number[] = [];
      made.onChange((value) => seen.push(value));
      // Three steps, as JupyterLab counts them; a number typed by the person.
      await front.say(made, update({ value: 3 * 0.1 }));
      await front.say(made, update({ value: 0.123456789012345 }));
      expect(seen).to.deep.equal([0.3, 0.123456789012345]);
    });

    it("keeps its value when it is given one that it cannot have", () => {
      const made = slider(1, 10);
      expect(() => {
        made.value = 2.5;
      }).to.throw(RangeError, "got the value 2.5, expected an integer from 1 to 10");
      expect([made.value, front.state(made).value]).to.deep.equal([1, 1]);
    });
  });

  describe("dropdown", () => {
    it("takes values that are their own labels", async () => {
      const made = dropdown(["sgd", "adam"], { value: "adam" });
      expect(front.state(made)).to.include({ index: 1 });
      expect(front.state(made)._options_labels).to.deep.equal(["sgd", "adam"]);
      await front.say(made, update({ index: 0 }));
      const value: "sgd" | "adam" = made.value;
      expect(value).to.equal("sgd");
    });

    it("takes values by label", async () => {
      const made = dropdown({ sine: Math.sin, none: undefined });
      await front.say(made, update({ index: 1 }));
      expect(made.value).to.equal(undefined);
      made.value = Math.sin;
      expect(front.state(made)).to.include({ index: 0 });
    });

    for (const index of [2, -1, 0.5, null, "1"]) {
      it(`refuses the index ${JSON.stringify(index)}`, async () => {
        const made = dropdown(["a", "b"]);
        await front.say(made, update({ index }));
        expect([made.value, front.state(made).index]).to.deep.equal(["a", 0]);
      });
    }

    it("says what there is to choose", () => {
      expect(() => dropdown([])).to.throw("dropdown: got no options");
      const made = dropdown<string>(["a", "b"]);
      expect(() => {
        made.value = "c";
      }).to.throw(RangeError, 'dropdown: got the value c, expected one of "a", "b"');
    });
  });

  describe("text", () => {
    it("is a line, or several", () => {
      const options = { placeholder: "name" };
      expect(front.state(text("a", options))).to.include({
        _model_name: "TextModel",
        value: "a",
        placeholder: "name",
        continuous_update: false,
      });
      expect(front.state(text("", { lines: 4 }))).to.include({
        _model_name: "TextareaModel",
        rows: 4,
      });
    });
  });

  describe("listeners", () => {
    it("hear of changes from both sides, once each", async () => {
      const made = slider(1, 10);
      const heard: number[] = [];
      const stop = made.onChange((value) => heard.push(value));
      await front.say(made, update({ value: 2 }));
      await front.say(made, update({ value: 2 }));
      made.value = 3;
      made.value = 3;
      stop();
      made.value = 4;
      expect(heard).to.deep.equal([2, 3]);
      expect(front.state(made)).to.include({ value: 4 });
    });

    it("print where they were added, also after an await; their errors are shown there", async () => {
      const made = checkbox();
      front.cell("cell-1", () => {
        made.onChange(async (on) => {
          await null;
          front.outputs.stream("stdout", String(on));
        });
        made.onChange(() => {
          throw new Error("no");
        });
        made.onChange(() => Promise.reject(new Error("later")));
      });
      await front.cell("cell-2", () => front.say(made, update({ value: true })));
      expect(front.shown()).to.deep.equal([
        "cell-1: true",
        "cell-1: Error: no",
        "cell-1: Error: later",
      ]);
    });

    it("print in the cell that changes the value", () => {
      const made = checkbox();
      front.cell("cell-1", () => made.onChange((on) => front.outputs.stream("stdout", `${on}`)));
      front.cell("cell-2", () => {
        made.value = true;
      });
      expect(front.shown()).to.deep.equal(["cell-2: true"]);
    });

    it("may change other controls", async () => {
      const [a, b] = [slider(0, 10), slider(0, 10)];
      a.onChange((value) => {
        b.value = 10 - value;
      });
      b.onChange((value) => {
        a.value = 10 - value;
      });
      await front.say(a, update({ value: 3 }));
      expect([front.state(a).value, front.state(b).value]).to.deep.equal([3, 7]);
    });
  });

  describe("button", () => {
    it("calls on a click, and on nothing else", async () => {
      let clicks = 0;
      const made = button("go", () => ++clicks, { look: "primary", icon: "play" });
      await front.say(made, { method: "custom", content: { event: "click" } });
      await front.say(made, { method: "custom", content: { event: "hover" } });
      await front.say(made, { method: "custom", content: null });
      expect(clicks).to.equal(1);
      expect(front.state(made)).to.include({ button_style: "primary", icon: "play" });
    });
  });

  it("labels and switches change in the front end", () => {
    const made = checkbox();
    made.label = "on";
    made.disabled = true;
    expect(front.state(made)).to.include({ description: "on", disabled: true });
    const go = button("go");
    go.disabled = true;
    expect(front.state(go)).to.include({ disabled: true });
  });

  for (const [label, fits] of [
    ["batch size", true],
    ["learning rate", false],
    ["MOMENTUM", false],
    ["学習率の設定値", false],
    ["学習率", true],
  ] as const) {
    it(`has ${fits ? "" : "no "}room for the label ${label} in ipywidgets' width`, () => {
      const { style } = front.state(checkbox(true, { label }));
      const id = String(style).replace("IPY_MODEL_", "");
      expect(front.state({ id }).description_width).to.equal(fits ? undefined : "initial");
    });
  }

  it("closes with its parts", () => {
    checkbox().close();
    expect(front.sent.filter(({ type }) => type === "comm_close")).to.have.length(3);
  });

  describe("a view", () => {
    for (const [shown, make] of [
      ["n: 3 (slider from 1 to 10)", () => slider(1, 10, { value: 3, label: "n" })],
      ["☑", () => checkbox(true)],
      ['how: "a" (of "a", "b")', () => dropdown(["a", "b"], { label: "how" })],
      ['"\\u001b[2J"', () => text("\u001b[2J")],
      ["[go]", () => button("go")],
      ["☐  [go]", () => hbox([checkbox(), button("go")])],
      ["☐\n[go]", () => vbox([checkbox(), button("go")])],
    ] as const) {
      it(`has the text ${JSON.stringify(shown)}`, () => {
        const made = make();
        const [data] = made._repr_mimebundle_();
        expect(data).to.deep.equal({
          [VIEW_TYPE]: { version_major: 2, version_minor: 0, model_id: made.id },
          "text/plain": shown,
        });
      });
    }
  });
});
