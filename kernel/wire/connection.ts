/** The connection file that a client writes: where to listen, and the key. */
import { readFileSync } from "node:fs";

export const CHANNELS = ["shell", "control", "iopub", "stdin", "hb"] as const;
export type Channel = (typeof CHANNELS)[number];

export interface Connection {
  readonly transport: "tcp" | "ipc";
  readonly ip: string;
  readonly ports: Readonly<Record<Channel, number>>;
  readonly key: string;
  readonly scheme: string;
  /** With these, the sockets speak only CURVE: encrypted, to clients that know the public key. */
  readonly curve?: CurveKeys;
}

/** In Z85, 40 characters each. */
export interface CurveKeys {
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Reads and checks a connection file; throws an error that names the file and the field. */
export function readConnection(file: string): Connection {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`connection file ${file}: ${error instanceof Error ? error.message : error}`);
  }
  try {
    return parseConnection(text);
  } catch (error) {
    throw new Error(`connection file ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

export function parseConnection(text: string): Connection {
  const file: unknown = JSON.parse(text);
  if (typeof file !== "object" || file === null) throw new Error("not an object");
  const fields = file as Record<string, unknown>;
  const string = (name: string, otherwise?: string): string => {
    const value = fields[name] ?? otherwise;
    if (typeof value !== "string") throw new Error(`${name}: got ${value}, expected a string`);
    return value;
  };
  const port = (channel: Channel): number => {
    const value = fields[`${channel}_port`];
    if (typeof value === "number" && Number.isInteger(value) && value > 0 && value < 65_536) {
      return value;
    }
    throw new Error(`${channel}_port: got ${value}, expected an integer from 1 to 65535`);
  };
  const transport = string("transport", "tcp");
  if (transport !== "tcp" && transport !== "ipc") {
    throw new Error(`transport: got ${JSON.stringify(transport)}, expected "tcp" or "ipc"`);
  }
  const curve = readCurve(string("curve_publickey", ""), string("curve_secretkey", ""));
  return {
    transport,
    ip: string("ip", transport === "tcp" ? "127.0.0.1" : undefined),
    ports: {
      shell: port("shell"),
      control: port("control"),
      iopub: port("iopub"),
      stdin: port("stdin"),
      hb: port("hb"),
    },
    // Required, though it may be empty: a forgotten key must not open the kernel to everybody.
    key: string("key"),
    scheme: string("signature_scheme", "hmac-sha256"),
    ...(curve === null ? {} : { curve }),
  };
}

/** Neither key means no encryption; one alone must not mean it. */
function readCurve(publicKey: string, secretKey: string): CurveKeys | null {
  if (publicKey === "" && secretKey === "") return null;
  for (const [name, key] of Object.entries({ publicKey, secretKey })) {
    if (!/^[0-9a-zA-Z.:+=^!/*?&<>()[\]{}@%$#-]{40}$/.test(key)) {
      const field = `curve_${name.toLowerCase()}`;
      throw new Error(`${field}: got ${key.length} characters, expected a key: 40 of Z85`);
    }
  }
  return { publicKey, secretKey };
}

/** `tcp://ip:port`, or Jupyter's `ipc://path-port`. */
export function endpoint(connection: Connection, channel: Channel): string {
  const port = connection.ports[channel];
  return connection.transport === "tcp"
    ? `tcp://${connection.ip.includes(":") ? `[${connection.ip}]` : connection.ip}:${port}`
    : `ipc://${connection.ip}-${port}`;
}

/** Whether only this machine can reach the sockets. */
export function isLocal(connection: Connection): boolean {
  return (
    connection.transport === "ipc" ||
    connection.ip === "localhost" ||
    connection.ip === "::1" ||
    connection.ip.startsWith("127.")
  );
}
