import { expect } from "chai";
import { quantile, race } from "../../bench/race.js";
import { cells, duration, type Machine } from "../../bench/report.js";

describe("bench", () => {
  describe("quantile", () => {
    for (const [values, p, expected] of [
      [[3, 1, 2], 0.5, 2],
      [[4, 1, 2, 3], 0.5, 2.5],
      [[1, 2, 3, 4, 5], 0.25, 2],
      [[7], 0.75, 7],
    ] as const) {
      it(`${p} of ${values.join(" ")} → ${expected}`, () =>
        expect(quantile(values, p)).to.equal(expected));
    }
  });

  it("a race gives times per iteration, and ratios to the last contender", async () => {
    const runs = { fast: 0, slow: 0 };
    const contender = (name: keyof typeof runs, milliseconds: number) => ({
      name,
      run(iterations: number) {
        runs[name] += iterations;
        return iterations * milliseconds;
      },
    });
    const options = { rounds: 4, turn: 10, pause: 0 };
    const [fast, slow] = await race([contender("fast", 0.5), contender("slow", 2)], options);
    expect(fast).to.include({ name: "fast", median: 0.5, low: 0.5, high: 0.5, ratio: 0.25 });
    expect(slow).to.include({ name: "slow", median: 2, ratio: 1 });
    expect(runs.fast, "a turn is filled").to.be.at.least(4 * 20);
    expect(runs.slow).to.be.at.least(4 * 5);
  });

  describe("duration", () => {
    for (const [milliseconds, expected] of [
      [1234, "1.23 s"],
      [12.345, "12.3 ms"],
      [0.5, "500 µs"],
      [0.00004, "40.0 ns"],
    ] as const) {
      it(`${milliseconds} ms → ${expected}`, () =>
        expect(duration(milliseconds)).to.equal(expected));
    }
  });

  it("a row has its rate, and its share of the peak", () => {
    const machine: Machine = { processor: "test", cores: 2, load: 0, peak: { one: 50, all: 100 } };
    const standing = { low: 1, high: 1 };
    const ours = { ...standing, name: "Hypatia", median: 1, ratio: 0.5 };
    const peer = { ...standing, name: "NumPy", median: 2, ratio: 1 };
    const row = { name: "dot", standings: [ours, peer], flops: 25e6 };
    expect(cells(row, machine)).to.deep.equal([
      "dot",
      "1.00 ms",
      "2.00 ms",
      "NumPy",
      "0.50",
      "25.0 GFLOP/s",
      "25 %",
    ]);
    expect(cells({ ...row, flops: undefined, bytes: 8e6 }, machine)[5]).to.equal("8.0 GB/s");
  });
});
