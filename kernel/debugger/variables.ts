/** Scopes and values that a client can open, by reference number, and their rows in its panel. */
import type { Runtime } from "node:inspector";
import type { MimeBundle } from "../types.js";
import type { Inspector } from "./inspector.js";
import { MOST_PARTS, PRESENTER_REFERENCE, type Presented } from "./presented.js";

/**
 * A row of the variables panel, as the debug adapter protocol has it. Without a type: JupyterLab
 * would show that instead of the value, unless it is one of Python's.
 */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** 0: cannot be opened. */
  readonly variablesReference: number;
}

/** What a reference opens. */
export type Openable =
  | { readonly kind: "notebook" }
  | { readonly kind: "value"; readonly objectId: string }
  /** Scope objects of the inspector, innermost first; `hidden` names are not listed. */
  | {
      readonly kind: "scopes";
      readonly objectIds: readonly string[];
      readonly hidden: ReadonlySet<string>;
      /** The object that a method works on, which is listed as `this`. */
      readonly receiver: Runtime.RemoteObject | null;
    };

export interface EvaluateResult {
  readonly result: string;
  readonly type: string;
  readonly variablesReference: number;
}

export interface Variables {
  reference(to: Openable): number;
  list(reference: number): Promise<Variable[]>;
  /** The value of an expression, as the response to `evaluate` has it. */
  result(value: Runtime.RemoteObject): Promise<EvaluateResult>;
  /** A value as a cell would show it. */
  bundle(value: Runtime.RemoteObject): Promise<MimeBundle | null>;
  /** The names of variables in scope objects of the inspector. */
  names(objectIds: readonly string[]): Promise<string[]>;
  /** References are good until the cell goes on. */
  release(): void;
  /** The engine is a new one: nothing of the old is left to release. */
  forget(): void;
}

type Property = Pick<
  Runtime.PropertyDescriptor,
  "name" | "value" | "get" | "enumerable" | "symbol"
>;

/** What Node's types of the protocol leave out. */
interface Listed extends Runtime.GetPropertiesReturnType {
  readonly privateProperties?: readonly Omit<Property, "enumerable" | "symbol">[];
}

/** The inspector keeps what is in this group until it is released. */
export const OBJECT_GROUP = "hypatia.debugger";

/** @param frame the inspector's id of a frame, while a cell is stopped */
export function createVariables(inspector: Inspector, frame: () => string | null): Variables {
  let presenter: Promise<Runtime.EvaluateReturnType> | null = null;
  const open = new Map<number, Openable>();
  /** Never used twice, so that a late request for an old one is refused. */
  let last = 0;

  const reference = (to: Openable): number => {
    open.set(++last, to);
    return last;
  };

  /** What a method of the presenter makes of `values`. */
  async function call(
    method: string,
    values: readonly Runtime.RemoteObject[] = [],
    returnByValue = false,
  ): Promise<Runtime.RemoteObject> {
    // The values come first, by themselves: in a stopped cell, a guard can end only what is
    // evaluated in a frame, and that takes none.
    await give(values);
    const expression = `${PRESENTER_REFERENCE}.${method}(...${PRESENTER_REFERENCE}.taken())`;
    return evaluateIn(inspector, frame(), { expression, returnByValue });
  }

  async function give(values: readonly Runtime.RemoteObject[]): Promise<void> {
    presenter ??= inspector.request("Runtime.evaluate", { expression: PRESENTER_REFERENCE });
    const { objectId } = (await presenter).result;
    if (objectId === undefined) throw new Error("this engine cannot show variables");
    await inspector.request("Runtime.callFunctionOn", {
      objectId,
      functionDeclaration: "function (...values) { this.given = values; }",
      arguments: values.map(toArgument),
      silent: true,
    });
  }

  async function present(values: readonly Runtime.RemoteObject[]): Promise<EvaluateResult[]> {
    if (values.length === 0) return [];
    const rows = (await call("describe", values, true)).value as Presented[];
    return Promise.all(
      rows.map(async ({ value: result, type, parts }, i) => {
        const value = values[i]!;
        const opens = value.objectId !== undefined && (parts || (await hasPrivate(value)));
        const variablesReference = opens
          ? reference({ kind: "value", objectId: value.objectId! })
          : 0;
        return { result, type, variablesReference };
      }),
    );
  }

  /** Whether an object has private fields: no code but its class's can list those. */
  async function hasPrivate({ type, subtype, objectId }: Runtime.RemoteObject): Promise<boolean> {
    if (type !== "object" || subtype !== undefined) return false;
    return (await properties(objectId!)).some(({ name }) => name.startsWith("#"));
  }

  /** What an object holds by itself, its private fields last. */
  async function properties(objectId: string): Promise<Property[]> {
    const given = { objectId, ownProperties: true };
    const listed: Listed = await inspector.request("Runtime.getProperties", given);
    const { result, privateProperties = [] } = listed;
    return [...result, ...privateProperties.map((field) => ({ ...field, enumerable: true }))];
  }

  async function holders(of: Openable): Promise<readonly string[]> {
    switch (of.kind) {
      case "notebook":
        return idsOf(await call("variables"));
      case "value":
        return idsOf(await call("parts", [{ type: "object", ...of }]));
      case "scopes":
        return of.objectIds;
      default:
        return of satisfies never;
    }
  }

  return {
    reference,
    async list(number) {
      const of = open.get(number);
      if (of === undefined) {
        throw new Error(`variables: reference ${number} is gone; ask for the scopes again`);
      }
      const found = new Map<string, Runtime.RemoteObject>();
      if (of.kind === "scopes" && of.receiver !== null) found.set("this", of.receiver);
      for (const objectId of await holders(of)) {
        for (const { name, value, get, enumerable, symbol } of await properties(objectId)) {
          const held = value ?? get;
          if (!enumerable || symbol !== undefined || held === undefined) continue;
          if (of.kind === "scopes" && (name.startsWith("$$") || of.hidden.has(name))) continue;
          if (!found.has(name)) found.set(name, held);
        }
      }
      const shown = [...found].slice(0, of.kind === "value" ? MOST_PARTS : found.size);
      const results = await present(shown.map(([, value]) => value));
      const rows = results.map(({ result, variablesReference }, i) => ({
        name: shown[i]![0],
        value: result,
        variablesReference,
      }));
      const more = found.size - shown.length;
      const rest = { name: "…", value: `${more} more`, variablesReference: 0 };
      return more === 0 ? rows : [...rows, rest];
    },
    result: async (value) => (await present([value]))[0]!,
    bundle: async (value) => (await call("bundle", [value], true)).value as MimeBundle | null,
    async names(objectIds) {
      const listed = await Promise.all(objectIds.map(properties));
      return listed.flatMap((all) => all.map(({ name }) => name));
    },
    release() {
      if (open.size === 0) return;
      open.clear();
      const released = { objectGroup: OBJECT_GROUP };
      inspector.request("Runtime.releaseObjectGroup", released).catch(() => {});
    },
    forget() {
      open.clear();
      presenter = null;
    },
  };
}

/** The value of an expression in a frame of a stopped cell, or outside of all; throws what it throws. */
export async function evaluateIn(
  inspector: Inspector,
  frame: string | null,
  asked: { readonly expression: string; readonly returnByValue?: boolean },
): Promise<Runtime.RemoteObject> {
  const given = { ...asked, objectGroup: OBJECT_GROUP, silent: true };
  const { result, exceptionDetails } = await (frame === null
    ? inspector.request("Runtime.evaluate", given)
    : inspector.request("Debugger.evaluateOnCallFrame", { ...given, callFrameId: frame }));
  if (exceptionDetails !== undefined) throw new Error(exceptionText(exceptionDetails));
  return result;
}

const idsOf = ({ objectId }: Runtime.RemoteObject): readonly string[] =>
  objectId === undefined ? [] : [objectId];

function toArgument(of: Runtime.RemoteObject): Runtime.CallArgument {
  const { objectId, unserializableValue, value } = of;
  if (objectId !== undefined) return { objectId };
  return unserializableValue === undefined ? { value } : { unserializableValue };
}

/** What evaluated text threw, in a line. */
export function exceptionText({ exception, text }: Runtime.ExceptionDetails): string {
  const description = exception?.description ?? exception?.value;
  return description === undefined ? text : String(description).split("\n    at ")[0]!;
}
