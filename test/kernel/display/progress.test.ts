import { expect } from "chai";
import { outputs, setOutputs } from "../../../kernel/display/channel.js";
import { duration } from "../../../kernel/display/duration.js";
import {
  type ProgressState,
  progress,
  progressHtml,
  progressText,
} from "../../../kernel/display/progress.js";
import { config } from "../../../lang/config.js";
import { recordingOutputs } from "./sink.js";

const state = (changes: Partial<ProgressState>): ProgressState => ({
  label: "epoch 1",
  count: 300,
  total: 600,
  message: "",
  outcome: "running",
  elapsed: 400,
  rate: 0.75,
  ...changes,
});

describe("display/progress: one line", () => {
  const table: readonly [Partial<ProgressState>, string][] = [
    [{}, "epoch 1 ━━━━━━━━━━━━──────────── 300/600 · 50 % · 750/s · 400 ms left"],
    [{ count: 0, rate: null }, "epoch 1 ──────────────────────── 0/600 · 0 %"],
    [{ count: 600, outcome: "done" }, "epoch 1 ━━━━━━━━━━━━━━━━━━━━━━━━ 600/600 · 750/s · 400 ms"],
    [{ outcome: "stopped" }, "epoch 1 ━━━━━━━━━━━━──────────── 300/600 · 750/s · 400 ms · stopped"],
    [{ total: null, label: "", message: "loss 0.3" }, "300 · 750/s · loss 0.3"],
    [
      { count: 0, total: 0, outcome: "done", label: "", rate: null },
      "━━━━━━━━━━━━━━━━━━━━━━━━ 0/0 · 400 ms",
    ],
  ];
  for (const [changes, line] of table) {
    it(line, () => expect(progressText(state(changes))).to.equal(line));
  }
  it("no times where they are not wanted", () => {
    config.timings = false;
    try {
      expect(progressText(state({}))).to.equal("epoch 1 ━━━━━━━━━━━━──────────── 300/600 · 50 %");
      const done = progressText(state({ count: 600, outcome: "done" }));
      expect(done).to.equal("epoch 1 ━━━━━━━━━━━━━━━━━━━━━━━━ 600/600");
    } finally {
      config.timings = true;
    }
  });
  it("a slow loop counts seconds per step; escapes are written out", () => {
    const line = progressText(state({ rate: 1e-4, total: 310, message: "\x1b[2J" }));
    expect(line).to.match(/ 300\/310 · 96 % · 10 s\/step · 1:40 min left · \\x1b\[2J$/);
  });
  it("HTML escapes label and message", () => {
    const markup = progressHtml(state({ label: '"<b>', message: "<script>" }));
    expect(markup).to.include('aria-label="&quot;&lt;b&gt;"').and.include("&lt;script&gt;");
    expect(markup).to.include('aria-valuenow="50"');
  });
});

describe("display/progress: durations", () => {
  const table: readonly [number, string][] = [
    [0.005, "5 µs"],
    [0.31, "0.31 ms"],
    [42.4, "42 ms"],
    [999.7, "1 s"],
    [3100, "3.1 s"],
    [125_000, "2:05 min"],
    [7_500_000, "2:05 h"],
  ];
  for (const [time, text] of table) it(text, () => expect(duration(time)).to.equal(text));
});

describe("display/progress: a loop", () => {
  const before = outputs();
  const { now } = performance;
  let sink = recordingOutputs();
  let ms = 0;
  beforeEach(() => {
    sink = recordingOutputs();
    setOutputs(sink);
    performance.now = () => ms;
  });
  afterEach(() => {
    performance.now = now;
  });
  after(() => setOutputs(before));
  const lines = (): string[] => sink.shown.map(({ bundle }) => String(bundle.data["text/plain"]));

  it("is drawn at the start and at the end, whatever happens between", () => {
    expect([...progress([7, 8, 9])]).to.deep.equal([7, 8, 9]);
    expect(lines()).to.have.length(2);
    expect(lines()[0]).to.include(" 0/3");
    expect(lines()[1]).to.include("━ 3/3");
    expect(sink.shown[1].displayId).to.equal(sink.shown[0].displayId);
    expect(sink.shown[1].update).to.equal(true);
  });
  it("counts to a number", () => {
    expect([...progress(3)]).to.deep.equal([0, 1, 2]);
  });
  it("break and errors end it as stopped", () => {
    for (const _ of progress(10)) break;
    expect(lines().at(-1)).to.match(/ 0\/10 .*stopped$/);
    expect(() => {
      for (const i of progress(10)) if (i === 2) throw new Error("no");
    }).to.throw("no");
    expect(lines().at(-1)).to.match(/ 2\/10 .*stopped$/);
  });
  it("is redrawn at most ten times a second", () => {
    const bar = progress(1e9);
    for (const end = ms + 350; ms < end; ms++) {
      bar.advance();
      bar.set("x");
    }
    bar.done();
    expect(sink.shown).to.have.length(5);
    expect(lines()[1]).to.match(/\/s · .* left · x$/);
  });
  it("async items", async () => {
    async function* items() {
      yield 1;
      yield 2;
    }
    const seen: number[] = [];
    for await (const item of progress(items(), { total: 2 })) seen.push(item);
    expect(seen).to.deep.equal([1, 2]);
    expect(lines().at(-1)).to.include(" 2/2");
    expect(() => [...progress(items())]).to.throw(TypeError, "for await");
  });
  it("refuses a count that is none", () => {
    expect(() => progress(-1)).to.throw(RangeError, "an integer ≥ 0, got -1");
  });
});
