/** The kernel's five ZMQ sockets: bound as the connection file says, one send queue each. */
import { capability, Pair, Reply, Router, XPublisher } from "zeromq";
import { type Channel, type Connection, endpoint } from "../wire/connection.js";
import { decode, encode, type Message, type Outgoing } from "../wire/message.js";
import { createSigner } from "../wire/signature.js";
import type { Log } from "./log.js";
import { createSendQueue, HIGH_WATER } from "./sending.js";

export interface Sockets {
  send(channel: "shell" | "control" | "stdin" | "iopub", message: Outgoing): void;
  /** Bytes waiting to be sent on iopub. */
  backlog(): number;
  /** Settles when the iopub queue is empty. */
  drained(): Promise<void>;
  /** Sends what is queued, then closes. */
  close(): Promise<void>;
}

export interface SocketListener {
  message(channel: "shell" | "control" | "stdin", message: Message): void;
  /** A client has subscribed to iopub. */
  subscribed(topic: Buffer): void;
}

/** A client may not make us allocate more than this for one message. */
const LARGEST_MESSAGE = 1 << 30;
const LINGER_MS = 2000;

/** Binds all five; throws an error that names the endpoint if one cannot be had. */
export async function openSockets(
  connection: Connection,
  session: string,
  listener: SocketListener,
  log: Log,
): Promise<Sockets> {
  const signer = createSigner(connection.key, connection.scheme);
  const common = { ...encryption(connection), ipv6: connection.ip.includes(":") };
  const router = {
    ...common,
    linger: LINGER_MS,
    maxMessageSize: LARGEST_MESSAGE,
    sendHighWaterMark: 0,
  };
  const sockets = {
    shell: new Router(router),
    control: new Router(router),
    stdin: new Router(router),
    iopub: new XPublisher({
      ...common,
      linger: LINGER_MS,
      sendHighWaterMark: HIGH_WATER,
      noDrop: true,
      // Every client's subscription is reported, so that each is welcomed, not only the first.
      verbosity: "allSubs",
      maxMessageSize: 4096,
    }),
    hb: new Reply({ ...common, linger: 0, maxMessageSize: 4096 }),
  };
  for (const [channel, socket] of Object.entries(sockets) as [Channel, Router][]) {
    const address = endpoint(connection, channel);
    // A socket in the file system is for its owner only.
    const mask = process.umask(0o077);
    try {
      await socket.bind(address);
    } catch (error) {
      const reason = error instanceof Error ? error.message : error;
      throw new Error(`cannot listen on ${address} for ${channel}: ${reason}`);
    } finally {
      process.umask(mask);
    }
  }

  for (const channel of ["shell", "control", "stdin"] as const) {
    void receive(sockets[channel], (frames) => {
      const decoded = decode(frames, signer);
      if (decoded.ok) listener.message(channel, decoded.message);
      else log(`${channel}: message dropped: ${decoded.reason}`);
    });
  }
  // A subscription is one byte 1 and the topic; 0 ends it.
  void receive(sockets.iopub, ([frame]) => {
    if (frame?.[0] === 1) listener.subscribed(frame.subarray(1));
  });
  void echo(sockets.hb, log);

  const queues = {
    shell: createSendQueue(sockets.shell, log),
    control: createSendQueue(sockets.control, log),
    stdin: createSendQueue(sockets.stdin, log),
    iopub: createSendQueue(sockets.iopub, log),
  };
  return {
    send: (channel, message) => queues[channel].push(encode(message, session, signer)),
    backlog: () => queues.iopub.bytes(),
    drained: () => queues.iopub.drained(),
    async close() {
      await Promise.all(Object.values(queues).map((queue) => queue.drained()));
      await handedOver(log);
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}

/**
 * Settles when the system has what libzmq was given to send, as far as clients read it. libzmq sends
 * in a thread of its own, in order, and `process.exit` ends that wherever it is: it does not linger,
 * and a busy machine lost the last reply. So a message of our own goes there and comes back.
 */
async function handedOver(log: Log): Promise<void> {
  const [near, far] = [new Pair({ linger: 0, receiveTimeout: LINGER_MS }), new Pair({ linger: 0 })];
  try {
    await near.bind("tcp://127.0.0.1:*");
    far.connect(near.lastEndpoint!);
    await far.send("");
    await near.receive();
  } catch (error) {
    log(`the last messages may be lost: ${error}`);
  } finally {
    near.close();
    far.close();
  }
}

/** The socket options for a connection's keys. Never falls back to plain text. */
function encryption({ curve }: Connection) {
  if (curve === undefined) return {};
  if (capability.curve !== true) {
    throw new Error("the connection file asks for CURVE, which this build of zeromq lacks");
  }
  return { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey };
}

async function receive(
  socket: Router | XPublisher,
  take: (frames: Buffer[]) => void,
): Promise<void> {
  for await (const frames of socket) take(frames);
}

async function echo(socket: Reply, log: Log): Promise<void> {
  for await (const frames of socket) {
    try {
      await socket.send(frames);
    } catch (error) {
      log(`heartbeat: ${error}`);
    }
  }
}
