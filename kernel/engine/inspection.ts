/**
 * The debugger's way to the main thread: requests of V8's inspector protocol, passed through. The
 * control thread hosts it, because the main thread does nothing while it is stopped.
 */
import { Session } from "node:inspector";
import type { GuardWatch } from "./guard.js";
import type { ControlCommand, ControlMessage, JsonObject } from "./protocol.js";

export interface Inspection {
  request(command: Extract<ControlCommand, { type: "inspector" }>): void;
  /** Lets the main thread go on, and stop nowhere, while an interrupt is under way. */
  hold(interrupting: boolean): void;
  close(): void;
}

/** Events for the debugger; there are many of scripts that are not the person's. */
const EVENTS = ["Debugger.paused", "Debugger.resumed", "Debugger.scriptParsed"] as const;
const SCRIPTS = /^(hypatia-cell:|file:(?!.*\/node_modules\/))/;

/** @param guards ends what a request calls, if that takes too long */
export function createInspection(
  send: (message: ControlMessage) => void,
  guards: GuardWatch,
): Inspection {
  let session: Session | null = null;

  const open = (): Session => {
    const opened = new Session();
    opened.connectToMainThread();
    for (const method of EVENTS) {
      opened.on(method, ({ params }: { params: JsonObject }) => {
        if (method === "Debugger.scriptParsed" && !SCRIPTS.test(String(params.url))) return;
        send({ type: "inspector_event", method, params: params ?? {} });
      });
    }
    return opened;
  };

  return {
    request({ request, method, params }) {
      session ??= open();
      guards.start();
      session.post(method, { ...params }, (error, result) => {
        guards.stop();
        if (error === null) send({ type: "inspector_result", request, result: { ...result } });
        else send({ type: "inspector_error", request, message: error.message });
      });
    },
    hold(interrupting) {
      // Without the debugger enabled, these do nothing.
      session?.post("Debugger.setSkipAllPauses", { skip: interrupting });
      if (interrupting) session?.post("Debugger.resume");
    },
    close() {
      session?.disconnect();
      session = null;
    },
  };
}
