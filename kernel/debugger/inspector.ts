/** V8's inspector in the engine, as the debugger in the front uses it. */
import type { Debugger, Runtime } from "node:inspector";

type None = Readonly<Record<string, never>>;

/** The requests that the debugger makes, by name; see Chrome's DevTools protocol. */
export interface InspectorMethods {
  "Debugger.enable": { params: None; result: Debugger.EnableReturnType };
  "Debugger.setBlackboxPatterns": {
    params: Debugger.SetBlackboxPatternsParameterType;
    result: None;
  };
  "Debugger.setBlackboxedRanges": {
    params: Debugger.SetBlackboxedRangesParameterType;
    result: None;
  };
  "Debugger.setPauseOnExceptions": {
    params: Debugger.SetPauseOnExceptionsParameterType;
    result: None;
  };
  "Debugger.setBreakpointByUrl": {
    params: Debugger.SetBreakpointByUrlParameterType;
    result: Debugger.SetBreakpointByUrlReturnType;
  };
  "Debugger.removeBreakpoint": { params: Debugger.RemoveBreakpointParameterType; result: None };
  "Debugger.evaluateOnCallFrame": {
    params: Debugger.EvaluateOnCallFrameParameterType;
    result: Debugger.EvaluateOnCallFrameReturnType;
  };
  "Debugger.getScriptSource": {
    params: Debugger.GetScriptSourceParameterType;
    result: Debugger.GetScriptSourceReturnType;
  };
  "Debugger.resume": { params: None; result: None };
  "Debugger.pause": { params: None; result: None };
  "Debugger.stepOver": { params: None; result: None };
  "Debugger.stepInto": { params: None; result: None };
  "Debugger.stepOut": { params: None; result: None };
  "Runtime.evaluate": {
    params: Runtime.EvaluateParameterType;
    result: Runtime.EvaluateReturnType;
  };
  "Runtime.callFunctionOn": {
    params: Runtime.CallFunctionOnParameterType;
    result: Runtime.CallFunctionOnReturnType;
  };
  "Runtime.getProperties": {
    params: Runtime.GetPropertiesParameterType;
    result: Runtime.GetPropertiesReturnType;
  };
  "Runtime.releaseObjectGroup": {
    params: Runtime.ReleaseObjectGroupParameterType;
    result: None;
  };
}

/** What the inspector tells unasked. */
export type InspectorEvent =
  | { readonly method: "Debugger.paused"; readonly params: Debugger.PausedEventDataType }
  | { readonly method: "Debugger.resumed"; readonly params: None }
  | {
      readonly method: "Debugger.scriptParsed";
      readonly params: Debugger.ScriptParsedEventDataType;
    };

export interface Inspector {
  /** Served also while the engine's main thread is stopped. Rejects with the inspector's words. */
  request<M extends keyof InspectorMethods>(
    method: M,
    params: InspectorMethods[M]["params"],
  ): Promise<InspectorMethods[M]["result"]>;
  /** Forgets breakpoints and objects; a stopped cell goes on. The next request opens it again. */
  close(): void;
}
