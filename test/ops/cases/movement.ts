import * as h from "../../../lang/index.js";
import { type Case, input, makeCase, type Options, sample } from "../case.js";

const cube = sample("f32", [2, 3, 4]);
const square = sample("f32", [3, 4]);
const vector = sample("f32", [10]);
const i32 = (data: number[], shape?: number[]) => input("i32", data, shape);
const { range } = h;

const moved = (
  of: ReturnType<typeof sample>,
  f: (x: h.Tensor) => h.Tensor,
  numpy: string,
  options: Options = {},
): Case => makeCase([of], f, numpy, { gradient: of.dtype === "f32", ...options });

const picked = (numpy: string, f: (x: h.Tensor) => h.Tensor, of = cube): Case =>
  moved(of, f, numpy);

export const movement: readonly Case[] = [
  moved(cube, (x) => h.transpose(x), "np.transpose(a)"),
  moved(cube, (x) => h.transpose(x, [1, 2, 0]), "np.transpose(a, [1, 2, 0])"),
  moved(cube, (x) => h.swapAxes(x, 0, -1), "np.swapaxes(a, 0, -1)"),
  moved(sample("u8", [3, 5], 0, 255), (x) => x.T, "a.T"),
  moved(sample("i64", [3, 5]), (x) => x.T, "a.T"),
  moved(cube, (x) => h.reshape(x, [4, -1]), "a.reshape(4, -1)", { staticSizes: true }),
  moved(cube, (x) => h.reshape(x.T, [6, 4]), "a.T.reshape(6, 4)", { staticSizes: true }),
  moved(cube, h.flatten, "a.ravel()"),
  moved(sample("f32", [1, 3, 1]), (x) => h.squeeze(x), "np.squeeze(a)"),
  moved(sample("f32", [1, 3, 1]), (x) => h.squeeze(x, -1), "np.squeeze(a, -1)"),
  moved(square, (x) => h.expandDims(x, [0, -1]), "np.expand_dims(a, (0, -1))"),
  moved(sample("f32", [3, 1]), (x) => h.broadcastTo(x, [2, 3, 4]), "np.broadcast_to(a, (2, 3, 4))"),
  moved(cube, (x) => h.flip(x), "np.flip(a)"),
  moved(cube, (x) => h.flip(x, [0, 2]), "np.flip(a, (0, 2))"),
  moved(
    square,
    (x) =>
      h.pad(x, [
        [1, 0],
        [0, 2],
      ]),
    "np.pad(a, [[1, 0], [0, 2]])",
  ),
  makeCase(
    [square, sample("f32", [2, 4], 0, 1, 9)],
    (x, y) => h.concat([x, y]),
    "np.concatenate([a, b])",
    { gradient: true },
  ),
  makeCase(
    [square, sample("f32", [3, 1], 0, 1, 9)],
    (x, y) => h.concat([x, y, x], -1),
    "np.concatenate([a, b, a], -1)",
    { gradient: true },
  ),
  makeCase(
    [i32([1, 2]), input("f32", [0.5])],
    (x, y) => h.concat([x, y]),
    "np.concatenate([a, b])",
    { dtype: "f32" },
  ),
  makeCase(
    [square, sample("f32", [3, 4], 0, 1, 9)],
    (x, y) => h.stack([x, y], 1),
    "np.stack([a, b], 1)",
    { gradient: true },
  ),
  moved(vector, (x) => h.split(x, 5)[2], "np.split(a, 5)[2]", { staticSizes: true }),
  moved(vector, (x) => h.split(x, [3, 7])[1], "np.split(a, [3])[1]", { staticSizes: true }),

  picked("a[0]", (x) => x.at(0)),
  picked("a[-1, ..., 1]", (x) => x.at(-1, "...", 1)),
  picked("a[:, 1:3]", (x) => x.at(null, range(1, 3))),
  picked("a[..., ::2]", (x) => x.at("...", range(null, null, 2))),
  picked("a[::-1, :, ::-2]", (x) => x.at(range(null, null, -1), null, range(null, null, -2))),
  picked("a[:, -2:, 1:-1]", (x) => x.at(null, range(-2, null), range(1, -1))),
  picked("a[3:99]", (x) => x.at(range(3, 99)), vector),
  picked("a[-99:4]", (x) => x.at(range(-99, 4)), vector),
  picked("a[7:2:-2]", (x) => x.at(range(7, 2, -2)), vector),
  picked("a[99:-99:-3]", (x) => x.at(range(99, -99, -3)), vector),
  picked("a[5:5]", (x) => x.at(range(5, 5)), vector),
  picked("a[6:2]", (x) => x.at(range(6, 2)), vector),
  picked("a[:4]", (x) => x.at(range(4)), vector),
  makeCase([cube, i32([1, 0, 1])], (x, i) => x.at(i), "a[b]", { gradient: true }),
  makeCase([cube, i32([2, -1, 0, 0], [2, 2])], (x, i) => x.at(null, i), "a[:, b]", {
    gradient: true,
  }),
  makeCase([cube, i32([1, 0, 1]), i32([3, -4, 2])], (x, i, j) => x.at(i, null, j), "a[b, :, c]", {
    gradient: true,
  }),
  makeCase(
    [cube, i32([2, 0, 1]), i32([3, -4, 2])],
    (x, i, j) => x.at(range(1), i, j),
    "a[:1, b, c]",
    { gradient: true },
  ),
  makeCase([cube, i32([2, 0]), i32([3, -4, 2], [3, 1])], (x, i, j) => x.at(1, i, j), "a[1][b, c]", {
    gradient: true,
  }),
  makeCase([vector, i32([3], [])], (x, i) => x.at(i), "a[b]", { gradient: true }),
  makeCase([square, input("u8", [2, 0, 2])], (x, i) => h.take(x, i), "np.take(a, b, 0)", {
    gradient: true,
  }),
  makeCase([square, input("i64", [3, -1])], (x, i) => h.take(x, i, 1), "np.take(a, b, 1)", {
    gradient: true,
  }),
  makeCase(
    [square, i32([0, 1, 3, 3, -1, 0], [3, 2])],
    (x, i) => h.takeAlongAxis(x, i, 1),
    "np.take_along_axis(a, b, 1)",
    { gradient: true },
  ),
  makeCase(
    [square, i32([2, 0, 1, 1], [1, 4])],
    (x, i) => h.takeAlongAxis(x, i, 0),
    "np.take_along_axis(a, b, 0)",
    { gradient: true },
  ),

  makeCase(
    [input("f32", [3, Number.NaN, 1, 3, -0, 0, -2, Infinity])],
    (x) => h.argSort(x),
    "np.argsort(a, kind='stable')",
    { dtype: "i32" },
  ),
  makeCase([cube], (x) => h.argSort(x, 1), "np.argsort(a, axis=1, kind='stable')", {
    dtype: "i32",
  }),
  makeCase([input("i32", [3, -1, 3, 2, -1])], (x) => h.argSort(x), "np.argsort(a, kind='stable')"),
  makeCase([cube], (x) => h.sort(x, 0), "np.sort(a, axis=0)", { gradient: true }),
  moved(sample("f32", [40], -9, 9), (x) => h.sort(x), "np.sort(a)"),
  moved(square, (x) => h.tril(x), "np.tril(a)"),
  moved(cube, (x) => h.triu(x, 1), "np.triu(a, 1)"),
  moved(square, (x) => h.tril(x, -1), "np.tril(a, -1)"),

  makeCase([], () => h.arange(5), "np.arange(5)", { dtype: "i32" }),
  makeCase([], () => h.arange(2, 11, 3), "np.arange(2, 11, 3)", { dtype: "i32" }),
  makeCase([], () => h.arange(5, 0, -2), "np.arange(5, 0, -2)", { dtype: "i32" }),
  makeCase([], () => h.arange(0, 1, 0.25), "np.arange(0, 1, 0.25)"),
  makeCase([], () => h.arange(3, 1), "np.arange(3, 1)", { dtype: "i32" }),
  makeCase([], () => h.arange(1, 3, 0.5, { dtype: "f64" }), "np.arange(1, 3, 0.5)", {
    dtype: "f64",
  }),
  makeCase([], () => h.linspace(0.5, 2, 7), "np.linspace(0.5, 2, 7)"),
  makeCase([], () => h.linspace(0, 1, 4, { endpoint: false }), "np.linspace(0, 1, 4, False)"),
  makeCase([], () => h.linspace(3, 4, 1), "np.linspace(3, 4, 1)"),
  makeCase([], () => h.eye(3), "np.eye(3)"),
  makeCase([], () => h.eye(2, 4, { k: 1, dtype: "i32" }), "np.eye(2, 4, 1)", { dtype: "i32" }),
  makeCase([], () => h.zeros([2, 0]), "np.zeros((2, 0))"),
  makeCase([], () => h.ones(3, { dtype: "bool" }), "np.ones(3)", { dtype: "bool" }),
  makeCase([], () => h.full([2, 2], 7, { dtype: "u8" }), "np.full((2, 2), 7)", { dtype: "u8" }),
  makeCase([i32([1, 0, 4, -1])], (x) => h.oneHot(x, 3), "(a[:, None] == np.arange(3)) * 1.0", {
    dtype: "f32",
  }),
  makeCase(
    [input("u8", [255, 0])],
    (x) => h.oneHot(x, 300, { dtype: "bool" }),
    "a[:, None] == np.arange(300)",
    { dtype: "bool" },
  ),
];
