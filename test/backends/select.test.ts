import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import type { Backend } from "../../backends/backend.js";
import { jsBackend } from "../../backends/js/index.js";
import { PassingFailure } from "../../backends/passing.js";
import { BackendSelector } from "../../backends/select.js";
import type { DType } from "../../lang/dtype.js";

const all: readonly DType[] = [...jsBackend.capabilities.dtypes];

const fake = (
  name: Backend["name"],
  { dtypes = all, hardware = true }: { dtypes?: readonly DType[]; hardware?: boolean } = {},
): Backend => ({
  ...jsBackend,
  name,
  capabilities: { device: name, dtypes: new Set(dtypes), hardware },
});

/** A selector over these, with what it says. */
function selectorOf(entries: readonly (Backend | [Backend["name"], string])[]) {
  const said: string[] = [];
  const opened: string[] = [];
  const selector = new BackendSelector(
    entries.map((entry) => {
      const [name, reason] = Array.isArray(entry) ? entry : [entry.name, null];
      return {
        name,
        mayBeChosen: () => true,
        open: () => {
          opened.push(name);
          if (Array.isArray(entry)) throw new Error(reason ?? "");
          return entry;
        },
      };
    }),
    (line) => said.push(line),
  );
  return { selector, said, opened };
}

describe("choosing a backend", () => {
  const gpu = fake("webgpu", { dtypes: ["f32", "i32", "bool"] });
  const emulated = fake("webgpu", { hardware: false });
  const cpu = fake("cpu");
  const js = fake("js");

  it("auto takes hardware that knows the dtypes", () => {
    const { selector } = selectorOf([gpu, cpu, js]);
    assert.equal(selector.choose("auto", ["f32"]).name, "webgpu");
    assert.equal(selector.choose("auto", ["f32", "f64"]).name, "cpu");
  });

  it("auto passes an emulated GPU by; asked for, it is used", () => {
    const { selector } = selectorOf([emulated, cpu, js]);
    assert.equal(selector.choose("auto", ["f32"]).name, "cpu");
    assert.equal(selector.choose("webgpu", ["f32"]).name, "webgpu");
  });

  it("what the wanted one cannot do runs on the next, never on one before it", () => {
    const { selector } = selectorOf([gpu, cpu, js]);
    assert.equal(selector.choose("webgpu", ["i64"]).name, "cpu");
    assert.equal(selector.choose("cpu", ["f32"]).name, "cpu");
    assert.equal(selector.choose("js", ["f32"]).name, "js");
  });

  it("one that is missing is tried once and said once", () => {
    const { selector, said, opened } = selectorOf([["cpu", "no C compiler was found"], js]);
    for (let i = 0; i < 3; i++) assert.equal(selector.choose("auto", ["f32"]).name, "js");
    assert.deepEqual(opened, ["cpu", "js"]);
    assert.equal(said.length, 1);
    assert.match(said[0], /cpu backend is not available \(no C compiler was found\)/);
  });

  it("one whose failure may pass is tried again, not at once, and each change is said once", () => {
    let time = 0;
    let passed = false;
    const said: string[] = [];
    let opened = 0;
    const open = () => {
      opened++;
      if (!passed) throw new PassingFailure("the compiler was killed");
      return cpu;
    };
    const selector = new BackendSelector(
      [
        { name: "cpu", mayBeChosen: () => true, open },
        { name: "js", mayBeChosen: () => true, open: () => js },
      ],
      (line) => said.push(line),
      () => time,
    );
    const chosen = [0, 1000, 2500, 3000, 4000, 4600, 9000].map((at) => {
      time = at;
      passed = at >= 4000;
      return selector.choose("cpu", ["f32"]).name;
    });
    assert.deepEqual(chosen, ["js", "js", "js", "js", "js", "cpu", "cpu"]);
    assert.equal(opened, 3);
    assert.deepEqual(said, [
      "Hypatia: the cpu backend is not available (the compiler was killed); " +
        "using the next one, and trying it again when it is needed.",
      "Hypatia: the cpu backend is available now.",
    ]);
  });

  it("without a C compiler a program runs on js, says so once, and nothing is on stderr", () => {
    const entry = fileURLToPath(new URL("../../backends/hypatia.js", import.meta.url));
    const program =
      `import { config, sum, tensor } from ${JSON.stringify(entry)}; config.backend = "cpu";` +
      "console.log(sum(tensor([1, 2, 3])).item(), sum(tensor([4, 5])).value().stats.backend);";
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      encoding: "utf8",
      env: { PATH: "/nonexistent", HOME: process.env.HOME },
    });
    assert.equal(child.stderr, "");
    assert.match(child.stdout, /^Hypatia: the cpu backend is not available \(.+\).*\n6 js\n$/);
  });
});
