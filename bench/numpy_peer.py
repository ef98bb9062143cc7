"""NumPy's side of the benchmarks: each line asks for a piece of work, each answer is its time.

    {"about": true}                     {"about": "NumPy 2.4.6, OpenBLAS ..."}
    {"work": NAME, "iterations": N}     {"milliseconds": M}
    {"value": NAME}                     {"value": [...]}, what the work computes, as a check

The work is NumPy as its good users write it: float32 throughout, results into arrays made before
(`out=`) where a loop would otherwise allocate them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import threadpoolctl

f32 = np.float32


def weyl(*shape: int, scale: float = 1.0, shift: float = 0.0) -> np.ndarray:
    """(frac(i φ) + shift) · scale for i = 1, 2, …: the same numbers as weyl() in inputs.ts."""
    i = np.arange(1, np.prod(shape, dtype=np.int64) + 1, dtype=np.float64)
    product = i * 0.6180339887498949
    return ((product - np.floor(product) + shift) * scale).astype(f32).reshape(shape)


class Step:
    """One step of gradient descent: 784-500-10, tanh, softmax cross-entropy, batch 100."""

    rate = f32(0.1)

    def __init__(self) -> None:
        self.x = weyl(100, 784)
        self.y = np.arange(100) * 7 % 10
        self.w = weyl(784, 500, scale=0.1, shift=-0.5)
        self.b = np.zeros(500, f32)
        self.v = weyl(500, 10, scale=0.1, shift=-0.5)
        self.c = np.zeros(10, f32)
        self.h, self.dh = np.empty((2, 100, 500), f32)
        self.gw = np.empty((784, 500), f32)
        self.gv = np.empty((500, 10), f32)
        self.rows = np.arange(100)
        self.loss = f32(0)

    def __call__(self) -> None:
        x, y, h, dh, gw, gv = self.x, self.y, self.h, self.dh, self.gw, self.gv
        np.matmul(x, self.w, out=h)
        h += self.b
        np.tanh(h, out=h)
        z = h @ self.v
        z += self.c
        z -= z.max(axis=1, keepdims=True)
        p = np.exp(z)
        total = p.sum(axis=1, keepdims=True)
        self.loss = np.mean(np.log(total[:, 0]) - z[self.rows, y])
        p /= total
        p[self.rows, y] -= 1
        p *= f32(1 / 100)
        np.matmul(h.T, p, out=gv)
        np.matmul(p, self.v.T, out=dh)
        h *= h
        np.subtract(1, h, out=h)
        dh *= h
        np.matmul(x.T, dh, out=gw)
        gv *= self.rate
        self.v -= gv
        self.c -= self.rate * p.sum(axis=0)
        gw *= self.rate
        self.w -= gw
        self.b -= self.rate * dh.sum(axis=0)

    def value(self) -> list[float]:
        """The losses of the first three steps, from the beginning."""
        fresh = Step()
        losses = []
        for _ in range(3):
            fresh()
            losses.append(float(fresh.loss))
        return losses


def make_works() -> dict[str, Callable[[], Callable[[], Any]]]:
    """Each entry allocates what its work needs when it is first asked for."""

    def elementwise(n: int) -> Callable[[], Any]:
        x, w, b = weyl(n), weyl(n), weyl(n)
        out = np.empty_like(x)

        def run() -> np.ndarray:  # tanh(x w + b) · 0.5
            np.multiply(x, w, out=out)
            np.add(out, b, out=out)
            np.tanh(out, out=out)
            return np.multiply(out, f32(0.5), out=out)

        return run

    def exponential(n: int) -> Callable[[], Any]:
        x = weyl(n)
        out = np.empty_like(x)
        return lambda: np.exp(x, out=out)

    def softmax(m: int, n: int) -> Callable[[], Any]:
        x = weyl(m, n)
        out = np.empty_like(x)

        def run() -> np.ndarray:
            np.subtract(x, x.max(axis=1, keepdims=True), out=out)
            np.exp(out, out=out)
            return np.divide(out, out.sum(axis=1, keepdims=True), out=out)

        return run

    def reduction(name: str, axis: int | None, m: int, n: int) -> Callable[[], Any]:
        x = weyl(m, n)
        function = getattr(np, name)
        return lambda: function(x, axis=axis)

    def product(m: int, k: int, n: int, transposed: str = "") -> Callable[[], Any]:
        a = weyl(k, m).T if "a" in transposed else weyl(m, k)
        b = weyl(n, k).T if "b" in transposed else weyl(k, n)
        out = np.empty((m, n), f32)
        return lambda: np.matmul(a, b, out=out)

    def transpose(m: int, n: int) -> Callable[[], Any]:
        x = weyl(m, n)
        out = np.empty((n, m), f32)

        def run() -> np.ndarray:
            np.copyto(out, x.T)
            return out

        return run

    return {
        "step": Step,
        "tanh(x*w+b)*s 1M": lambda: elementwise(1_000_000),
        "tanh(x*w+b)*s 10M": lambda: elementwise(10_000_000),
        "exp 1M": lambda: exponential(1_000_000),
        "softmax 1000x1000": lambda: softmax(1000, 1000),
        "softmax 100x10": lambda: softmax(100, 10),
        "sum 10M": lambda: reduction("sum", None, 1, 10_000_000),
        "sum rows 2000x2000": lambda: reduction("sum", 1, 2000, 2000),
        "sum columns 2000x2000": lambda: reduction("sum", 0, 2000, 2000),
        "max rows 2000x2000": lambda: reduction("max", 1, 2000, 2000),
        "argMax rows 2000x2000": lambda: reduction("argmax", 1, 2000, 2000),
        "dot 100x784x500": lambda: product(100, 784, 500),
        "dot 784'x100x500": lambda: product(784, 100, 500, "a"),
        "dot 100x10x500'": lambda: product(100, 10, 500, "b"),
        "dot 512x512x512": lambda: product(512, 512, 512),
        "dot 1024x1024x1024": lambda: product(1024, 1024, 1024),
        "transpose 2000x2000": lambda: transpose(2000, 2000),
    }


def about() -> str:
    blas = [lib for lib in threadpoolctl.threadpool_info() if lib["user_api"] == "blas"]
    kernels = ", ".join(
        f"{lib['internal_api']} {lib['version']} ({lib['architecture']}, {lib['num_threads']} threads)"
        for lib in blas
    )
    return f"NumPy {np.__version__}, {kernels or 'no BLAS found'}"


def answer(request: dict[str, Any], ready: dict[str, Callable[[], Any]]) -> dict[str, Any]:
    if "about" in request:
        return {"about": about()}
    name = request.get("work") or request["value"]
    if name not in ready:
        ready.clear()  # one piece of work at a time keeps memory small
        ready[name] = make_works()[name]()
    work = ready[name]
    if "value" in request:
        values = work.value() if isinstance(work, Step) else np.ravel(work())[:1000].tolist()
        return {"value": values}
    began = time.perf_counter_ns()
    for _ in range(request["iterations"]):
        work()
    return {"milliseconds": (time.perf_counter_ns() - began) / 1e6}


def main() -> None:
    ready: dict[str, Callable[[], Any]] = {}
    for line in sys.stdin:
        try:
            said = answer(json.loads(line), ready)
        except Exception as problem:  # the asking side reports it, with our name
            said = {"error": repr(problem)}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
