import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { buildKernels, type Workshop } from "../../../backends/cpu/build.js";
import { type Cache, cacheKey, openCache } from "../../../backends/cpu/cache.js";
import { parseList, threadCount } from "../../../backends/cpu/threads.js";
import { detectProcessor, findCompiler } from "../../../backends/cpu/toolchain.js";
import { skip } from "../../needs.js";

describe("the cache of compiled kernels", function () {
  this.timeout(60_000);
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hypatia-test-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (more: NodeJS.ProcessEnv = {}) => openCache({ HYPATIA_CACHE: folder, ...more });
  const entry = (cache: Cache, key: string) => join(cache.folder, `${key}.so`);
  const [one, two] = [cacheKey("one"), cacheKey("two")];
  /** A cache with a library of these bytes under the keys. */
  function stored(keys: readonly string[], bytes = "library", cache = open()): Cache {
    const scratch = cache.scratch(".so");
    writeFileSync(scratch, bytes);
    cache.store(scratch, keys);
    return cache;
  }

  it("finds under each key what was stored, and leaves nothing else behind", () => {
    const cache = stored([one, two]);
    expect(readFileSync(cache.find(one)!, "latin1")).to.match(/^library/);
    expect(cache.find(two)).to.equal(entry(cache, two));
    expect(cache.find(cacheKey("three"))).to.equal(null);
    expect(readdirSync(cache.folder).sort()).to.deep.equal([`${one}.so`, `${two}.so`].sort());
  });

  it("is readable by its owner only", () => {
    const cache = stored([one]);
    expect(statSync(cache.folder).mode & 0o777).to.equal(0o700);
    expect(statSync(entry(cache, one)).mode & 0o777).to.equal(0o600);
    chmodSync(cache.folder, 0o755);
    expect(statSync(open().folder).mode & 0o777).to.equal(0o700);
  });

  const damages: [string, (path: string) => void][] = [
    ["truncated", (path) => writeFileSync(path, readFileSync(path).subarray(0, -1))],
    ["empty", (path) => writeFileSync(path, "")],
    [
      "one bit different",
      (path) => {
        const bytes = readFileSync(path);
        bytes[3] ^= 1;
        writeFileSync(path, bytes);
      },
    ],
    [
      "another's, under this name",
      (path) => {
        copyFileSync(entry(stored([two], "other"), two), `${path}.new`);
        rmSync(path);
        copyFileSync(`${path}.new`, path);
      },
    ],
    ["no library of ours", (path) => writeFileSync(path, Buffer.alloc(5000, 7))],
  ];
  for (const [name, damage] of damages)
    it(`removes an entry that is ${name}`, () => {
      const cache = stored([one]);
      damage(entry(cache, one));
      expect(cache.find(one)).to.equal(null);
      expect(existsSync(entry(cache, one))).to.equal(false);
    });

  it("removes the least recently used beyond its size", () => {
    const keys = Array.from({ length: 10 }, (_, i) => cacheKey(String(i)));
    const cache = open();
    for (const [i, key] of keys.entries()) {
      stored([key], "x".repeat(1e5), cache);
      utimesSync(entry(cache, key), 1e9 + i, 1e9 + i);
    }
    cache.find(keys[0]); // used just now
    stored([one], "x", open({ HYPATIA_CACHE_MB: "0.5" }));
    const left = keys.filter((key) => existsSync(entry(cache, key)));
    expect(left).to.deep.equal([keys[0], ...keys.slice(-2)]);
  });

  it("goes to a temporary folder, and says so, where it cannot write", () => {
    const blocked = join(folder, "file");
    writeFileSync(blocked, "");
    for (const environment of [{ HYPATIA_CACHE: blocked }, { HOME: "" }]) {
      const said: string[] = [];
      const cache = openCache(environment, (message) => said.push(message));
      expect(said).to.have.length(1);
      expect(said[0]).to.contain("HYPATIA_CACHE");
      expect(stored([one], "x", cache).find(one)).to.be.a("string");
    }
  });

  it("removes what processes that were killed have left, and nothing of those at work", () => {
    const { pid } = spawnSync("true");
    const own = basename(open().scratch(".c"));
    const killed = own.replace(`-${process.pid}-`, `-${pid}-`);
    const elsewhere = killed.replace(/^\.tmp-/, ".tmp-0");
    const kernels = join(folder, "kernels");
    for (const name of [own, killed, elsewhere]) writeFileSync(join(kernels, name), "int a;");
    stored([one]);
    const left = readdirSync(kernels).filter((name) => name.endsWith(".c"));
    expect(left).to.have.members([own, elsewhere]);
  });

  it("says what cannot be written, why, and what to do", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const said: string[] = [];
    openCache({ HYPATIA_CACHE: file }, (message) => said.push(message));
    expect(said[0]).to.match(
      /^compiled kernels cannot be kept in .*file.kernels: a file is in its way \(ENOTDIR\); using .* for this session\. Set HYPATIA_CACHE to a folder that you can write\.$/,
    );
    const listeners = process.listenerCount("exit");
    openCache({ HYPATIA_CACHE: file });
    expect(process.listenerCount("exit")).to.equal(listeners);
    const { TMPDIR } = process.env;
    process.env.TMPDIR = join(folder, "nowhere");
    try {
      expect(() => openCache({ HYPATIA_CACHE: file })).to.throw(
        /ENOTDIR\); nor in .*nowhere: it is not there and cannot be made \(ENOENT\)\. Set HYPATIA_CACHE/,
      );
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
  });

  describe("with a compiler", () => {
    const compiler = findCompiler();
    const body = 'void __attribute__((visibility("default"))) KERNEL(void) {}';
    const workshop = (cache: Cache, more: Partial<Workshop> = {}): Workshop => {
      if (typeof compiler === "string") throw new Error(compiler);
      const replaceCache = () => {
        throw new Error("not expected");
      };
      return { compiler, processor: detectProcessor(), cache, replaceCache, ...more };
    };
    before(function () {
      if (typeof compiler === "string") skip(this, compiler);
    });

    it("builds what is missing, what is damaged, and nothing else", () => {
      const sources = ["int a;", "int b;", "int c;"].map((text) => ({ prelude: [text], body }));
      const shop = workshop(open());
      const first = buildKernels(shop, sources);
      expect(first.cached).to.equal(0);
      expect(buildKernels(shop, sources)).to.deep.equal({ built: first.built, cached: 3 });
      writeFileSync(first.built[1].path, "damage");
      expect(buildKernels(shop, sources).cached).to.be.lessThan(3);
      expect(buildKernels(shop, sources).cached).to.equal(3);
    });

    it("keeps the source of what does not compile, and says where", () => {
      const shop = workshop(open());
      try {
        buildKernels(shop, [{ prelude: [], body: "this is not C" }]);
        expect.fail("it compiled");
      } catch (error) {
        const message = String(error);
        expect(message).to.match(/internal: .* could not compile/);
        const kept = /kept in (\S+)/.exec(message)![1];
        expect(readFileSync(kept, "utf8")).to.contain("this is not C");
        rmSync(join(kept, ".."), { recursive: true });
      }
      expect(readdirSync(shop.cache.folder)).to.deep.equal([]);
    });

    it("says so when the compiler is killed", () => {
      const script = join(folder, "killed");
      writeFileSync(script, "#!/bin/sh\nkill -9 $$\n", { mode: 0o700 });
      const shop = workshop(open(), { compiler: { command: [script], identity: "killed" } });
      expect(() => buildKernels(shop, [{ prelude: [], body }])).to.throw(/killed by signal 9/);
    });

    it("goes on in another folder when the disk is full", () => {
      const other = mkdtempSync(join(folder, "other-"));
      const full: Cache = {
        ...open(),
        scratch: () => {
          throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
        },
      };
      const reasons: string[] = [];
      const replaceCache = (reason: string) => {
        reasons.push(reason);
        return openCache({ HYPATIA_CACHE: other });
      };
      const shop = workshop(full, { replaceCache });
      expect(buildKernels(shop, [{ prelude: [], body }]).built[0].path).to.contain(other);
      expect(reasons).to.deep.equal(["that disk is full (ENOSPC)"]);
    });

    it("is shared by processes that build the same at once", () => {
      const cache = join(folder, "shared");
      mkdirSync(cache);
      const program = `
        import { openCpu } from ${JSON.stringify(new URL("../../../backends/cpu/index.js", import.meta.url).href)};
        openCpu(); process.exit(0);`;
      const run = `for i in 1 2 3 4; do ${process.execPath} --input-type=module -e '${program}' & p="$p $!"; done; for i in $p; do wait $i || exit 1; done`;
      execFileSync("/bin/sh", ["-c", run], { env: { ...process.env, HYPATIA_CACHE: cache } });
      const names = readdirSync(join(cache, "kernels"));
      expect(names).to.have.length(1);
      expect(names[0]).to.match(/^[0-9a-f]{64}\.so$/);
    });
  });
});

describe("what the machine offers", () => {
  it("lists of processors", () => {
    const cases: [string, number[]][] = [
      ["0", [0]],
      ["0-3", [0, 1, 2, 3]],
      ["1,4-5", [1, 4, 5]],
      ["", []],
    ];
    for (const [text, cpus] of cases) expect(parseList(text)).to.deep.equal(cpus);
  });
  it("threads: as wanted, else some", () => {
    expect(threadCount({ HYPATIA_THREADS: "3" })).to.equal(3);
    expect(threadCount({ HYPATIA_THREADS: "none" })).to.be.at.least(1);
    expect(threadCount({})).to.be.at.least(1);
  });
  it("a compiler that is not there is named", () => {
    expect(findCompiler({ HYPATIA_CC: "/no/such/cc", PATH: "" })).to.contain("/no/such/cc");
  });
});
