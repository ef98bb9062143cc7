/** What the person types into the debugger, as JavaScript that V8 evaluates in a stopped cell. */
import { runtimeReference } from "../cell/scope.js";
import type { CellService, FragmentPlace } from "../types.js";
import { PRESENTER_REFERENCE } from "./presented.js";

export interface Breakpoint {
  readonly line: number;
  /** The breakpoint stops where it is true, and where it fails. */
  readonly condition?: string;
  /** Printed, with the values of what stands in `{}`, instead of stopping. */
  readonly logMessage?: string;
}

export interface Fragments {
  /** An expression, or statements, whose value is the last one's. Throws for what is no code. */
  expression(text: string, place: FragmentPlace): Promise<string>;
  /** What is asked at a breakpoint: whether to stop. */
  condition(breakpoint: Breakpoint, place: FragmentPlace): Promise<Condition | undefined>;
}

/**
 * JavaScript that is true where to stop. Only what ends by itself is for V8 to ask: nothing ends a
 * condition of V8's, no interrupt and no limit. The rest is asked where the cell has stopped.
 */
export type Condition = { readonly v8: string } | { readonly atStop: string };

/** Names, numbers, texts and operators: nothing that is called. */
const BRIEF = /^(?:[\w$\s=!<>&|+\-*/%?:"']|\d\.\d)*$/;

export function createFragments(cells: Pick<CellService, "lowerFragment">): Fragments {
  async function expression(text: string, place: FragmentPlace): Promise<string> {
    const lowered = await cells.lowerFragment(text, place);
    if (!lowered.ok) throw new Error(`${text}: ${lowered.message}`);
    if (lowered.waits) {
      throw new Error(`${text}: nothing can be awaited or imported while the debugger evaluates`);
    }
    return `(($$) => {${lowered.js}\n})(${runtimeReference})`;
  }

  /** `i is {i}` → values of `[i]` between the texts "i is " and "". */
  async function printing(message: string, place: FragmentPlace): Promise<string> {
    const parts = message.split(/\{([^{}]*)\}/);
    const texts = parts.filter((_, at) => at % 2 === 0);
    const values = parts.filter((_, at) => at % 2 === 1).map((text) => `(${text}\n)`);
    const list = await expression(`[${values.join(", ")}]`, place);
    return `${PRESENTER_REFERENCE}.print(${JSON.stringify(texts)}, ${list})`;
  }

  return {
    expression,
    async condition({ condition, logMessage }, place) {
      if (condition === undefined && logMessage === undefined) return undefined;
      const wanted = condition === undefined ? "true" : await expression(condition, place);
      if (logMessage === undefined) {
        const text = condition ?? "";
        if (BRIEF.test(text))
          return { v8: `(() => { try { return ${wanted}; } catch { return true; } })()` };
        return { atStop: `${PRESENTER_REFERENCE}.stops(() => ${wanted})` };
      }
      const print = await printing(logMessage, place);
      return { atStop: `${PRESENTER_REFERENCE}.stops(() => ${wanted}, () => ${print})` };
    },
  };
}
