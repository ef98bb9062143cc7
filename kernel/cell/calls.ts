/** Calls to a language that runs elsewhere, as plain data: what is asked, what is answered. */
import type { Language } from "./language.js";

/** A call to the language; `restore` is the service's own. */
export interface ServiceRequest {
  readonly id: number;
  readonly method: Exclude<keyof Language, "moveTo">;
  readonly args: readonly unknown[];
}

export type ServiceReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

export function answer(language: Language, { id, method, args }: ServiceRequest): ServiceReply {
  try {
    const call = language[method] as (...args: readonly unknown[]) => unknown;
    return { id, value: call(...args) };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
