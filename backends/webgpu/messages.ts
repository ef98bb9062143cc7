/**
 * What the main thread and the worker that owns the GPU say to each other: plain data over one
 * port, handled strictly in order. Questions are answered; orders are not, and what goes wrong
 * while one is carried out is the answer to the next question.
 *
 * Buffers, pipelines and plans are named by numbers that the main thread chooses.
 */

/** An adapter as `hypatia doctor` shows it and as the code generator needs it. */
export interface AdapterReport {
  /** For people, e.g. `SwiftShader driver 5.0.0`. */
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  /** False for an implementation that runs on the CPU, such as SwiftShader. */
  readonly hardware: boolean;
  readonly limits: AdapterLimits;
}

/** Those of WebGPU's limits that decide how a program is cut into dispatches. */
export interface AdapterLimits {
  /** Bytes in one buffer that a kernel can see. */
  readonly bufferBytes: number;
  /** Storage buffers that one kernel can see. */
  readonly storageBuffers: number;
  readonly workgroupsPerDimension: number;
  readonly workgroupInvocations: number;
  readonly workgroupBytes: number;
}

export type Access = "read" | "read_write";

export interface Shader {
  /** The kernel's name in error messages. */
  readonly label: string;
  readonly code: string;
  /** How the storage buffer at each `@binding(i)` is used. */
  readonly access: readonly Access[];
  /** True when a uniform block of 32-bit words follows at the next binding. */
  readonly uniform: boolean;
}

/** One step of a plan; a slot is an index into the list of buffers given to `run`. */
export type Command =
  | {
      readonly kind: "dispatch";
      readonly pipeline: number;
      readonly slots: readonly number[];
      /** The uniform block's words; present exactly when the shader has one. */
      readonly words?: readonly number[];
      readonly workgroups: readonly [number, number, number];
    }
  | {
      readonly kind: "copy";
      readonly from: number;
      readonly to: number;
      /** Where the copy starts in `to`, and how much is copied, in bytes. */
      readonly at: number;
      readonly bytes: number;
    };

/**
 * Words that both threads see: replies sent so far, which is notified; 1 once the worker has ended;
 * 1 when the process ends and the worker must not call Dawn any more; 1 when it has heard that.
 */
export const SIGNAL = { replies: 0, ended: 1, leaving: 2, parked: 3, words: 4 } as const;

export type Order =
  | { readonly kind: "allocate"; readonly buffer: number; readonly bytes: number }
  | { readonly kind: "free"; readonly buffers: readonly number[] }
  | { readonly kind: "upload"; readonly buffer: number; readonly data: ArrayBuffer }
  | {
      readonly kind: "copy";
      readonly from: number;
      readonly to: number;
      readonly bytes: number;
    }
  | { readonly kind: "plan"; readonly plan: number; readonly commands: readonly Command[] }
  | { readonly kind: "forget"; readonly plan: number }
  | { readonly kind: "run"; readonly plan: number; readonly buffers: readonly number[] }
  /** Does nothing: it wakes the worker, which then sees that the process is leaving. */
  | { readonly kind: "park" };

export type Question =
  | { readonly kind: "open"; readonly software: boolean }
  | {
      readonly kind: "pipelines";
      readonly pipelines: readonly { readonly id: number; readonly shader: Shader }[];
    }
  | { readonly kind: "download"; readonly buffer: number; readonly bytes: number }
  /** Answered when everything before it has run on the device. */
  | { readonly kind: "settle" }
  | { readonly kind: "close" };

/** The answer to each kind of question. */
export interface Answers {
  readonly open: AdapterReport;
  readonly pipelines: null;
  readonly download: ArrayBuffer;
  readonly settle: null;
  readonly close: null;
}

/** Why a question has no answer; `lost` says that the device and all its buffers are gone. */
export interface Failure {
  readonly message: string;
  readonly lost: boolean;
}

export type Message = { readonly id: number } & (
  | { readonly order: Order }
  | { readonly question: Question }
);

export type Reply =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly failure: Failure };
