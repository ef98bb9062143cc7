/** Settings that a program may change while it runs. */
import { HypatiaError } from "./error.js";

const backends = ["auto", "cpu", "webgpu", "js"] as const;

/** Where programs run; `auto` takes a hardware GPU, else C, else JavaScript. */
export type BackendName = (typeof backends)[number];

function checked(name: string): BackendName {
  const found = backends.find((each) => each === name);
  if (found) return found;
  throw new HypatiaError("config.backend", `there is no backend ${JSON.stringify(name)}`, {
    expected: backends.map((each) => `"${each}"`).join(", "),
    remedy: "set config.backend, or the environment's HYPATIA_BACKEND, to one of these",
  });
}

class Config {
  #backend = checked(process.env.HYPATIA_BACKEND || "auto");

  /**
   * Whether a notebook shows how long things took, beside tensors, compiled functions and progress.
   * Without it, running a notebook again gives the same outputs, for those who compare them or keep
   * them under version control. At the start true, unless the environment's `HYPATIA_TIMINGS` is
   * `off`.
   */
  timings = process.env.HYPATIA_TIMINGS !== "off";

  /**
   * Where programs run: `"auto"` (a hardware GPU, else C, else JavaScript), `"cpu"`, `"webgpu"` or
   * `"js"`. At the start, what the environment's `HYPATIA_BACKEND` says, else `"auto"`.
   */
  get backend(): BackendName {
    return this.#backend;
  }

  set backend(name: BackendName) {
    this.#backend = checked(name);
  }
}

/**
 * Settings that a program may change while it runs.
 *
 * @example
 * config.backend = "webgpu";
 */
export const config = new Config();
