/** A language of one class, enough to see which operators were called: `1 + x` is `add(1, x)`. */
export class Tensor {
  readonly #formula: string;
  readonly shape: readonly (number | Size)[] = [];
  constructor(formula: string) {
    this.#formula = formula;
  }
  toString(): string {
    return this.#formula;
  }
  item(): number {
    return this.#formula.length;
  }
}

/** A symbolic size. */
export class Size {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Shared extends Tensor {
  update(value: Tensor): void {
    void value;
  }
}

/** What operators take beside a tensor. */
export type TensorLike = Tensor | Size | number | boolean;

const binary = (name: string) => (a: TensorLike, b: TensorLike) =>
  new Tensor(`${name}(${a}, ${b})`);

export const add = binary("add");
export const subtract = binary("subtract");
export const multiply = binary("multiply");
export const divide = binary("divide");
export const mod = binary("mod");
export const power = binary("power");
export const less = binary("less");
export const lessEqual = binary("lessEqual");
export const greater = binary("greater");
export const greaterEqual = binary("greaterEqual");
export const equal = binary("equal");
export const notEqual = binary("notEqual");
export const negative = (a: TensorLike) => new Tensor(`negative(${a})`);

/** A free symbol called `name`.
 * @example matrix("x") */
export function matrix(name: string): Tensor {
  return new Tensor(name);
}

export function shared(name: string): Shared {
  return new Shared(name);
}

export function tanh(x: TensorLike): Tensor {
  return new Tensor(`tanh(${x})`);
}
