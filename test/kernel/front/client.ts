/** A Jupyter client for tests: dealers and a subscriber on TCP, with our own wire format. */
import { randomInt, randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { Dealer, Request, Subscriber } from "zeromq";
import {
  CHANNELS,
  type Channel,
  type Connection,
  endpoint,
} from "../../../kernel/wire/connection.js";
import { decode, encode, type JsonObject, type Message } from "../../../kernel/wire/message.js";
import { createSigner } from "../../../kernel/wire/signature.js";

export interface Reply {
  readonly reply: Message;
  /** Everything on iopub whose parent is this request, from busy to idle. */
  readonly outputs: readonly Message[];
}

export interface Client {
  readonly session: string;
  /** What has come on iopub with this request as its parent. */
  outputs(id: string): readonly Message[];
  /** Waits for the idle of a request. */
  finish(id: string, within?: number): Promise<Reply>;
  /** Sends a request and waits for its reply and its idle. */
  send(type: string, content: JsonObject, options?: RequestOptions): string;
  request(type: string, content: JsonObject, options?: RequestOptions): Promise<Reply>;
  execute(code: string, options?: JsonObject): Promise<Reply>;
  /** Sends frames as they are. */
  raw(channel: "shell" | "control" | "stdin", frames: readonly Uint8Array[]): Promise<void>;
  /** Waits for an iopub message. */
  output(accept: (message: Message) => boolean, within?: number): Promise<Message>;
  heartbeat(): Promise<string>;
  /** What no kernel may send: a second reply to a request, a reply to none. */
  readonly surprises: readonly string[];
  /** Drops what has come; for long tests, with no request under way. */
  forget(): void;
  /** Called for each input request; the answer is sent back. */
  onInput: (content: JsonObject) => string | undefined;
  close(): void;
}

export interface RequestOptions {
  readonly channel?: "shell" | "control";
  readonly buffers?: readonly Uint8Array[];
  readonly within?: number;
}

/** The text of a cell's result. */
export function resultText({ outputs }: Reply): unknown {
  const result = outputs.find(({ header }) => header.msg_type === "execute_result");
  return (result?.content.data as JsonObject | undefined)?.["text/plain"];
}

/** For what never comes: a machine that others load may be slow, and is not to fail for that. */
const PATIENCE_MS = 50_000;

const isIdle = ({ header, content }: Message): boolean =>
  header.msg_type === "status" && content.execution_state === "idle";

/** A free connection on loopback with a fresh key. */
export async function freeConnection(
  transport: "tcp" | "ipc" = "tcp",
  address = "127.0.0.1",
): Promise<Connection> {
  const ports: Partial<Record<Channel, number>> = {};
  for (const channel of CHANNELS) ports[channel] = await freePort();
  return {
    transport,
    ip: transport === "tcp" ? address : `/tmp/hypatia-test-${randomUUID().slice(0, 8)}`,
    ports: ports as Record<Channel, number>,
    key: randomUUID(),
    scheme: "hmac-sha256",
  };
}

export function connectionFile(connection: Connection): string {
  const { transport, ip, ports, key, scheme } = connection;
  const numbered = Object.entries(ports).map(([channel, port]) => [`${channel}_port`, port]);
  return JSON.stringify({
    transport,
    ip,
    key,
    signature_scheme: scheme,
    ...Object.fromEntries(numbered),
  });
}

/** Below the ports that systems give to outgoing connections, which would take it meanwhile. */
const PORTS = { first: 20_000, count: 10_000 };
let nextPort = randomInt(PORTS.count);

/** A port that nobody listens on, and that was not given out before. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.first + (nextPort++ % PORTS.count);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer().once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

export async function connect(connection: Connection): Promise<Client> {
  const session = randomUUID();
  const signer = createSigner(connection.key, connection.scheme);
  const common = { linger: 0, ipv6: connection.ip.includes(":") };
  const dealer = { ...common, routingId: session };
  const dealers = {
    shell: new Dealer(dealer),
    control: new Dealer(dealer),
    stdin: new Dealer(dealer),
  };
  const subscriber = new Subscriber({ ...common, receiveHighWaterMark: 0 });
  const heart = new Request(common);
  for (const [channel, dealer] of Object.entries(dealers)) {
    dealer.connect(endpoint(connection, channel as Channel));
  }
  subscriber.connect(endpoint(connection, "iopub"));
  subscriber.subscribe();
  heart.connect(endpoint(connection, "hb"));

  const iopub: Message[] = [];
  const byParent = new Map<unknown, Message[]>();
  const requests = new Set<string>();
  const idle = new Set<unknown>();
  const replies = new Map<string, Message>();
  const surprises: string[] = [];
  let wake: (() => void)[] = [];
  const changed = (): void => {
    const waiting = wake;
    wake = [];
    for (const go of waiting) go();
  };
  const until = async <T>(find: () => T | undefined, within: number, what: string): Promise<T> => {
    const deadline = performance.now() + within;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`no ${what} within ${within} ms`);
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake.push(resolve);
        timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  };
  const parentId = (message: Message): unknown => message.parent.msg_id;
  const listen = async (
    socket: AsyncIterable<Buffer[]>,
    take: (message: Message) => void,
  ): Promise<void> => {
    for await (const frames of socket) {
      const decoded = decode(frames, signer);
      if (!decoded.ok) throw new Error(`from the kernel: ${decoded.reason}`);
      take(decoded.message);
      changed();
    }
  };

  const send = (
    channel: "shell" | "control" | "stdin",
    type: string,
    content: JsonObject,
    buffers: readonly Uint8Array[] = [],
  ): string => {
    const frames = encode({ type, content, buffers }, session, signer);
    void dealers[channel].send(frames);
    const { msg_id: id } = JSON.parse(Buffer.from(frames[2]!).toString()) as { msg_id: string };
    return id;
  };

  const client: Client = {
    session,
    send(type, content, { channel = "shell", buffers } = {}) {
      const id = send(channel, type, content, buffers);
      if (type.endsWith("_request")) requests.add(id);
      return id;
    },
    async finish(id, within = PATIENCE_MS) {
      await until(() => idle.has(id) || undefined, within, "idle");
      // Comm messages have no reply; their busy stands in for it.
      const reply = requests.has(id)
        ? await until(() => replies.get(id), within, "reply")
        : client.outputs(id)[0]!;
      return { reply, outputs: client.outputs(id) };
    },
    request: (type, content, options = {}) =>
      client.finish(client.send(type, content, options), options.within),
    execute: (code, options = {}) => client.request("execute_request", { code, ...options }),
    raw: (channel, frames) => dealers[channel].send([...frames]),
    outputs: (id) => byParent.get(id) ?? [],
    output(accept, within = PATIENCE_MS) {
      let seen = 0;
      const next = (): Message | undefined => {
        while (seen < iopub.length) {
          const message = iopub[seen++]!;
          if (accept(message)) return message;
        }
        return undefined;
      };
      return until(next, within, "output");
    },
    async heartbeat() {
      await heart.send("ping");
      return (await heart.receive()).toString();
    },
    surprises,
    forget() {
      iopub.length = 0;
      for (const kept of [byParent, requests, idle, replies]) kept.clear();
    },
    onInput: () => undefined,
    close() {
      for (const socket of [...Object.values(dealers), subscriber, heart]) socket.close();
    },
  };

  for (const channel of ["shell", "control"] as const) {
    void listen(dealers[channel], (message) => {
      const id = String(parentId(message));
      const { msg_type: type } = message.header;
      if (replies.has(id)) surprises.push(`a second ${type} to the same request`);
      if (!requests.has(id)) surprises.push(`a ${type} to no request`);
      replies.set(id, message);
    });
  }
  void listen(subscriber, (message) => {
    iopub.push(message);
    if (isIdle(message)) idle.add(parentId(message));
    const siblings = byParent.get(parentId(message));
    if (siblings === undefined) byParent.set(parentId(message), [message]);
    else siblings.push(message);
  });
  void listen(dealers.stdin, (message) => {
    if (message.header.msg_type !== "input_request") return;
    const value = client.onInput(message.content);
    if (value !== undefined) send("stdin", "input_reply", { value });
  });
  // Before the welcome, what the kernel publishes may be lost.
  await client.output(({ header }) => header.msg_type === "iopub_welcome");
  return client;
}
