/**
 * The table of requests: what each message type is answered with. A reply's type and parent follow
 * from its request, busy and idle are sent around each; neither is a handler's business.
 */

import type { Debugger } from "../debugger/debugger.js";
import type { CommMessage } from "../engine/protocol.js";
import type { CellService, HelpWanted, MimeBundle, Payload } from "../types.js";
import type { JsonObject, Message } from "../wire/message.js";
import { toCodePoints, toUtf16 } from "../wire/offsets.js";
import { BadRequest, type Fields } from "./content.js";
import type { History } from "./history.js";
import { kernelInfo } from "./info.js";
import { inspectionData } from "./inspection.js";
import type { Session } from "./session.js";

/** What handlers may use of the kernel. */
export interface Desk {
  readonly cells: CellService;
  readonly history: History;
  readonly session: Session;
  readonly debugger: Debugger;
  /** Open comms, by id. */
  readonly comms: Map<string, { target: string }>;
  /** Waits for its turn behind earlier cells. */
  execute(request: Message, fields: Fields): Promise<JsonObject>;
  /** Passes a comm message to the engine, with its outputs attributed to it. */
  comm(request: Message, message: (origin: string) => CommMessage): Promise<void>;
  /** @param request the client's, whose cells sent before it may still be on their way */
  interrupt(request: Message): void;
  /** After the reply is out. `parent`: the header of the request, for all clients to see. */
  shutDown(restart: boolean, parent: Buffer): void;
}

/** The reply's content; `undefined` where the specification has no reply. */
export type Handler = (
  request: Message,
  fields: Fields,
  desk: Desk,
) => JsonObject | Promise<JsonObject | undefined> | undefined;

export const HANDLERS: Readonly<Record<string, Handler>> = {
  kernel_info_request: () => kernelInfo(),
  execute_request: (request, fields, desk) => desk.execute(request, fields),
  is_complete_request: async (_, fields, { cells }) => ({
    ...(await cells.isComplete(fields.string("code"))),
  }),
  complete_request: (_, fields, desk) => complete(fields, desk),
  inspect_request: (_, fields, desk) => inspect(fields, desk),
  history_request: async (_, fields, { history }) => ({
    status: "ok",
    history: await searchHistory(fields, history),
  }),
  comm_info_request: (_, fields, { comms }) => commInfo(fields.string("target_name", ""), comms),
  comm_open: async (request, fields, desk) => {
    const id = fields.string("comm_id");
    const target = fields.string("target_name");
    const data = fields.object("data");
    desk.comms.set(id, { target });
    await desk.comm(request, (origin) => ({
      type: "comm_open",
      origin,
      id,
      target,
      data,
      metadata: request.metadata,
    }));
    return undefined;
  },
  comm_msg: (request, fields, desk) => passComm("comm_msg", request, fields, desk),
  comm_close: (request, fields, desk) => {
    desk.comms.delete(fields.string("comm_id"));
    return passComm("comm_close", request, fields, desk);
  },
  debug_request: (request, _, desk) => desk.debugger.request(request.content),
  interrupt_request: (request, _fields, desk) => {
    desk.interrupt(request);
    return { status: "ok" };
  },
  shutdown_request: (request, fields, desk) => {
    const restart = fields.boolean("restart", false);
    desk.shutDown(restart, request.headerBytes);
    return { status: "ok", restart };
  },
};

async function complete(fields: Fields, { cells }: Desk): Promise<JsonObject> {
  const code = fields.string("code");
  const cursor = fields.integer("cursor_pos", toCodePoints(code, code.length));
  const { items, start, end } = await cells.complete(code, toUtf16(code, cursor));
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  return {
    status: "ok",
    matches: items.map(({ text }) => text),
    cursor_start: from,
    cursor_end: to,
    metadata: {
      _jupyter_types_experimental: items.map(({ text, type, signature }) => ({
        start: from,
        end: to,
        text,
        type,
        ...(signature === undefined ? {} : { signature }),
      })),
    },
  };
}

async function inspect(fields: Fields, desk: Desk): Promise<JsonObject> {
  const code = fields.string("code");
  const cursor = fields.integer("cursor_pos", toCodePoints(code, code.length));
  const detail = fields.integer("detail_level", 0) === 0 ? 0 : 1;
  const data = await describe(code, toUtf16(code, cursor), detail, desk);
  return { status: "ok", found: data !== null, data: data ?? {}, metadata: {} };
}

/** The page about a name: what inspection says of it. */
export async function helpPage({ about, detail }: HelpWanted, desk: Desk): Promise<Payload> {
  const data = (await describe(about, about.length, detail, desk)) ?? {
    "text/plain": `Nothing is known of ${about}: no such name, or no cell that declares it has run.`,
  };
  return { source: "page", data, start: 0 };
}

async function describe(
  code: string,
  offset: number,
  detail: 0 | 1,
  { cells, session }: Desk,
): Promise<MimeBundle["data"] | null> {
  const found = await cells.inspect(code, offset, detail);
  if (found === null) return null;
  const live = found.name === null ? null : await session.inspect(found.name);
  const value = typeof live?.["text/plain"] === "string" ? live["text/plain"] : "";
  return inspectionData(found, value);
}

function searchHistory(fields: Fields, history: History): Promise<unknown> {
  const output = fields.boolean("output", false);
  const access = fields.string("hist_access_type");
  switch (access) {
    case "tail":
      return history.tail(fields.integer("n", 10), { output });
    case "range": {
      const stop = fields.integer("stop", Number.MAX_SAFE_INTEGER);
      return history.range(fields.integer("session", 0), fields.integer("start", 0), stop, {
        output,
      });
    }
    case "search": {
      const n = fields.integer("n", Number.MAX_SAFE_INTEGER);
      const unique = fields.boolean("unique", false);
      return history.search(fields.string("pattern", "*"), n, { output, unique });
    }
    default:
      throw new BadRequest(
        `history_request: hist_access_type: got ${JSON.stringify(access)}, ` +
          'expected "tail", "range" or "search"',
      );
  }
}

function commInfo(target: string, comms: Desk["comms"]): JsonObject {
  const wanted = [...comms].filter(([, comm]) => target === "" || comm.target === target);
  const listed = wanted.map(([id, comm]) => [id, { target_name: comm.target }]);
  return { status: "ok", comms: Object.fromEntries(listed) };
}

async function passComm(
  type: "comm_msg" | "comm_close",
  request: Message,
  fields: Fields,
  desk: Desk,
): Promise<undefined> {
  const id = fields.string("comm_id");
  const data = fields.object("data");
  await desk.comm(request, (origin) => ({ type, origin, id, data, metadata: request.metadata }));
}
