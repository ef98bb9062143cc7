/** What people bring from NumPy, PyTorch and Python, and what to write for it. */

/** NumPy's and PyTorch's names of dtypes. */
export const dtypeNames: Readonly<Record<string, string>> = {
  float: "f32",
  float32: "f32",
  float64: "f64",
  double: "f64",
  int: "i32",
  int8: "i8",
  int16: "i16",
  int32: "i32",
  int64: "i64",
  long: "i64",
  uint8: "u8",
  boolean: "bool",
};

const close = "Write all(abs(a - b) < 1e-6).item().";
const equal = "Write all(a == b).item().";

/** Functions and methods that other libraries have and what to write instead. */
const instead: Readonly<Record<string, string>> = {
  allclose: close,
  allClose: close,
  isclose: "Write abs(a - b) < 1e-6.",
  isClose: "Write abs(a - b) < 1e-6.",
  array_equal: equal,
  arrayEqual: equal,
  median: "Write sort(x).at(Math.floor(n / 2)), with n elements.",
  unique: "The shape would depend on the data: write [...new Set(x.toArray(1))].",
  repeat: "Write take(x, floorDivide(arange(n * count), count)).",
  tile: "Write concat([x, x], axis), or let broadcasting do it.",
  diff: "Write x.at(range(1, null)) - x.at(range(0, -1)).",
  histogram: 'Write sum(oneHot(cast(floor((x - low) / width), "i32"), bins), 0).',
  bincount: "Write sum(oneHot(x, n), 0).",
  cov: "Write dot(x.T, x) / n, with columns of mean 0.",
  clamp: "Write clip(x, low, high).",
  roll: "Write take(x, (arange(n) - shift) % n, axis).",
  cumsum: "Write dot(tril(ones([n, n])), x), or add up in a loop.",
  trace: "Write sum(x * eye(n)).",
  diag: "Write sum(x * eye(n), 1) for a diagonal, x * eye(n) for a diagonal matrix.",
  norm: "Write sqrt(sum(x ** 2)).",
  nonzero: "The shape would depend on the data: use where(mask, x, y), or sort and argSort.",
};

const noLinearSolver =
  "There are products, but no decompositions of matrices: iterate with dot, or import a package.";
const noLoop = "Loop over a compiled function; shared variables and updates keep its state.";
const waiting = "Write await new Promise((done) => setTimeout(done, 1000)).";
export const asserting = 'import assert from "node:assert" gives assert(a < b).';
const shown = "A plot is shown where a cell ends with it, and by display(plot(y)).";

/** Functions, where they are called: a variable may be called so, too. */
export const foreignFunctions: Readonly<Record<string, string>> = {
  ...instead,
  array: "Write tensor([1, 2, 3]).",
  asarray: "Write tensor([1, 2, 3]).",
  empty: "Write zeros([rows, columns]).",
  identity: "Write eye(n).",
  concatenate: "Write concat([a, b], axis).",
  vstack: "Write concat([a, b], 0).",
  hstack: "Write concat([a, b], 1).",
  meshgrid: "Sizes broadcast: in f(x.reshape([n, 1]), y) every x meets every y.",
  einsum: "Write tensordot(a, b, axes), or sum(a * b, axis).",
  pow: "Write x ** y.",
  randn: "Write random.normal([rows, columns]).",
  rand: "Write random.uniform([rows, columns]).",
  hypot: "Write sqrt(x ** 2 + y ** 2).",
  jacobian: "Write stack(Array.from({ length: n }, (_, i) => grad(f.at(i), x))).",
  hessian:
    "With g = grad(f, x), write stack(Array.from({ length: n }, (_, i) => grad(g.at(i), x))).",
  hvp: "Write jvp(grad(f, x), x, v).",
  jit: "Write compile([x], f), with f computed from a symbol x.",
  vmap: "Functions work on a whole batch: give symbols one more axis.",
  cond: "Write where(condition, x, y).",
  ifElse: "Write where(condition, x, y).",
  scan: noLoop,
  inv: noLinearSolver,
  solve: noLinearSolver,
  svd: noLinearSolver,
  eig: noLinearSolver,
  eigh: noLinearSolver,
  qr: noLinearSolver,
  det: noLinearSolver,
  cholesky: noLinearSolver,
  silu: "Write x * sigmoid(x).",
  leakyRelu: "Write maximum(x, 0.01 * x).",
  dropout: "Write where(random.bernoulli([n], { p: 0.9 }), x / 0.9, 0).",
  scatter: "Write plot(x, y, { lines: false }).",
  hist: "Count with oneHot, and plot the counts: sum(oneHot(x, n), 0).",
  imshow: "Write image(x), with a colormap if you like.",
  show: shown,
  figure: shown,
  help: "name? in a cell's last line shows what it is.",
  type: "Write typeof x, or x.dtype for a tensor.",
  dir: "Press Tab behind x., or take Object.keys(x).",
  sleep: waiting,
  assert: asserting,
  sorted: "[...xs].sort((a, b) => a - b) sorts numbers, sort(x) a tensor.",
  open: 'readFileSync(path, "utf8") of node:fs reads a file.',
  elif: "It is spelt else if (…) { … }.",
};

/** Members of names that are not known: Python's modules. */
export const foreignModules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  time: { sleep: waiting, time: "Write performance.now(), in milliseconds." },
};

const noPrefix = "The functions need no prefix: zeros(3), mean(x), random.normal(3).";
export const foreignNames: Readonly<Record<string, string>> = {
  linalg: noLinearSolver,
  np: noPrefix,
  numpy: noPrefix,
  jnp: noPrefix,
  torch: noPrefix,
  tf: noPrefix,
  plt: "Write plot(y), or plot(x, y).",
  math: "Write Math.sqrt(2) for numbers, sqrt(x) for tensors.",
  print: "Write console.log(…), or end the cell with what it should show.",
  len: "Write x.shape[0] for a tensor, xs.length for an array.",
  True: "Write true.",
  False: "Write false.",
  None: "Write null.",
  self: "Write this.",
  int: "Write Math.trunc(x), or Number(text).",
  float: "Write Number(text).",
  str: "Write String(x).",
  list: "Write [...xs].",
  dict: "Write { a: 1 }, or new Map().",
  set: "Write new Set(xs).",
  pass: "Write {} for a block with nothing in it.",
  input: "Write prompt(message).",
  enumerate: "Write xs.entries().",
  zip: "Write xs.map((x, i) => [x, ys[i]]).",
  isinstance: 'Write x instanceof A, or typeof x === "number".',
};

/** Python's types. */
export const foreignTypes: Readonly<Record<string, string>> = {
  int: "number",
  float: "number",
  str: "string",
  bool: "boolean",
  list: "number[]",
  dict: "Record<string, number>",
  tuple: "readonly [number, number]",
  None: "null",
  ndarray: "Tensor",
};

const reshaping = "Write x.reshape([rows, columns]); one size may be -1.";
const picking = "Write x.at(range(0, 5)).";
const casting = 'Write x.cast("f32").';
export const foreignMethods: Readonly<Record<string, string>> = {
  ...instead,
  length: "Write x.shape[0].",
  size: "Write x.shape, or x.shape[0].",
  astype: casting,
  to: casting,
  float: casting,
  int: 'Write x.cast("i32").',
  long: 'Write x.cast("i64").',
  head: picking,
  tail: picking,
  view: reshaping,
  resize: reshaping,
  ravel: "Write x.flatten().",
  unsqueeze: "Write x.expandDims(axis).",
  permute: "Write x.transpose([axes]).",
  numpy: "Write x.toArray(), or x.data() for a typed array.",
  tolist: "Write x.toArray().",
  detach: "Write x.stopGradient().",
  grad: "Write grad(loss, w).",
  cuda: 'Write config.backend = "webgpu".',
  backward: "Write grad(loss, [w, b]).",
  pow: "Write x ** y.",
  add_: "Write x = x + y for a let, or shared variables and updates.",
  var: "Write x.variance(axis).",
  copy: "Nothing changes a tensor: use it as it is.",
  clone: "Nothing changes a tensor: use it as it is.",
};

/** Python's methods of lists, texts and dictionaries. */
export const foreignMembers: Readonly<Record<string, string>> = {
  append: "Write xs.push(x).",
  extend: "Write xs.push(...ys).",
  upper: "Write s.toUpperCase().",
  lower: "Write s.toLowerCase().",
  strip: "Write s.trim().",
  startswith: "Write s.startsWith(…).",
  endswith: "Write s.endsWith(…).",
  format: "Write `${n} steps` in backticks.",
  items: "Write Object.entries(d).",
};

export const foreignRandom: Readonly<Record<string, string>> = {
  randn: "Write random.normal([rows, columns]).",
  rand: "Write random.uniform([rows, columns]).",
  random: "Write random.uniform([rows, columns]).",
  shuffle: "Write random.permutation(x).",
  choice: "Write x.take(random.integers(0, n, [count])).",
};
