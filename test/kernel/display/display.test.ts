import { expect } from "chai";
import { outputs, setOutputs, terminalOutputs } from "../../../kernel/display/channel.js";
import { clearOutput, display } from "../../../kernel/display/display.js";
import { recordingOutputs, recordingStream } from "./sink.js";

describe("display/display", () => {
  const before = outputs();
  after(() => setOutputs(before));

  it("shows, updates and clears through the channel", () => {
    const sink = recordingOutputs();
    setOutputs(sink);
    const handle = display(1);
    handle.update("two");
    display(3, { id: handle.id, update: true });
    clearOutput(true);
    expect(sink.shown.map(({ bundle }) => bundle.data["text/plain"])).to.deep.equal([
      "1",
      "'two'",
      "3",
    ]);
    expect(sink.shown.map(({ update }) => update)).to.deep.equal([false, true, true]);
    expect(new Set(sink.shown.map(({ displayId }) => displayId))).to.have.length(1);
    expect(sink.clears).to.deep.equal([true]);
  });
  it("an update needs an id", () => {
    expect(() => display(1, { update: true })).to.throw(TypeError, "needs the id");
  });
});

describe("display/channel: a terminal", () => {
  const bundle = (text: string) => ({ data: { "text/plain": text }, metadata: {} });
  const run = (isTTY: boolean): string => {
    const stdout = recordingStream(isTTY);
    const sink = terminalOutputs(stdout, recordingStream(isTTY));
    sink.display(bundle("a"));
    sink.display(bundle("0 %"), { displayId: "bar" });
    sink.display(bundle("50 %"), { displayId: "bar", update: true });
    sink.display(bundle("100 %"), { displayId: "bar", update: true });
    sink.stream("stdout", "b\n");
    sink.display(bundle("again"), { displayId: "bar", update: true });
    sink.display(bundle("c"));
    return stdout.text();
  };
  it("rewrites the last display in place", () => {
    const up = "\x1b[1A\r\x1b[J";
    expect(run(true)).to.equal(`a\n0 %\n${up}50 %\n${up}100 %\nb\nagain\nc\n`);
  });
  it("counts the rows of lines that wrap", () => {
    const stdout = { ...recordingStream(true), columns: 4 };
    const sink = terminalOutputs(stdout, stdout);
    sink.display(bundle("12345\n1"), { displayId: "bar" });
    sink.display(bundle("ok"), { displayId: "bar", update: true });
    expect(stdout.text()).to.equal("12345\n1\n\x1b[3A\r\x1b[Jok\n");
  });
  it("a file gets the last state only", () => {
    expect(run(false)).to.equal("a\n100 %\nb\nagain\nc\n");
  });
  it("a bundle without text is named by its types", () => {
    const stdout = recordingStream(false);
    terminalOutputs(stdout, stdout).display({ data: { "image/png": "AA" }, metadata: {} });
    expect(stdout.text()).to.equal("[image/png]\n");
  });
});
