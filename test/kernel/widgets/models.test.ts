import { expect } from "chai";
import { button } from "../../../kernel/widgets/button.js";
import { checkbox, slider } from "../../../kernel/widgets/controls.js";
import { type Front, startFront, update } from "./front.js";

describe("kernel/widgets/models", () => {
  let front: Front;
  beforeEach(() => {
    front = startFront();
  });

  const messages = () =>
    front.sent.flatMap((message) => (message.type === "comm_msg" ? [message.data] : []));

  it("opens the parts before the whole, with the protocol's version", () => {
    const made = slider(1, 10, { layout: { maxWidth: "9em" } });
    const opened = front.sent.flatMap((message) => (message.type === "comm_open" ? [message] : []));
    expect(opened.map(({ target, metadata }) => [target, metadata])).to.deep.equal(
      Array(3).fill(["jupyter.widget", { version: "2.1.0" }]),
    );
    const [layout, style, whole] = opened;
    expect(layout?.data.state).to.deep.equal({
      _model_module: "@jupyter-widgets/base",
      _model_module_version: "2.0.0",
      _model_name: "LayoutModel",
      _view_module: "@jupyter-widgets/base",
      _view_module_version: "2.0.0",
      _view_name: "LayoutView",
      max_width: "9em",
    });
    expect(whole?.id).to.equal(made.id);
    expect(whole?.data.state).to.include({
      _model_name: "IntSliderModel",
      _view_name: "IntSliderView",
      layout: `IPY_MODEL_${layout?.id}`,
      style: `IPY_MODEL_${style?.id}`,
    });
  });

  it("echoes what it takes over", async () => {
    const made = slider(1, 10);
    await front.say(made, update({ value: 7 }));
    expect(made.value).to.equal(7);
    expect(messages()).to.deep.equal([
      { method: "echo_update", state: { value: 7 }, buffer_paths: [] },
    ]);
  });

  for (const value of [11, 0, 2.5, "7", null, [7]]) {
    it(`refuses ${JSON.stringify(value)}, and sets the front end right`, async () => {
      const made = slider(1, 10);
      await front.say(made, update({ value }));
      expect(made.value).to.equal(1);
      expect(messages()).to.deep.equal([
        { method: "update", state: { value: 1 }, buffer_paths: [] },
      ]);
    });
  }

  it("lets the front end change nothing else", async () => {
    const made = slider(1, 10);
    await front.say(made, update({ max: 99, nonsense: 1 }));
    expect(messages()).to.deep.equal([{ method: "update", state: { max: 10 }, buffer_paths: [] }]);
  });

  it("answers request_state with all of it", async () => {
    const made = checkbox(true, { label: "on" });
    await front.say(made, { method: "request_state" });
    expect(messages()).to.deep.equal([
      { method: "update", state: front.state(made), buffer_paths: [] },
    ]);
  });

  it("answers request_states with every open model", async () => {
    const kept = checkbox(true);
    checkbox(false).close();
    kept.value = false;
    await front.restore();
    const answer = messages().at(-1);
    expect(answer).to.include({ method: "update_states" });
    const states = Object.entries(Object(answer?.states));
    expect(states).to.have.length(3); // with layout and style
    expect(Object.fromEntries(states)[kept.id]).to.deep.equal({
      model_name: "CheckboxModel",
      model_module: "@jupyter-widgets/controls",
      model_module_version: "2.0.0",
      state: front.state(kept),
    });
  });

  for (const data of [{}, { method: 7 }, { method: "update" }, { method: "update", state: [1] }]) {
    it(`survives ${JSON.stringify(data)}`, async () => {
      const made = button("go");
      await front.say(made, data);
      expect(messages()).to.deep.equal([]);
    });
  }
});
