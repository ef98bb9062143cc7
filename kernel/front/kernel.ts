/**
 * The front process of the kernel: sockets, requests and their replies, and what clients are told.
 * It never runs user code, so it answers while a cell runs.
 */
import { randomUUID } from "node:crypto";
import { createDebugger, inspectorOf } from "../debugger/debugger.js";
import type { HelpWanted, Payload } from "../types.js";
import type { Connection } from "../wire/connection.js";
import { isLocal } from "../wire/connection.js";
import type { JsonObject, Message } from "../wire/message.js";
import { BadRequest, type Fields, readFields } from "./content.js";
import { type Desk, HANDLERS, helpPage } from "./handlers.js";
import { createHistory } from "./history.js";
import { createLog, type Log } from "./log.js";
import { createOutputs } from "./outputs.js";
import { createPublisher } from "./publisher.js";
import { createQueue } from "./queue.js";
import {
  createSession,
  type SessionListener,
  type SessionOptions,
  type SessionOutput,
} from "./session.js";
import { openSockets, type Sockets } from "./sockets.js";

export interface KernelOptions extends SessionOptions {
  readonly connection: Connection;
  readonly log?: Log;
}

/** Unsent output may grow to this; then the engine waits in its next write. */
const MOST_BACKLOG = 16 << 20;
/** How long after an error arriving cells count as sent before it. */
const IN_FLIGHT_MS = 20;
/** Serves a connection until a client shuts the kernel down. */
export async function serve(options: KernelOptions): Promise<void> {
  const { connection, log = createLog() } = options;
  const identity = randomUUID();
  const history = createHistory();
  /** Takes what the person types while a cell waits for it. */
  let answer: ((text: string) => void) | null = null;
  let sockets: Sockets | null = null;
  let finished: () => void = () => {};
  const end = new Promise<void>((resolve) => {
    finished = resolve;
  });

  const debug = createDebugger(
    inspectorOf(() => session),
    options.cells,
    (content) => publisher.publish({ type: "debug_event", content, parent: undefined }),
  );
  // The engine starts at once, beside the sockets.
  const listener: SessionListener = { output, input, engineEnded, debugger: debug };
  const session = createSession(options, listener);
  const publisher = createPublisher((message) => sockets?.send("iopub", message));
  const outputs = createOutputs(publisher, history);
  const queue = createQueue({
    busy: (request) => status("busy", request),
    overtaken: () => session.interrupt(),
  });
  if (!isLocal(connection)) log(`listening on ${connection.ip}: reachable from other machines`);
  try {
    sockets = await openSockets(
      connection,
      identity,
      {
        message: (channel, message) => {
          if (channel === "stdin") answerInput(message);
          else void handle(channel, message);
        },
        subscribed: (topic) =>
          publisher.publish({
            type: "iopub_welcome",
            content: { subscription: topic.toString() },
            parent: undefined,
            topic,
          }),
      },
      log,
    );
  } catch (error) {
    await session.dispose();
    throw error;
  }
  status("starting", undefined);

  const desk: Desk = {
    cells: options.cells,
    history,
    session,
    debugger: debug,
    comms: outputs.comms,
    execute: (request, fields) => queue.add(request, cell(request, fields)),
    async comm(request, message) {
      const origin = `comm-${request.header.msg_id}`;
      outputs.remember(origin, request.headerBytes);
      await session.comm(message(origin), request.buffers);
    },
    interrupt,
    shutDown(restart, parent) {
      queue.close();
      // The reply must be out first: it is sent when this handler has returned.
      setImmediate(() => void shutDown({ restart, parent }));
    },
  };

  // Front ends show a kernel's stderr as if something were wrong.
  process.removeAllListeners("warning").on("warning", (warning) => log(warning.message));
  process.on("SIGINT", () => interrupt());
  process.on("SIGTERM", () => void shutDown());
  await end;

  async function handle(channel: "shell" | "control", request: Message): Promise<void> {
    const { msg_type: type } = request.header;
    const handler = Object.hasOwn(HANDLERS, type) ? HANDLERS[type] : undefined;
    if (handler === undefined) {
      log(`${channel}: unknown message type ${JSON.stringify(type)}`);
      // There is no reply; who waits for idle learns that none will come.
      status("busy", request);
      status("idle", request);
      return;
    }
    // A cell is busy from its turn on, not from its arrival; see `runNext`.
    const waits = type === "execute_request";
    const isRequest = type.endsWith("_request");
    if (!waits) status("busy", request);
    let content: JsonObject | undefined;
    try {
      content = await handler(request, readFields(type, request.content), desk);
    } catch (error) {
      if (!(error instanceof BadRequest)) log(`internal: ${type}: ${errorText(error)}`);
      else if (!isRequest) log(`${channel}: ${error.message}`); // There is no reply to say it in.
      content = waits ? cellErrorReply(error) : errorReply(error);
      if (waits) status("busy", request);
    }
    if (content !== undefined && isRequest) {
      sockets?.send(channel, {
        type: type.replace(/_request$/, "_reply"),
        content,
        metadata: startOf(request),
        identities: request.identities,
        parent: request.headerBytes,
      });
    }
    status("idle", request);
    // Servers and front ends take the last status for the kernel's, and may end one that looks idle.
    if (queue.running !== null && !waits) status("busy", undefined);
  }

  /** @returns what runs the cell, and resolves with the content of its reply */
  function cell(request: Message, fields: Fields): () => Promise<JsonObject> {
    const code = fields.string("code");
    const silent = fields.boolean("silent", false);
    const storeHistory = fields.boolean("store_history", true) && !silent;
    const stopOnError = fields.boolean("stop_on_error", true);
    const expressions = fields.object("user_expressions");
    const texts = readFields("execute_request: user_expressions", expressions);
    const userExpressions = new Map(
      Object.keys(expressions).map((name) => [name, texts.string(name)]),
    );
    const run = async (): Promise<JsonObject> => {
      const {
        count,
        error,
        userExpressions: values,
        payload: asked,
      } = await session.execute(
        { code, silent, storeHistory, userExpressions },
        (origin) => outputs.remember(origin, request.headerBytes),
        (count) => {
          if (silent) return;
          const content = { code, execution_count: count };
          publisher.publish({ type: "execute_input", content, parent: request.headerBytes });
          if (storeHistory) history.add(count, code);
        },
      );
      if (error === null) {
        // A silent cell is nobody's typing, so that nobody waits for a page or a new cell.
        const payload = silent ? [] : await Promise.all(asked.map(payloadContent));
        return { status: "ok", execution_count: count, user_expressions: values, payload };
      }
      if (stopOnError && !silent) {
        // What the client had sent after this cell may still be on its way through the sockets.
        await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_MS));
        queue.abort();
      }
      return {
        status: "error",
        execution_count: count,
        ...error,
        user_expressions: {},
        payload: [],
      };
    };
    return async () => {
      try {
        return await run();
      } catch (error) {
        log(`internal: execute_request: ${errorText(error)}`);
        return cellErrorReply(error);
      } finally {
        answer = null;
      }
    };
  }

  async function payloadContent(payload: Payload | HelpWanted): Promise<Payload> {
    return "about" in payload ? helpPage(payload, desk) : payload;
  }

  /** In the reply's metadata: when the cell's turn came. */
  function startOf(request: Message): JsonObject {
    const { running } = queue;
    return running?.request === request ? { started: running.started } : {};
  }

  /** For a cell that was not understood, or met a mistake of ours. */
  function cellErrorReply(error: unknown): JsonObject {
    return { ...errorReply(error), execution_count: session.count() };
  }

  function interrupt(request?: Message): void {
    answer = null;
    queue.interrupted(request);
    session.interrupt();
  }

  function output(message: SessionOutput, buffers: readonly Buffer[]): void {
    outputs.publish(message, buffers);
    throttle();
  }

  function engineEnded(description: string): void {
    log(description);
    outputs.closeComms();
  }

  function throttle(): void {
    if (sockets === null || sockets.backlog() < MOST_BACKLOG) return;
    session.pause();
    void sockets.drained().then(() => session.resume());
  }

  /** Asks the client that sent the running cell, if it said that it can be asked. */
  function input(prompt: string, password: boolean): Promise<string | null> {
    const { running } = queue;
    if (running === null || running.request.content.allow_stdin === false) {
      return Promise.resolve(null);
    }
    const { identities, headerBytes: parent } = running.request;
    const content = { prompt, password };
    publisher.flush();
    sockets?.send("stdin", { type: "input_request", content, identities, parent });
    return new Promise((resolve) => {
      answer = (text) => {
        answer = null;
        resolve(text);
      };
    });
  }

  function answerInput({ header, content }: Message): void {
    if (header.msg_type === "input_reply" && typeof content.value === "string") {
      answer?.(content.value);
    }
  }

  function status(state: "starting" | "busy" | "idle", request: Message | undefined): void {
    const content = { execution_state: state };
    publisher.publish({ type: "status", content, parent: request?.headerBytes });
  }

  /** @param asked by a client's request: then all clients are told */
  async function shutDown(asked?: { restart: boolean; parent: Buffer }): Promise<void> {
    queue.close();
    queue.abort();
    if (asked !== undefined) {
      const { restart, parent } = asked;
      publisher.publish({ type: "shutdown_reply", content: { status: "ok", restart }, parent });
    }
    await session.dispose();
    publisher.flush();
    // The cell that ran gets its reply and its idle.
    await queue.settled();
    await new Promise((resolve) => setImmediate(resolve));
    await sockets?.close();
    finished();
  }
}

function errorReply(error: unknown): JsonObject {
  const { name, message } = error instanceof Error ? error : { name: "Error", message: `${error}` };
  return { status: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] };
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
