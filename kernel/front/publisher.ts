/** iopub: everything that clients are told about, streams merged into fewer, larger messages. */
import type { JsonObject, Outgoing } from "../wire/message.js";

export interface Publication {
  readonly type: string;
  readonly content: JsonObject;
  readonly parent: Buffer | undefined;
  readonly metadata?: JsonObject;
  readonly buffers?: readonly Uint8Array[];
  /** What subscribers must have asked for; the type, if not given. */
  readonly topic?: Buffer;
}

export interface Publisher {
  publish(publication: Publication): void;
  stream(name: "stdout" | "stderr", text: string, parent: Buffer | undefined): void;
  /** Sends the text that waits: before something else than a publication, which need not say so. */
  flush(): void;
}

/**
 * Text waits so long for more of the same stream: less than a person notices. Programs that run
 * notebooks save every message as an output of its own; ipykernel lets text wait for 200 ms.
 */
const MERGE_MS = 100;
const LARGEST_STREAM = 256 * 1024;

export function createPublisher(send: (message: Outgoing) => void): Publisher {
  let pending: { name: string; parent: Buffer | undefined; texts: string[]; size: number } | null =
    null;
  let timer: NodeJS.Timeout | null = null;

  const emit = ({ type, topic = Buffer.from(type), ...rest }: Publication): void => {
    send({
      type,
      identities: topic.length > 0 ? [topic] : [],
      ...rest,
      parent: rest.parent ?? Buffer.from("{}"),
    });
  };

  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (pending === null) return;
    const { name, parent, texts } = pending;
    pending = null;
    emit({ type: "stream", content: { name, text: texts.join("") }, parent });
  };

  return {
    flush,
    publish(publication) {
      flush();
      emit(publication);
    },
    stream(name, text, parent) {
      if (pending !== null && (pending.name !== name || pending.parent !== parent)) flush();
      pending ??= { name, parent, texts: [], size: 0 };
      pending.texts.push(text);
      pending.size += text.length;
      if (pending.size >= LARGEST_STREAM) flush();
      else timer ??= setTimeout(flush, MERGE_MS);
    },
  };
}
