/** Rows about files: disks, homes, caches, the compiler that writes there, and the clock. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { everything, type Fault, shown } from "./fault.js";
import { type Place, type Setting, sleep, startRealKernel, until } from "./kernel.js";

/** Computes on the cpu backend: the kernels are compiled, kept and loaded. */
const TENSORS = "sum(exp(tensor([0, 0, 0]) * 2 + 1) * 0 + 14).item()";
/** The same with another constant, so that it is not in any cache yet. */
const OTHERS = "sum(exp(tensor([0, 0, 0]) * 2 + 1) * 0 + 15).item()";

const computed = (value: number) => new RegExp(`(^|\\s)${value}$`);

/** A kernel in a spoilt place still computes, and says what is wrong with the place. */
const spoilt = (
  name: string,
  setting: NonNullable<Fault["setting"]>,
  saw: RegExp,
  more: Partial<Fault> = {},
): Fault => ({
  name,
  setting,
  inject: async ({ run }) => everything(await run(TENSORS, 60_000)),
  expect: { saw, lost: "nothing", within: 20_000 },
  ...more,
});

const isRoot = process.getuid?.() === 0;

/** A disk of its own in place of a folder. */
function mount(folder: string, options: string): void {
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", folder]);
}

/** One with room for a directory and a small file. */
function mountFullDisk(folder: string): void {
  mount(folder, "size=64k,mode=700");
  writeFileSync(join(folder, "filler"), Buffer.alloc(56 * 1024));
}

const unmount = (folder: string): void => {
  execFileSync("umount", ["-l", folder]);
};

const cannotMount = (): string | null =>
  isRoot && process.platform === "linux" ? null : "only root can mount a small disk";

/** Stands in for the compiler: what it does is the text of a shell script. */
function fakeCompiler({ folder }: Place, script: string): string {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const path = join(bin, "cc");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o700);
  return path;
}

/** A compiler that is killed at its `n`th call. */
const failsAtCall =
  (n: number) =>
  (place: Place): Setting => {
    const calls = `"${place.folder}/calls"`;
    const script = `echo >> ${calls}\n[ $(wc -l < ${calls}) -eq ${n} ] && kill -9 $$\nexec gcc "$@"`;
    return { env: { HYPATIA_CC: fakeCompiler(place, script) } };
  };

/** Takes its time while there is a file `slow` above its folder. */
const SLOW = '[ -e "$(dirname "$0")/../slow" ] && sleep 60\nexec gcc "$@"';

export const diskFaults: readonly Fault[] = [
  spoilt(
    "disk of the cache full",
    ({ cache }) => {
      mountFullDisk(cache);
      return {};
    },
    /cannot be kept in .* that disk is full .ENOSPC.*HYPATIA_CACHE.* 42$/s,
    {
      missing: cannotMount,
      cleanUp: ({ cache }) => unmount(cache),
    },
  ),
  spoilt(
    "disk of history and log full",
    ({ state }) => {
      mountFullDisk(state);
      return {};
    },
    computed(42),
    { missing: cannotMount, cleanUp: ({ state }) => unmount(state) },
  ),
  spoilt(
    "files limited to 4 KB (ulimit -f)",
    () => ({ before: "ulimit -f 8" }),
    /cpu backend is not available .EFBIG.* 42$/s,
  ),
  spoilt(
    "cache directory read-only",
    ({ cache }) => {
      if (isRoot) mount(cache, "ro");
      else chmodSync(cache, 0o500);
      return {};
    },
    /cannot be kept in .* (that disk is read-only|you may not write there) .*HYPATIA_CACHE.* 42$/s,
    {
      quick: true,
      cleanUp: ({ cache }) => (isRoot ? unmount(cache) : chmodSync(cache, 0o700)),
    },
  ),
  spoilt(
    "cache and temporary directory read-only",
    ({ folder, cache }) => {
      const temporary = join(folder, "tmp");
      mkdirSync(temporary, { mode: 0o700 });
      for (const place of [cache, temporary]) {
        if (isRoot) mount(place, "ro");
        else chmodSync(place, 0o500);
      }
      return { env: { TMPDIR: temporary } };
    },
    /cpu backend is not available .* cannot be kept in .* nor in .* HYPATIA_CACHE.* 42$/s,
    {
      cleanUp({ folder, cache }) {
        for (const place of [cache, join(folder, "tmp")]) {
          if (isRoot) unmount(place);
          else chmodSync(place, 0o700);
        }
      },
    },
  ),
  spoilt(
    "a file where the cache should be",
    ({ cache }) => {
      rmSync(cache, { recursive: true });
      writeFileSync(cache, "");
      return {};
    },
    /cannot be kept.*HYPATIA_CACHE.* 42$/s,
  ),
  spoilt(
    "no home directory",
    ({ folder }) => {
      writeFileSync(join(folder, "home"), ""); // A file, so that nobody can make it a directory.
      const unset = {
        HYPATIA_STATE: "",
        HYPATIA_CACHE: "",
        XDG_CACHE_HOME: "",
        XDG_STATE_HOME: "",
      };
      return { env: { ...unset, HOME: join(folder, "home") } };
    },
    /cannot be kept.*HYPATIA_CACHE.* 42$/s,
    { quick: true },
  ),
  spoilt("fonts missing", () => ({ env: { FONTCONFIG_FILE: "/dev/null" } }), /svg/, {
    async inject({ run }) {
      const { outputs } = await run("plot([1, 3, 2])");
      return outputs.map(({ content }) => Object.keys(content.data ?? {}).join(" ")).join(" ");
    },
  }),
  {
    name: "cached code damaged",
    setting: () => ({}),
    async inject({ kernel, run }) {
      await run(TENSORS, 60_000);
      const folder = join(kernel.place.cache, "kernels");
      const kernels = readdirSync(folder).filter((name) => name.endsWith(".so"));
      for (const name of kernels) {
        const path = join(folder, name);
        const bytes = readFileSync(path);
        bytes.fill(0xcc, bytes.length >> 1); // half of it, in place: as large as before
        rmSync(path);
        writeFileSync(path, bytes);
      }
      await run("process.exit()");
      await run("var kept = 42");
      const value = shown(await run(TENSORS, 60_000));
      return `${kernels.length} damaged, built again: ${value}`;
    },
    expect: { saw: /^[1-9]\d* damaged, built again: 42$/, lost: "nothing", within: 30_000 },
  },
  {
    name: "two kernels on one cache",
    setting: () => ({}),
    async inject({ kernel, run }) {
      const other = await startRealKernel({ ...kernel.place });
      try {
        const cells = [TENSORS, OTHERS, TENSORS];
        const both = await Promise.all(
          cells.flatMap((code) => [
            run(code, 60_000),
            other.client.request("execute_request", { code }, { within: 60_000 }),
          ]),
        );
        return both.map(shown).join(" ");
      } finally {
        other.client.close();
        process.kill(other.pid, "SIGTERM");
      }
    },
    expect: { saw: /^42 42 45 45 42 42$/, lost: "nothing", within: 60_000 },
  },
  spoilt(
    "compiler killed each time",
    (place) => ({ env: { HYPATIA_CC: fakeCompiler(place, "kill -9 $$") } }),
    /killed by signal 9.* 42$/s,
  ),
  spoilt("compiler killed as the backend opens", failsAtCall(1), /killed/, {
    async inject({ run }) {
      const first = everything(await run(TENSORS, 60_000));
      await sleep(2500);
      const later = everything(await run(OTHERS, 60_000));
      const where = / (cpu|js) /.exec(shown(await run("sum(tensor([1, 2]))")))?.[1];
      return `${first} | later: ${later} on ${where}`;
    },
    expect: {
      saw: /killed by signal 9.*trying it again.* 42 \| later: .*available now\.\s+45 on cpu$/s,
      lost: "nothing",
      within: 30_000,
    },
  }),
  spoilt("compiler killed at its second kernel", failsAtCall(2), /killed/, {
    async inject({ run }) {
      const first = everything(await run(TENSORS, 60_000));
      return `${first} | again: ${everything(await run(TENSORS, 60_000))}`;
    },
    expect: { saw: /killed by signal 9.*again: 42$/s, lost: "nothing", within: 30_000 },
  }),
  {
    name: "engine killed while it compiles: what is left in the cache",
    setting: (place) => ({ env: { HYPATIA_CC: fakeCompiler(place, SLOW) } }),
    async inject({ kernel, client, run }) {
      const engine = Number(shown(await run("process.pid")));
      const unfinished = (): number =>
        readdirSync(kernel.place.cache, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.includes(".tmp-"),
        ).length;
      writeFileSync(join(kernel.place.folder, "slow"), "");
      const id = client.send("execute_request", { code: TENSORS });
      await until(() => unfinished() > 0, 30_000);
      const before = unfinished();
      process.kill(engine, "SIGKILL");
      await client.finish(id);
      rmSync(join(kernel.place.folder, "slow"));
      const value = shown(await run(TENSORS, 60_000));
      return `${before} unfinished, then ${unfinished()}: ${value}`;
    },
    expect: { saw: /^[1-9]\d* unfinished, then 0: 42$/, lost: "variables", within: 30_000 },
  },
  spoilt(
    "compiler that writes nonsense",
    (place) => ({
      env: {
        HYPATIA_CC: fakeCompiler(
          place,
          'while [ $# -gt 0 ]; do [ "$1" = -o ] && echo nonsense > "$2"; shift; done',
        ),
      },
    }),
    /cpu backend.* 42$/s,
  ),
  spoilt(
    "no C compiler",
    () => ({ env: { HYPATIA_CC: "/nowhere/cc" } }),
    /HYPATIA_CC names.* 42$/s,
    {
      quick: true,
    },
  ),
  {
    name: "clock that jumps by an hour, both ways",
    setting: ({ folder }) => {
      const jumps = join(folder, "clock.cjs");
      writeFileSync(
        jumps,
        "const now = Date.now; let calls = 0;\n" +
          "Date.now = () => now() + (calls++ % 2 === 0 ? 3_600_000 : -3_600_000);\n",
      );
      return { env: { NODE_OPTIONS: `--require ${jumps}` } };
    },
    async inject({ client, run }) {
      const saw: string[] = [shown(await run(TENSORS, 60_000))];
      for (let i = 0; i < 3; i++) {
        const id = client.send("execute_request", {
          code: `console.log("on ${i}"); while (true);`,
        });
        await client.output(({ content }) => content.text === `on ${i}\n`);
        await client.request("interrupt_request", {}, { channel: "control" });
        saw.push(String((await client.finish(id)).reply.content.ename));
      }
      return saw.join(" ");
    },
    expect: { saw: /^42( Interrupted){3}$/, lost: "nothing", within: 30_000 },
  },
  {
    name: "connection file removed",
    setting: () => ({}),
    async inject({ kernel, run }) {
      rmSync(kernel.connectionFile);
      return shown(await run("6 * 7"));
    },
    expect: { saw: /^42$/, lost: "nothing", within: 5_000 },
  },
];
