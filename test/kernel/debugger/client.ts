/** A debugging client for tests: what JupyterLab sends, and what it waits for. */
import type { JsonObject, Message } from "../../../kernel/wire/message.js";
import type { Client } from "../front/client.js";
import { startKernel, type TestKernel } from "../front/process.js";

export interface Row {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
}

export interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source: { readonly path: string };
}

export interface DebugClient {
  /** The response's body; throws its message if it failed. */
  ask(command: string, args?: JsonObject): Promise<JsonObject>;
  /** The next event of this name that was not taken before. */
  event(name: string, within?: number): Promise<JsonObject>;
  /** Waits for a stop; its reason, the line on top and its text. */
  stopped(): Promise<{ reason: unknown; line: number; text?: unknown }>;
  frames(): Promise<Frame[]>;
  /** The rows of a scope of the top frame, by name. */
  scope(name: string): Promise<Record<string, Row>>;
  open(reference: number): Promise<Record<string, Row>>;
  /** Sets breakpoints in a cell's text; its path. */
  breakAt(code: string, ...lines: number[]): Promise<string>;
}

/** A kernel as people have it, and a client that debugs it. */
export async function startDebugging(): Promise<{ kernel: TestKernel; debug: DebugClient }> {
  const kernel = await startKernel({ cells: "typescript" });
  const debug = debugClient(kernel.client);
  await debug.ask("initialize");
  await debug.ask("attach");
  return { kernel, debug };
}

export function debugClient(client: Client): DebugClient {
  let seq = 0;
  const taken = new Set<Message>();
  const byName = (rows: unknown) =>
    Object.fromEntries((rows as Row[]).map((row) => [row.name, row]));

  const debug: DebugClient = {
    async ask(command, args = {}) {
      const content = { type: "request", seq: ++seq, command, arguments: args };
      const { reply } = await client.request("debug_request", content, { channel: "control" });
      if (reply.content.success !== true) throw new Error(String(reply.content.message));
      return reply.content.body as JsonObject;
    },
    async event(name, within) {
      const message = await client.output(
        (output) =>
          output.header.msg_type === "debug_event" &&
          output.content.event === name &&
          !taken.has(output),
        within,
      );
      taken.add(message);
      return message.content.body as JsonObject;
    },
    async stopped() {
      const { reason, text } = await debug.event("stopped");
      const [top] = await debug.frames();
      return { reason, line: top!.line, ...(text === undefined ? {} : { text }) };
    },
    async frames() {
      return (await debug.ask("stackTrace", { threadId: 1 })).stackFrames as Frame[];
    },
    async scope(name) {
      const [top] = await debug.frames();
      const { scopes } = await debug.ask("scopes", { frameId: top!.id });
      const found = (scopes as Row[]).find((scope) => scope.name === name);
      return debug.open(found!.variablesReference);
    },
    async open(variablesReference) {
      return byName((await debug.ask("variables", { variablesReference })).variables);
    },
    async breakAt(code, ...lines) {
      const { sourcePath } = await debug.ask("dumpCell", { code });
      const breakpoints = lines.map((line) => ({ line }));
      await debug.ask("setBreakpoints", { source: { path: sourcePath }, breakpoints });
      await debug.ask("configurationDone");
      return String(sourcePath);
    },
  };
  return debug;
}
