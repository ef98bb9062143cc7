/**
 * Angles too large to be reduced by subtracting multiples of π/2, in C. They are rare: vectors go on
 * as they are unless one of their lanes holds one, which is then left to backends/cpu/angle.c. What
 * it does would take the C compiler longer than all the rest of a kernel.
 */
import { bytesOf, type DType } from "../../lang/dtype.js";
import type { AngleOp } from "../ir.js";
import { farAngle } from "../math/angle.js";
import { maskBits } from "./c-mask.js";
import { type Prelude, signedOfBytes } from "./c-prelude.js";

type Float = "f32" | "f64";

/** Defines the operation for x of this type, alone (`lanes` = 0) or in vectors; returns its name. */
export function angleDefinition(
  prelude: Prelude,
  name: AngleOp,
  dtype: Float,
  lanes: number,
): string {
  const int = signedOfBytes(bytesOf(dtype));
  const of = name === "farRest" ? dtype : int;
  const typed = (type: DType) => (lanes === 0 ? prelude.scalar(type) : prelude.vector(type, lanes));
  const [x, result] = [typed(dtype), typed(of)];
  const isFar = isFarDefinition(prelude, dtype, lanes);
  const reduce = reduceDefinition(prelude, dtype);
  const count = Math.max(1, lanes);
  const [quadrants, rests] = name === "farRest" ? ["other", "nears"] : ["nears", "other"];
  return prelude.define(`${name}_${x}`, () =>
    [
      `static inline __attribute__((always_inline)) ${result} ${name}_${x}(${x} x, ${result} near) {`,
      `  if (!${isFar}(x)) return near;`,
      `  ${dtype} xs[${count}];`,
      `  ${of} nears[${count}];`,
      `  ${name === "farRest" ? int : dtype} other[${count}];`,
      "  __builtin_memcpy(xs, &x, sizeof x), __builtin_memcpy(nears, &near, sizeof near);",
      `  ${reduce}(xs, ${quadrants}, ${rests}, ${count}, ${limitText(dtype)});`,
      "  __builtin_memcpy(&near, nears, sizeof near);",
      "  return near;",
      "}",
    ].join("\n"),
  );
}

/** Declares the routine, which the runtime brings along. */
function reduceDefinition(prelude: Prelude, dtype: Float): string {
  const [t, int] = [prelude.scalar(dtype), prelude.scalar(signedOfBytes(bytesOf(dtype)))];
  return prelude.define(
    `reduce_${t}`,
    () =>
      '__attribute__((visibility("default"))) ' +
      `void (*reduce_${t})(const ${t} *x, ${int} *j, ${t} *r, int count, ${t} limit);`,
  );
}

const limitText = (dtype: Float): string => `${farAngle[dtype]}.0${dtype === "f32" ? "f" : ""}`;

/** Whether any lane is beyond what is reduced by subtraction. */
function isFarDefinition(prelude: Prelude, dtype: Float, lanes: number): string {
  const abs = prelude.call("abs", dtype, lanes);
  const x = lanes === 0 ? dtype : prelude.vector(dtype, lanes);
  const head = `static inline __attribute__((always_inline)) int isFar_${x}(${x} x) {`;
  const far = `${abs}(x) > ${limitText(dtype)}`;
  if (lanes === 0) return prelude.define(`isFar_${x}`, () => `${head} return ${far}; }`);
  const mask = prelude.vector(signedOfBytes(bytesOf(dtype)), lanes);
  const bits = maskBits(prelude, bytesOf(dtype), lanes);
  return prelude.define(`isFar_${x}`, () => `${head} return ${bits}((${mask})(${far})) != 0; }`);
}
