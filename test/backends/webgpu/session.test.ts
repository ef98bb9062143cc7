import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { Channel, WaitInterrupted, WorkerFailure } from "../../../backends/webgpu/channel.js";
import { openWebgpu } from "../../../backends/webgpu/index.js";
import { Session } from "../../../backends/webgpu/session.js";
import { HypatiaError } from "../../../lang/error.js";
import { skip } from "../../needs.js";
import { probeWebgpu } from "./gpu.js";

const shader = (body: string) => ({
  label: "test",
  access: ["read_write"] as const,
  uniform: false,
  code: [
    "@group(0) @binding(0) var<storage, read_write> y: array<u32>;",
    "@compute @workgroup_size(1)",
    `fn main() {`,
    body,
    "}",
  ].join("\n"),
});

describe("webgpu: sessions", () => {
  before(function () {
    const found = probeWebgpu();
    if ("reason" in found) skip(this, found.reason);
  });

  it("the probe names the adapter", () => {
    const found = probeWebgpu();
    if ("reason" in found) throw new Error(found.reason);
    expect(found.adapter.name).to.not.equal("");
    expect(found.adapter.limits.storageBuffers).to.be.at.least(8);
  });

  it("a shader that does not compile is told with its line", () => {
    const session = new Session();
    expect(() => session.pipelines([shader("y[0] = 1u;"), shader("y[0] = nonsense;")])).to.throw(
      /internal: the WGSL of kernel test was refused\n {2}line 4: .*nonsense.*\n {4}y\[0\] = nonsense;/,
    );
    const [pipeline] = session.pipelines([shader("y[0] = 7u;")]);
    const buffer = session.allocate(4);
    const workgroups = [1, 1, 1] as const;
    session.run(session.plan([{ kind: "dispatch", pipeline: pipeline!, slots: [0], workgroups }]), [
      buffer,
    ]);
    expect(new Uint32Array(session.download(buffer, 4))[0]).to.equal(7);
    session.close();
  });

  it("an order that goes wrong is told by the next question, once", () => {
    const session = new Session();
    session.run(999, []);
    expect(() => session.settle()).to.throw("internal: webgpu has no plan 999");
    session.settle();
    session.close();
  });

  it("the budget is kept, and what is free counts as free", () => {
    const session = new Session({ budget: 2 ** 20 });
    const first = session.allocate(700_000);
    expect(() => session.allocate(700_000)).to.throw(/webgpu: out of memory: 0\.7 MiB in use/);
    session.free(first, 700_000);
    session.allocate(600_000);
    session.close();
  });

  it("a buffer beyond the adapter's limit is refused", () => {
    const session = new Session();
    expect(() => session.allocate(2 ** 40)).to.throw(/allows at most [\d,.]+ MiB/);
    session.close();
  });

  it("a wait ends when the interrupt flag goes up, and the session works on", () => {
    const interrupt = new Int32Array(new SharedArrayBuffer(4));
    const session = new Session({ interrupt });
    // A loop that takes a while: the last value of a pseudo-random sequence.
    const [pipeline] = session.pipelines([
      shader(
        "var x = 1u;\nfor (var i = 0u; i < 50000000u; i++) { x = x * 1664525u + i; }\ny[0] = x;",
      ),
    ]);
    const buffer = session.allocate(4);
    const workgroups = [1, 1, 1] as const;
    const plan = session.plan([{ kind: "dispatch", pipeline: pipeline!, slots: [0], workgroups }]);
    session.run(plan, [buffer]);
    interrupt[0] = 1;
    expect(() => session.download(buffer, 4)).to.throw(WaitInterrupted);
    interrupt[0] = 0;
    expect(new Uint32Array(session.download(buffer, 4)).length).to.equal(1);
    session.close();
  });

  it("opening goes on after an interrupt, and the next session takes the device", () => {
    const interrupt = Int32Array.from([1]);
    expect(() => new Session({ interrupt })).to.throw(WaitInterrupted);
    expect(() => new Session({ interrupt })).to.throw(WaitInterrupted);
    interrupt[0] = 0;
    const session = new Session({ interrupt });
    const buffer = session.allocate(4);
    session.upload(buffer, Uint32Array.of(7).buffer);
    expect(new Uint32Array(session.download(buffer, 4))[0]).to.equal(7);
    session.close();
  });

  it("a worker that never answers is given up", () => {
    const silent = new URL("data:text/javascript,setInterval(() => {}, 1000)");
    const channel = new Channel(silent);
    expect(() => channel.ask({ kind: "settle" }, 50)).to.throw(WorkerFailure, "no answer");
    channel.close(0);
  });

  it("after the device is gone its values are refused, and new ones are made on a new device", () => {
    const gpu = openWebgpu();
    const old = gpu.upload("f32", Float32Array.of(1));
    gpu.session().close();
    expect(() => gpu.download(old)).to.throw(HypatiaError, "a GPU device that is gone");
    const fresh = gpu.upload("f32", Float32Array.of(2));
    expect(gpu.download(fresh)).to.deep.equal(Float32Array.of(2));
    gpu.free(old);
    gpu.dispose();
  });
});

describe("webgpu: the life of a process", () => {
  const program = fileURLToPath(new URL("./cycles.js", import.meta.url));
  before(function () {
    const found = probeWebgpu();
    if ("reason" in found) skip(this, found.reason);
  });

  const ways: [name: string, args: string[], status: number][] = [
    ["200 devices made, used and closed, one after the other", ["200", "close"], 0],
    ["devices left open at the end of the process", ["5", "leave"], 0],
    ["process.exit while the device works", ["2", "exit"], 3],
    ["interrupts while devices are opened", ["40", "interrupt"], 0],
  ];
  for (const [name, args, status] of ways)
    it(name, () => {
      const child = spawnSync(process.execPath, [program, ...args], {
        encoding: "utf8",
        timeout: 500_000,
      });
      expect(child.stderr).to.equal("");
      expect(child.stdout).to.equal(`${args[0]} cycles\n`);
      expect(child.status).to.equal(status);
    }).timeout(520_000);
});
