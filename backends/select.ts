/** Which backend runs what: by the user's choice, what is present, and the dtypes in a graph. */
import type { BackendName } from "../lang/config.js";
import type { DType } from "../lang/dtype.js";
import { HypatiaError } from "../lang/error.js";
import type { Backend } from "./backend.js";
import { Interruption } from "./interruption.js";
import { PassingFailure } from "./passing.js";

/** A backend that may or may not be usable on this machine. */
export interface BackendEntry {
  readonly name: Backend["name"];
  /**
   * The backend, started when first asked for; throws an Error with the reason if it cannot, an
   * {@link Interruption} if it was told to stop.
   */
  readonly open: () => Backend;
  /** Whether `auto` should open it at all; cheap. */
  readonly mayBeChosen: () => boolean;
}

/** A backend, or why there is none. */
export type Probe =
  | { readonly name: Backend["name"]; readonly backend: Backend }
  | { readonly name: Backend["name"]; readonly reason: string; readonly retryAt: number };

/** One that failed for a passing reason is not tried again before this, in ms. */
const patience = 2000;

/**
 * Opens backends once, remembers those that fail, and says so once. One whose failure may pass is
 * tried again when it is wanted again.
 */
export class BackendSelector {
  readonly #entries: readonly BackendEntry[];
  readonly #say: (line: string) => void;
  readonly #now: () => number;
  readonly #probes = new Map<string, Probe>();
  readonly #said = new Set<string>();

  /** `entries` in order of preference; the last one must always work. */
  constructor(
    entries: readonly BackendEntry[],
    say: (line: string) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#entries = entries;
    this.#say = say;
    this.#now = now;
  }

  /** Opens a backend, or says why it cannot be opened. */
  probe(name: Backend["name"]): Probe {
    const known = this.#probes.get(name);
    if (known && ("backend" in known || this.#now() < known.retryAt)) return known;
    const entry = this.#entries.find((candidate) => candidate.name === name)!;
    const probe = this.#attempt(entry);
    this.#probes.set(name, probe);
    if (known && "backend" in probe) this.#say(`Hypatia: the ${name} backend is available now.`);
    return probe;
  }

  #attempt({ name, open }: BackendEntry): Probe {
    try {
      return { name, backend: open() };
    } catch (error) {
      if (error instanceof Interruption) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const passes = error instanceof PassingFailure;
      return { name, reason, retryAt: passes ? this.#now() + patience : Number.POSITIVE_INFINITY };
    }
  }

  /** The first backend, from the wanted one down, that is there and knows all the dtypes. */
  choose(wanted: BackendName, dtypes: Iterable<DType>): Backend {
    let reached = !this.#entries.some(({ name }) => name === wanted);
    for (const { name, mayBeChosen } of this.#entries) {
      reached ||= name === wanted;
      if (!reached || (wanted === "auto" && !mayBeChosen())) continue;
      const probe = this.probe(name);
      if (!("backend" in probe)) {
        this.#sayOnce(probe);
        continue;
      }
      const { backend } = probe;
      if (wanted === "auto" && !backend.capabilities.hardware) continue;
      if (knows(backend, dtypes)) return backend;
    }
    throw new HypatiaError("backend", "no backend can run this", {
      got: `dtypes ${[...new Set(dtypes)].join(", ")}`,
    });
  }

  probeAll(): Probe[] {
    return this.#entries.map(({ name }) => this.probe(name));
  }

  /** Every backend that has been started. */
  opened(): Backend[] {
    return [...this.#probes.values()].flatMap((probe) =>
      "backend" in probe ? [probe.backend] : [],
    );
  }

  #sayOnce({ name, reason, retryAt }: Exclude<Probe, { backend: Backend }>): void {
    if (this.#said.has(name)) return;
    this.#said.add(name);
    const later =
      retryAt < Number.POSITIVE_INFINITY ? ", and trying it again when it is needed" : "";
    const problem = `the ${name} backend is not available (${reason})`;
    this.#say(`Hypatia: ${problem}; using the next one${later}.`);
  }
}

function knows({ capabilities }: Backend, dtypes: Iterable<DType>): boolean {
  for (const dtype of dtypes) if (!capabilities.dtypes.has(dtype)) return false;
  return true;
}
