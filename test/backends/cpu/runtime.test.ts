import { expect } from "chai";
import { openCpu, RunInterrupted } from "../../../backends/cpu/index.js";
import type { CpuBuffer } from "../../../backends/cpu/memory.js";
import { axis, load, op } from "../../../compiler/expression.js";
import type { Kernel, LoopKernel } from "../../../compiler/ir.js";
import { lower } from "../../../compiler/lower.js";
import type { Program } from "../../../compiler/program.js";
import { asVariable, type Dim, namedSize } from "../../../lang/size.js";
import { graphOf, make, symbol } from "../../compiler/build.js";
import { memoryInUse } from "../../memory.js";

/** y = x + 1 over the whole length, in many chunks. */
function increment(length: Dim): LoopKernel {
  const i = { name: "i", extent: length };
  const value = op("i32", "add", load("i32", 0, axis(i)), load("i32", 1, axis(i)));
  return {
    kind: "loop",
    name: "increment",
    params: [
      { name: "x", dtype: "i32", access: "update" },
      { name: "one", dtype: "i32", access: "read" },
    ],
    grid: [i],
    stages: [
      {
        loops: [],
        accumulators: [],
        checks: [],
        stores: [{ param: 0, index: axis(i), value, add: false, guard: null }],
      },
    ],
  };
}

function repeated(kernel: Kernel, length: Dim, times: number): Program {
  return {
    name: "test",
    sizes: [],
    buffers: [
      { dtype: "i32", length, role: { kind: "input", position: 0 } },
      { dtype: "i32", length, role: { kind: "input", position: 1 } },
      { dtype: "i32", length, role: { kind: "output", position: 0, inPlaceOf: 0 } },
    ],
    arena: 0,
    messages: [],
    steps: Array.from({ length: times }, () => ({ kernel, buffers: [0, 1] })),
  };
}

describe("the native runtime", function () {
  this.timeout(60_000);
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const cpu = openCpu({ interrupt });
  const length = 1 << 18;
  const ones = cpu.upload("i32", new Int32Array(length).fill(1));

  it("loses no task of any thread: 20,000 forks and joins", () => {
    const odd = 32_771; // no multiple of a chunk, nor of the number of threads
    const executable = cpu.compile(repeated(increment(odd), odd, 100));
    let x = cpu.upload("i32", new Int32Array(odd));
    for (let i = 0; i < 200; i++) [x] = executable.run([x, ones], []);
    expect(new Set(Array.from(cpu.download(x), Number))).to.deep.equal(new Set([20_000]));
  });

  it("stops where the interrupt flag is up, and runs again when it is down", () => {
    const executable = cpu.compile(repeated(increment(length), length, 10));
    const x = cpu.upload("i32", new Int32Array(length));
    interrupt[0] = 1;
    expect(() => executable.run([x, ones], [])).to.throw(RunInterrupted);
    interrupt[0] = 0;
    cpu.free(x);
    const y = cpu.upload("i32", new Int32Array(length));
    executable.run([y, ones], []);
    expect(new Set(Array.from(cpu.download(y), Number))).to.deep.equal(new Set([10]));
  });

  it("has one arena for the temporaries of all programs, and gives a large one back", () => {
    const before = memoryInUse();
    const runWith = (arena: number) => {
      const role = { kind: "temporary", offset: 0 } as const;
      const once = repeated(increment(length), length, 1);
      const buffers = [...once.buffers, { dtype: "i32", length: arena / 4, role } as const];
      const executable = cpu.compile({ ...once, arena, buffers });
      executable.run([cpu.upload("i32", new Int32Array(length)), ones], []);
      return executable;
    };
    const kept = [32e6, 48e6, 64e6, 400e6].map(runWith);
    expect(memoryInUse() - before).to.be.within(400e6, 500e6);
    kept.push(runWith(64e6));
    expect(memoryInUse() - before).to.be.below(150e6);
    expect(kept).to.have.length(5);
  });

  it("times every step when asked", () => {
    const executable = cpu.compile(repeated(increment(length), length, 3));
    const x = cpu.upload("i32", new Int32Array(length));
    const times = executable.profile([x, ones], []);
    expect(times).to.have.length(3);
    for (const microseconds of times) expect(microseconds).to.be.within(1, 1e7);
  });

  it("forgets the sizes of a run for which there was no memory", () => {
    const n = namedSize("n");
    const program = { ...repeated(increment(n), n, 1), sizes: [asVariable(n)!], arena: n };
    const executable = cpu.compile(program);
    const x = cpu.upload("i32", new Int32Array(64));
    executable.run([x, ones], [4]);
    expect(() => executable.run([x, ones], [1e15])).to.throw("memory");
    executable.run([x, ones], [4]);
    expect(Array.from(cpu.download(x), Number).slice(0, 5)).to.deep.equal([2, 2, 2, 2, 0]);
  });

  it("forgets the failed check of a run that was ended before it could tell", () => {
    const [x, at] = [symbol("x", [3], "i32"), symbol("at", [1], "i32")];
    const graph = graphOf([x, at], [make("gather", [x, at], { axis: 0 })]);
    const executable = cpu.compile(lower(graph));
    const given = (position: number): CpuBuffer[] =>
      [[1, 2, 3], [position]].map((data) => cpu.upload("i32", Int32Array.from(data)));
    // Telling begins with a look at what was given: an interrupt may end it there.
    const includes = (): never => {
      throw new Error("ended");
    };
    expect(() => executable.run(Object.assign(given(5), { includes }), [])).to.throw("ended");
    expect(cpu.download(executable.run(given(2), [])[0])).to.deep.equal(Int32Array.of(3));
  });

  it("uses no processor time when idle", async () => {
    const executable = cpu.compile(repeated(increment(length), length, 10));
    executable.run([cpu.upload("i32", new Int32Array(length)), ones], []);
    // The process collects garbage and compiles, too: the quietest of some moments counts.
    let used = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 20 && used >= 100_000; i++) {
      const before = process.cpuUsage();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { user, system } = process.cpuUsage(before);
      used = user + system;
    }
    expect(used).to.be.lessThan(100_000); // µs; a spinning thread would take 500,000
  });

  it("hands out memory again that was freed, also by the collector", () => {
    const seen = new Set<number>();
    for (let i = 0; i < 1000; i++) {
      const buffer = cpu.upload("f32", Float32Array.of(i));
      expect(cpu.download(buffer)[0]).to.equal(i);
      seen.add(buffer.memory.address);
      cpu.free(buffer);
      cpu.free(buffer); // twice does no harm
    }
    expect(seen.size).to.be.lessThan(10);
  });

  it("keeps small blocks apart that share a slab", () => {
    const lengths = Array.from({ length: 2000 }, (_, i) => 1 + ((i * 37) % 300));
    const blocks = lengths.map((n, i) => cpu.upload("i32", new Int32Array(n).fill(i)));
    for (const { memory } of blocks) expect(memory.address % 64).to.equal(0);
    for (const block of blocks.filter((_, i) => i % 3 === 0)) cpu.free(block);
    const again = lengths.map((n, i) => cpu.upload("i32", new Int32Array(n).fill(-i)));
    const kept = blocks.map((block, i) => (i % 3 === 0 ? null : ([block, i] as const)));
    const all = [
      ...kept.filter((each) => each !== null),
      ...again.map((block, i) => [block, -i] as const),
    ];
    for (const [block, value] of all)
      expect(new Set(Array.from(cpu.download(block), Number))).to.deep.equal(new Set([value]));
  });

  it("says how much memory it could not get", () => {
    expect(() => cpu.allocate("f64", 1e15)).to.throw(
      RangeError,
      /out of memory: cannot allocate 8\d{15} bytes/,
    );
  });

  it("sorts positions: stable, NaN last, along any axis", () => {
    const sort = (
      dtype: "f32" | "i64",
      data: Float32Array | BigInt64Array,
      shape: [number, number, number],
    ) => {
      const [outer, count, inner] = shape;
      const program: Program = {
        name: "sort",
        sizes: [],
        buffers: [
          { dtype, length: data.length, role: { kind: "input", position: 0 } },
          {
            dtype: "i32",
            length: data.length,
            role: { kind: "output", position: 0, inPlaceOf: null },
          },
        ],
        arena: 0,
        messages: [],
        steps: [
          {
            buffers: [0, 1],
            kernel: {
              kind: "library",
              name: "sort",
              routine: "argSort",
              params: [
                { name: "x", dtype, access: "read" },
                { name: "y", dtype: "i32", access: "write" },
              ],
              outer,
              length: count,
              inner,
            },
          },
        ],
      };
      return [...cpu.download(cpu.compile(program).run([cpu.upload(dtype, data)], [])[0])];
    };
    const nan = Number.NaN;
    expect(sort("f32", Float32Array.of(3, nan, 1, 2, 1, -Infinity), [1, 6, 1])).to.deep.equal([
      5, 2, 4, 3, 0, 1,
    ]);
    expect(sort("f32", Float32Array.of(3, 0, 1, 5, 2, 4), [1, 3, 2])).to.deep.equal([
      1, 0, 2, 2, 0, 1,
    ]);
    expect(sort("i64", BigInt64Array.of(2n, 1n, -5n, 9n), [2, 2, 1])).to.deep.equal([1, 0, 0, 1]);
  });
});
