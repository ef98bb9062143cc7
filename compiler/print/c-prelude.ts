/**
 * The C definitions that kernels stand on: short names for scalar and vector types, and a function
 * for every basic operation that C has no operator for. No headers: one costs more to compile than
 * the kernel. Each definition is a text of its own, emitted when something asks for it.
 */
import { bytesOf, type DType, isFloat, kindOf, rangeOf } from "../../lang/dtype.js";

/** The C spelling of each element type; a lane of a mask is a signed integer. */
const spellings: Record<DType, string> = {
  bool: "unsigned char",
  u8: "unsigned char",
  u16: "unsigned short",
  u32: "unsigned int",
  u64: "unsigned long long",
  i8: "signed char",
  i16: "short",
  i32: "int",
  i64: "long long",
  f32: "float",
  f64: "double",
};

/** bool elements are bytes; the name must not be C's own. */
const scalarName = (dtype: DType): string => (dtype === "bool" ? "u8" : dtype);

export const signedOfBytes = (bytes: number): DType =>
  bytes === 1 ? "i8" : bytes === 2 ? "i16" : bytes === 4 ? "i32" : "i64";

const INLINE = "static inline __attribute__((always_inline))";

/** Collects what a kernel needs, each definition after those it uses. */
export class Prelude {
  readonly #definitions = new Map<string, string>();

  get texts(): readonly string[] {
    return [...this.#definitions.values()];
  }

  /** Adds a definition, unless it is there; its text may ask for others first. */
  define(name: string, text: () => string): string {
    if (!this.#definitions.has(name)) {
      const written = text(); // asks for what it uses first
      this.#definitions.set(name, written);
    }
    return name;
  }

  scalar(dtype: DType): string {
    const name = scalarName(dtype);
    return this.define(name, () => `typedef ${spellings[dtype]} ${name};`);
  }

  /** The type of position arithmetic. */
  position(): string {
    return this.define("idx", () => "typedef long long idx;");
  }

  /** A vector in registers; `f32x16_u` is the same at any address. */
  vector(dtype: DType, lanes: number): string {
    const element = this.scalar(dtype);
    const bytes = bytesOf(dtype);
    const name = `${element}x${lanes}`;
    const size = `vector_size(${bytes * lanes})`;
    return this.define(
      name,
      () =>
        `typedef ${element} ${name} __attribute__((${size}));\n` +
        `typedef ${element} ${name}_u __attribute__((${size}, aligned(${bytes}), may_alias));`,
    );
  }

  /** Every lane the same; x − 0 keeps the sign of a zero. */
  splat(dtype: DType, lanes: number, x: string): string {
    return `(${x} - (${this.vector(dtype, lanes)}){})`;
  }

  /** The function for an operation on scalars (`lanes` = 0) or vectors of one type. */
  call(name: string, dtype: DType, lanes: number): string {
    const type = lanes === 0 ? this.scalar(dtype) : this.vector(dtype, lanes);
    const full = `${name}_${type}`;
    return this.define(full, () =>
      lanes === 0
        ? this.#scalarFunction(name, full, dtype)
        : this.#vectorFunction(name, full, dtype, lanes),
    );
  }

  #scalarFunction(name: string, full: string, dtype: DType): string {
    const t = this.scalar(dtype);
    const suffix = dtype === "f32" ? "f" : "";
    const one = (body: string) => `${INLINE} ${t} ${full}(${t} x) { return ${body}; }`;
    const two = (body: string) => `${INLINE} ${t} ${full}(${t} x, ${t} y) { ${body} }`;
    const signed = kindOf(dtype) === "signed";
    const bits = 8 * bytesOf(dtype);
    switch (name) {
      case "min":
        return two(isFloat(dtype) ? "return x < y || x != x ? x : y;" : "return x < y ? x : y;");
      case "max":
        return two(isFloat(dtype) ? "return x > y || x != x ? x : y;" : "return x > y ? x : y;");
      case "abs":
        return one(isFloat(dtype) ? `__builtin_fabs${suffix}(x)` : "x < 0 ? -x : x");
      case "sqrt":
      case "floor":
      case "ceil":
      case "trunc":
        return one(`__builtin_${name}${suffix}(x)`);
      case "round":
        return one(`__builtin_nearbyint${suffix}(x)`);
      case "fma":
        return (
          `${INLINE} ${t} ${full}(${t} x, ${t} y, ${t} z) {\n` +
          "#if defined(__FMA__) || defined(__aarch64__)\n" +
          `  return __builtin_fma${suffix}(x, y, z);\n#else\n  return x * y + z;\n#endif\n}`
        );
      case "floorDiv":
        // As lang/ops.ts has it: the exact quotient, which x / y may round up to an integer.
        if (dtype === "f32") return two(`return ${this.call(name, "f64", 0)}(x, y);`);
        if (isFloat(dtype)) {
          return two(
            `${t} r = __builtin_fmod(x, y); if (r != r) return __builtin_floor(x / y); ` +
              `${t} q = __builtin_floor((x - r) / y + 0.5); ` +
              "return r != 0 && (r < 0) != (y < 0) ? q - 1 : q;",
          );
        }
        if (!signed) return two("return y == 0 ? 0 : x / y;");
        return two(
          "if (y == 0) return 0; if (y == -1) return -x; " +
            `${t} q = x / y; return q - (x % y != 0 && (x < 0) != (y < 0));`,
        );
      case "mod":
        if (isFloat(dtype)) {
          return two(
            `${t} r = __builtin_fmod${suffix}(x, y); return r != 0 && (r < 0) != (y < 0) ? r + y : r;`,
          );
        }
        if (!signed) return two("return y == 0 ? 0 : x % y;");
        return two(
          "if (y == 0 || y == -1) return 0; " +
            `${t} r = x % y; return r != 0 && (r < 0) != (y < 0) ? r + y : r;`,
        );
      case "shiftLeft":
        return two(`return (unsigned long long)y >= ${bits} ? 0 : x << y;`);
      case "shiftRight":
        if (!signed) return two(`return y >= ${bits} ? 0 : x >> y;`);
        return two(`return (unsigned long long)y >= ${bits} ? x >> ${bits - 1} : x >> y;`);
      default:
        throw new Error(`internal: C has no definition of ${name} for ${dtype}`);
    }
  }

  #vectorFunction(name: string, full: string, dtype: DType, lanes: number): string {
    const t = this.vector(dtype, lanes);
    const mask = this.vector(signedOfBytes(bytesOf(dtype)), lanes);
    const one = (body: string) => `${INLINE} ${t} ${full}(${t} x) {\n${body}\n}`;
    const two = (body: string) => `${INLINE} ${t} ${full}(${t} x, ${t} y) { ${body} }`;
    const choose = (condition: string) =>
      two(`${mask} m = ${condition}; return (${t})(((${mask})x & m) | ((${mask})y & ~m));`);
    const nan = isFloat(dtype) ? " | (x != x)" : "";
    const bits = 8 * bytesOf(dtype);
    switch (name) {
      case "min":
        return choose(`(x < y)${nan}`);
      case "max":
        return choose(`(x > y)${nan}`);
      case "abs": {
        if (!isFloat(dtype)) return one(`  ${mask} m = x < 0; return (x ^ (${t})m) - (${t})m;`);
        const low = bytesOf(dtype) === 4 ? "0x7fffffff" : "0x7fffffffffffffffLL";
        return one(`  return (${t})((${mask})x & ${low});`);
      }
      case "sqrt":
        return one(
          lanewise(dtype, lanes, `__builtin_sqrt${dtype === "f32" ? "f" : ""}`, sqrtBuiltins),
        );
      case "floor":
      case "ceil":
      case "trunc":
      case "round": {
        const builtin = { floor: "floor", ceil: "ceil", trunc: "trunc", round: "nearbyint" }[name];
        const plain = `__builtin_${builtin}${dtype === "f32" ? "f" : ""}`;
        return one(lanewise(dtype, lanes, plain, roundBuiltins(name)));
      }
      case "fma":
        return `${INLINE} ${t} ${full}(${t} x, ${t} y, ${t} z) {\n` + `${fmaBody(dtype, lanes)}\n}`;
      case "select":
        return (
          `${INLINE} ${t} ${full}(${mask} m, ${t} x, ${t} y) ` +
          `{ return (${t})(((${mask})x & m) | ((${mask})y & ~m)); }`
        );
      case "floorDiv":
      case "mod": {
        const scalar = this.call(name, dtype, 0);
        const loop = `for (int l = 0; l < ${lanes}; l++) r[l] = ${scalar}(x[l], y[l]);`;
        return two(`${t} r; ${loop} return r;`);
      }
      case "shiftLeft":
        return two(`return (x << (y & ${bits - 1})) & (${t})((y >= 0) & (y < ${bits}));`);
      case "shiftRight":
        return kindOf(dtype) === "signed"
          ? two(`${t} m = (y >= 0) & (y < ${bits}); return x >> ((y & m) | (${bits - 1} & ~m));`)
          : two(`return (x >> (y & ${bits - 1})) & (${t})(y < ${bits});`);
      case "load":
        return this.#partial("load", full, dtype, lanes);
      case "store":
        return this.#partial("store", full, dtype, lanes);
      default:
        throw new Error(`internal: C has no definition of ${name} for ${dtype} × ${lanes}`);
    }
  }

  /** The first n lanes from or to memory, touching nothing behind them. */
  #partial(what: "load" | "store", full: string, dtype: DType, lanes: number): string {
    const t = this.vector(dtype, lanes);
    const element = this.scalar(dtype);
    const bytes = bytesOf(dtype);
    const width = 8 * bytes * lanes;
    const fast = bytes >= 4 && width >= 128 && width <= 512;
    const [letter, c] = bytes === 4 ? ["s", "float"] : ["d", "double"];
    const wide = `${c} __attribute__((vector_size(${bytes * lanes})))`;
    const maskBits = `(1u << n) - 1`;
    const guard = "#if defined(__AVX512VL__) && defined(__AVX512F__)";
    if (what === "load") {
      const loop = `  ${t} r = {};\n  for (int l = 0; l < n; l++) r[l] = p[l];\n  return r;`;
      const builtin = `__builtin_ia32_loadup${letter}${width}_mask`;
      return (
        `${INLINE} ${t} ${full}(const ${element} *p, int n) {\n` +
        (fast
          ? `${guard}\n  typedef ${wide} wide;\n` +
            `  return (${t})${builtin}((const void *)p, (wide){}, ${maskBits});\n#else\n${loop}\n#endif\n}`
          : `${loop}\n}`)
      );
    }
    const loop = "  for (int l = 0; l < n; l++) p[l] = x[l];";
    const builtin = `__builtin_ia32_storeup${letter}${width}_mask`;
    return (
      `${INLINE} void ${full}(${element} *p, ${t} x, int n) {\n` +
      (fast
        ? `${guard}\n  typedef ${wide} wide;\n  ${builtin}((void *)p, (wide)x, ${maskBits});\n#else\n${loop}\n#endif\n}`
        : `${loop}\n}`)
    );
  }

  /**
   * Conversion of a float to an integer. `inside` says that the value is known to be in range,
   * unless it is NaN.
   */
  toInteger(from: DType, to: DType, lanes: number, inside: boolean): string {
    const [a, b] = [from, to].map((t) => (lanes === 0 ? this.scalar(t) : this.vector(t, lanes)));
    const name = `${inside ? "near" : "cast"}_${a}_${b}`;
    const { low, above, lowest, highest } = limitsOf(to);
    const f = from === "f32" ? "f" : "";
    return this.define(name, () => {
      if (lanes === 0) {
        const outside = `x >= ${above}${f} ? ${highest} : x <= ${low}${f} ? ${lowest} : `;
        return `${INLINE} ${b} ${name}(${a} x) { return ${inside ? "" : outside}x == x ? (${b})x : 0; }`;
      }
      const wide = this.vector(signedOfBytes(bytesOf(to)), lanes);
      const mask = (condition: string) =>
        bytesOf(from) === bytesOf(to)
          ? `(${b})(${condition})`
          : `(${b})__builtin_convertvector(${condition}, ${wide})`;
      const replace = (condition: string, value: string) =>
        `  m = ${mask(condition)}; r = (r & ~m) | ((${value} - (${b}){}) & m);`;
      const lines = [
        `${INLINE} ${b} ${name}(${a} x) {`,
        `  ${b} m, r = __builtin_convertvector(x, ${b});`,
        ...(inside
          ? []
          : [
              replace(`x >= ${above}${f}`, `(${this.scalar(to)})${highest}`),
              replace(`x <= ${low}${f}`, `(${this.scalar(to)})${lowest}`),
            ]),
        `  m = ${mask("x == x")}; return r & m;`,
        "}",
      ];
      return lines.join("\n");
    });
  }

  /** The same bits as another type of the same width. */
  bitcast(from: DType, to: DType): string {
    const [a, b] = [this.scalar(from), this.scalar(to)];
    return this.define(`bits_${a}_${b}`, () => {
      const copy = `__builtin_memcpy(&y, &x, ${bytesOf(from)});`;
      return `${INLINE} ${b} bits_${a}_${b}(${a} x) { ${b} y; ${copy} return y; }`;
    });
  }
}

/** Float to integer: what lies outside becomes the nearest integer there is, NaN becomes 0. */
function limitsOf(to: DType) {
  const [low, high] = rangeOf(to)!;
  return {
    low: `${low}.0`,
    above: `${high + 1n}.0`,
    lowest: literalText(to, low),
    highest: literalText(to, high),
  };
}

/** The name of a builtin for each register width, or of none. */
type Builtins = (dtype: DType, width: number) => { test: string; call: string } | null;

const letterOf = (dtype: DType) => (dtype === "f32" ? "ps" : "pd");

const sqrtBuiltins: Builtins = (dtype, width) => {
  const all = 2 ** (width / (8 * bytesOf(dtype))) - 1;
  if (width === 512) {
    const call = `__builtin_ia32_sqrt${letterOf(dtype)}512_mask(x, x, ${all}, 4)`;
    return { test: "defined(__AVX512F__) && !defined(__clang__)", call };
  }
  if (width === 256)
    return { test: "defined(__AVX__)", call: `__builtin_ia32_sqrt${letterOf(dtype)}256(x)` };
  return { test: "defined(__SSE2__)", call: `__builtin_ia32_sqrt${letterOf(dtype)}(x)` };
};

/** The immediate says which way; 8 suppresses the inexact exception. */
const roundBuiltins =
  (name: "floor" | "ceil" | "trunc" | "round"): Builtins =>
  (dtype, width) => {
    const way = 8 + { round: 0, floor: 1, ceil: 2, trunc: 3 }[name];
    const all = 2 ** (width / (8 * bytesOf(dtype))) - 1;
    const l = letterOf(dtype);
    if (width === 512) {
      const call = `__builtin_ia32_rndscale${l}_mask(x, ${way}, x, ${all}, 4)`;
      return { test: "defined(__AVX512F__)", call };
    }
    if (width === 256)
      return { test: "defined(__AVX__)", call: `__builtin_ia32_round${l}256(x, ${way})` };
    return { test: "defined(__SSE4_1__)", call: `__builtin_ia32_round${l}(x, ${way})` };
  };

/** A builtin for the whole vector where the compiler has one, else lane by lane. */
function lanewise(dtype: DType, lanes: number, scalar: string, builtins: Builtins): string {
  const width = 8 * bytesOf(dtype) * lanes;
  const loop = `  for (int l = 0; l < ${lanes}; l++) x[l] = ${scalar}(x[l]);\n  return x;`;
  const builtin = width >= 128 && width <= 512 ? builtins(dtype, width) : null;
  if (builtin === null) return loop;
  return `#if ${builtin.test}\n  return ${builtin.call};\n#else\n${loop}\n#endif`;
}

/** A compiler may not fuse x * y + z when it needs x * y elsewhere; exact products rely on it. */
function fmaBody(dtype: DType, lanes: number): string {
  const width = 8 * bytesOf(dtype) * lanes;
  const l = letterOf(dtype);
  const call =
    width === 512
      ? `__builtin_ia32_vfmadd${l}512_mask(x, y, z, -1, 4)`
      : width === 256
        ? `__builtin_ia32_vfmadd${l}256(x, y, z)`
        : width === 128
          ? `__builtin_ia32_vfmadd${l}(x, y, z)`
          : null;
  const scalar = `__builtin_fma${dtype === "f32" ? "f" : ""}`;
  const test = width === 512 ? "defined(__AVX512F__)" : "defined(__FMA__)";
  const loop = `  for (int l = 0; l < ${lanes}; l++) x[l] = ${scalar}(x[l], y[l], z[l]);\n  return x;`;
  const builtin = call === null ? "" : `#elif ${test}\n  return ${call};\n`;
  return (
    "#if defined(__clang__) && __has_builtin(__builtin_elementwise_fma)\n" +
    `  return __builtin_elementwise_fma(x, y, z);\n${builtin}` +
    `#elif defined(__FMA__) || defined(__aarch64__)\n${loop}\n#else\n  return x * y + z;\n#endif`
  );
}

/** A number as a C literal of this type. */
export function literalText(dtype: DType | "index", value: number | bigint): string {
  if (dtype === "f32" || dtype === "f64") {
    const f = dtype === "f32" ? "f" : "";
    const x = dtype === "f32" ? Math.fround(Number(value)) : Number(value);
    if (Number.isNaN(x)) return `__builtin_nan${f}("")`;
    if (!Number.isFinite(x)) return `${x < 0 ? "-" : ""}__builtin_inf${f}()`;
    const text = Object.is(x, -0) ? "-0.0" : shortest(x, dtype);
    return `${/[.e]/.test(text) ? text : `${text}.0`}${f}`;
  }
  if (dtype === "bool") return value ? "1" : "0";
  const range = dtype === "index" ? undefined : rangeOf(dtype);
  const x = BigInt(typeof value === "number" ? Math.trunc(value) : value);
  // C has no negative literals: the smallest number is not minus a number that exists.
  if (range !== undefined && x === range[0] && x < 0n)
    return `(-${-x - 1n}${x < -(2n ** 31n) ? "LL" : ""} - 1)`;
  const suffix =
    dtype === "u64"
      ? "ULL"
      : x > 0x7fffffffn || x < -0x7fffffffn
        ? dtype === "u32"
          ? "u"
          : "LL"
        : "";
  return `${x}${suffix}`;
}

/** The fewest digits that name this number. */
function shortest(x: number, dtype: DType): string {
  if (dtype === "f64") return String(x);
  for (let digits = 1; digits <= 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
  return String(x);
}
