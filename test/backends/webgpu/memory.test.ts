import { expect } from "chai";
import fc from "fast-check";
import { WaitInterrupted } from "../../../backends/webgpu/channel.js";
import { axis as axisOf, literal, load, op } from "../../../compiler/expression.js";
import type { Expression, LibraryKernel } from "../../../compiler/ir.js";
import type { Program } from "../../../compiler/program.js";
import { type DType, hostArray } from "../../../lang/dtype.js";
import { asVariable, namedSize } from "../../../lang/size.js";
import { useGpu } from "./gpu.js";
import { axis, elementwise, input, loopKernel, output, program, run } from "./programs.js";

const f32 = (...values: number[]) => Float32Array.from(values);
const plus = (a: Expression, b: Expression): Expression => op("f32", "add", a, b);

describe("webgpu: buffers", () => {
  const gpu = useGpu();

  const values: Record<string, number[]> = {
    bool: [0, 1, 1],
    u8: [0, 255, 7],
    i8: [-128, 127, -1],
    u16: [65535, 0, 1],
    i16: [-32768, 32767, -1],
    u32: [4294967295, 0, 5],
    i32: [-(2 ** 31), 2 ** 31 - 1, -1],
    f32: [NaN, -Infinity, 1e-45],
  };
  for (const [dtype, elements] of Object.entries(values))
    it(`${dtype} comes back as it went`, () => {
      const data = hostArray(dtype as DType, 3);
      for (const [i, value] of elements.entries()) data[i] = value;
      const buffer = gpu().upload(dtype as DType, data);
      expect(gpu().download(buffer)).to.deep.equal(data);
      expect(gpu().download(gpu().copy(buffer))).to.deep.equal(data);
    });

  it("buffers of no elements", () => {
    const empty = gpu().upload("f32", f32());
    expect(gpu().download(empty)).to.deep.equal(f32());
    expect(
      run(
        gpu(),
        elementwise(0, ["f32"], "f32", (x) => x),
        [f32()],
      )[0],
    ).to.deep.equal(f32());
  });

  it("an upload is a copy", () => {
    const data = f32(1, 2);
    const buffer = gpu().upload("f32", data);
    data[0] = 9;
    expect(gpu().download(buffer)).to.deep.equal(f32(1, 2));
  });

  it("freed memory is used again", () => {
    const before = gpu().session().memory.live;
    const first = gpu().allocate("f32", 12_345);
    gpu().free(first);
    gpu().free(first);
    expect(gpu().allocate("i32", 12_345).id).to.equal(first.id);
    expect(gpu().session().memory.live).to.be.greaterThan(before);
  });

  it("a buffer that was freed is refused", () => {
    const buffer = gpu().upload("f32", f32(1));
    buffer.free();
    expect(() => gpu().download(buffer)).to.throw("internal: webgpu: a buffer is used after");
  });
});

describe("webgpu: programs and their buffers", () => {
  const gpu = useGpu();

  it("more buffers than an adapter binds", () => {
    const n = 30;
    const xs = Array.from({ length: n }, (_, i) => f32(i, 2 * i, 1));
    const text = elementwise(
      3,
      xs.map(() => "f32" as const),
      "f32",
      (...all) => all.reduce(plus),
    );
    expect(run(gpu(), text, xs)[0]).to.deep.equal(f32(435, 870, 30));
  });

  it("more buffers than an adapter binds, of several types and a symbolic size", () => {
    const size = namedSize("n");
    const i = axis("i", size);
    const types = Array.from({ length: 20 }, (_, p) => (["f32", "i32", "bool"] as const)[p % 3]!);
    const params = [output("f32"), ...types.map((dtype) => input(dtype))];
    const terms = types.map((dtype, p) => op("f32", "cast", load(dtype, p + 1, axisOf(i))));
    const store = {
      param: 0,
      index: axisOf(i),
      value: terms.reduce(plus),
      add: false,
      guard: null,
    };
    const sizes = [asVariable(size)!];
    const text = program(
      loopKernel(params, [i], { stores: [store] }),
      params.map(() => size),
      { sizes },
    );
    for (const n of [5, 900]) {
      const data = types.map((dtype, p) => {
        const array = hostArray(dtype, n);
        for (const at of array.keys()) array[at] = dtype === "bool" ? at % 2 : at + p;
        return array;
      });
      const want = Float32Array.from({ length: n }, (_, at) =>
        data.reduce((sum, array) => sum + Number(array[at]), 0),
      );
      expect(run(gpu(), text, data, [n])[0]).to.deep.equal(want);
    }
  });

  it("steps through temporaries that share memory", () => {
    const n = 1000;
    const i = axis("i", n);
    const addOne = loopKernel([input("f32"), output("f32")], [i], {
      stores: [
        {
          param: 1,
          index: axisOf(i),
          value: plus(load("f32", 0, axisOf(i)), literal("f32", 1)),
          add: false,
          guard: null,
        },
      ],
    });
    const steps = 6;
    const text: Program = {
      name: "chain",
      sizes: [],
      arena: 0,
      messages: [],
      buffers: Array.from({ length: steps + 1 }, (_, b) => ({
        dtype: "f32",
        length: n,
        role:
          b === 0
            ? { kind: "input", position: 0 }
            : b === steps
              ? { kind: "output", position: 0, inPlaceOf: null }
              : { kind: "temporary", offset: 0 },
      })),
      steps: Array.from({ length: steps }, (_, s) => ({ kernel: addOne, buffers: [s, s + 1] })),
    };
    const live = gpu().session().memory.live;
    const executable = gpu().compile(text);
    expect(executable.cost).to.include({ kernels: steps, cached: 0 });
    const [y] = executable.run([gpu().upload("f32", new Float32Array(n).fill(2))], []);
    expect(
      gpu()
        .download(y!)
        .every((v) => v === 2 + steps),
    ).to.equal(true);
    expect(gpu().session().memory.live - live).to.be.at.most(2 * 4096);
  });

  it("an input that is overwritten keeps its old value where it is given twice", () => {
    const i = axis("i", 4);
    const kernel = loopKernel(
      [{ name: "w", dtype: "f32", access: "update" }, input("f32", "x"), output("f32", "y")],
      [i],
      {
        stores: [
          {
            param: 0,
            index: axisOf(i),
            value: plus(load("f32", 0, axisOf(i)), literal("f32", 1)),
            add: false,
            guard: null,
          },
          { param: 2, index: axisOf(i), value: load("f32", 1, axisOf(i)), add: false, guard: null },
        ],
      },
    );
    const executable = gpu().compile(program(kernel, [4, 4, 4]));
    const w = gpu().upload("f32", f32(1, 2, 3, 4));
    const [updated, y] = executable.run([w, w], []);
    expect(updated).to.equal(w);
    expect(gpu().download(w)).to.deep.equal(f32(2, 3, 4, 5));
    expect(gpu().download(y!)).to.deep.equal(f32(1, 2, 3, 4));
  });

  it("equal kernels are compiled once", () => {
    const text = elementwise(77, ["f32"], "f32", (x) => plus(x, literal("f32", 77)));
    expect(gpu().compile(text).cost).to.include({ kernels: 1, cached: 0 });
    expect(gpu().compile(text).cost).to.include({ kernels: 1, cached: 1 });
  });

  it("many runs ahead of the device", () => {
    const text = elementwise(4, ["f32"], "f32", (x) => plus(x, literal("f32", 1)));
    const executable = gpu().compile(text);
    let x = gpu().upload("f32", f32(0, 1, 2, 3));
    for (let n = 0; n < 500; n++) {
      const [next] = executable.run([x], []);
      gpu().free(x);
      x = next!;
    }
    expect(gpu().download(x)).to.deep.equal(f32(500, 501, 502, 503));
  });

  it("64-bit types are refused", () => {
    expect(() => gpu().compile(elementwise(1, ["f64"], "f64", (x) => x))).to.throw("f64");
  });
});

describe("webgpu: a run that is interrupted", () => {
  const interrupt = new Int32Array(new SharedArrayBuffer(4));
  const gpu = useGpu({ interrupt });

  it("keeps no memory, and the next one works", () => {
    const i = axis("i", 1000);
    const x = load("i32", 0, axisOf(i));
    const kernel = loopKernel([input("i32"), output("i32")], [i], {
      checks: [{ holds: op("bool", "lt", x, literal("i32", 100)), message: 0 }],
      stores: [{ param: 1, index: axisOf(i), value: x, add: false, guard: null }],
    });
    const messages = [{ op: "gather", axis: 0, size: 100, site: {} }] as const;
    const executable = gpu().compile(program(kernel, [1000, 1000], { messages }));
    const given = gpu().upload("i32", new Int32Array(1000).fill(7));
    const before = gpu().session().memory.live;
    interrupt[0] = 1;
    expect(() => executable.run([given], [])).to.throw(WaitInterrupted);
    interrupt[0] = 0;
    expect(gpu().session().memory.live).to.equal(before);
    const [copy] = executable.run([given], []);
    expect(gpu().download(copy!)).to.deep.equal(gpu().download(given));
  });
});

describe("webgpu: argSort", () => {
  const gpu = useGpu();
  const sort = (dtype: DType, shape: readonly [number, number, number]): Program => {
    const [outer, length, inner] = shape;
    const kernel: LibraryKernel = {
      kind: "library",
      name: "argSort",
      routine: "argSort",
      params: [input(dtype), output("i32")],
      outer,
      length,
      inner,
    };
    const n = outer * length * inner;
    return program(kernel, [n, n]);
  };
  const positions = (row: readonly number[]): number[] => {
    const precedes = (a: number, b: number) => a < b || (Number.isNaN(b) && !Number.isNaN(a));
    return [...row.keys()].sort((i, j) =>
      precedes(row[i]!, row[j]!) ? -1 : precedes(row[j]!, row[i]!) ? 1 : i - j,
    );
  };

  it("one element, and a row of equal ones", () => {
    expect([...run(gpu(), sort("f32", [1, 1, 1]), [f32(5)])[0]!]).to.deep.equal([0]);
    expect([...run(gpu(), sort("f32", [1, 5, 1]), [f32(1, 1, 1, 1, 1)])[0]!]).to.deep.equal([
      0, 1, 2, 3, 4,
    ]);
  });

  it("any row, as a stable sort with NaN last", () => {
    const element = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.constantFrom(NaN, Infinity, -Infinity),
    );
    fc.assert(
      fc.property(fc.array(element, { minLength: 1, maxLength: 70 }), (row) => {
        const [got] = run(gpu(), sort("f32", [1, row.length, 1]), [f32(...row)]);
        expect([...got!]).to.deep.equal(positions(row));
      }),
      { numRuns: 25 },
    );
  });

  it("the middle axis of three, and integers", () => {
    const [outer, length, inner] = [3, 50, 4];
    const x = Int32Array.from({ length: outer * length * inner }, (_, i) => (i * 7919) % 31);
    const [got] = run(gpu(), sort("i32", [outer, length, inner]), [x]);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < inner; i++) {
        const place = (p: number) => (o * length + p) * inner + i;
        const row = Array.from({ length }, (_, p) => x[place(p)]!);
        const own = Array.from({ length }, (_, p) => got![place(p)]);
        expect(own).to.deep.equal(positions(row));
      }
  });

  it("a long row", () => {
    const x = Uint32Array.from({ length: 20_000 }, (_, i) => (i * 2654435761) >>> 0);
    const [got] = run(gpu(), sort("u32", [1, x.length, 1]), [x]);
    expect([...got!]).to.deep.equal(positions([...x]));
  });
});
