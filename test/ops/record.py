"""Computes the op table's expected values with NumPy and SciPy:

    node dist/test/ops/export.js | python test/ops/record.py

and writes them to test/ops/reference.json. Floats are computed in f64 and rounded to the result's
dtype, so the reference is better than what it judges.
"""

import json
import pathlib
import sys
import types
import warnings

import numpy as np
import scipy.special

np.seterr(all="ignore")
warnings.simplefilter("ignore", RuntimeWarning)

NUMPY = {
    "bool": "?", "u8": "u1", "u16": "u2", "u32": "u4", "u64": "u8",
    "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "f32": "f4", "f64": "f8",
}  # fmt: skip


def threefry2x32(key, counter):
    """Threefry-2x32 with 20 rounds (Salmon et al. 2011), on arrays of u32."""
    rotations = [13, 15, 26, 6, 17, 29, 16, 24]
    k = [np.uint32(key[0]), np.uint32(key[1])]
    k.append(np.uint32(0x1BD11BDA) ^ k[0] ^ k[1])
    x0, x1 = counter[0] + k[0], counter[1] + k[1]
    for i in range(20):
        r = np.uint32(rotations[i % 8])
        x0 = x0 + x1
        x1 = ((x1 << r) | (x1 >> (np.uint32(32) - r))) ^ x0
        if i % 4 == 3:
            s = i // 4 + 1
            x0, x1 = x0 + k[s % 3], x1 + k[(s + 1) % 3] + np.uint32(s)
    return x0, x1


def check_threefry():
    """The known answers of Random123's kat_vectors."""
    for counter, key, expected in [
        ([0, 0], [0, 0], [0x6B200159, 0x99BA4EFE]),
        ([0xFFFFFFFF] * 2, [0xFFFFFFFF] * 2, [0x1CB996FC, 0xBB002BE7]),
        ([0x243F6A88, 0x85A308D3], [0x13198A2E, 0x03707344], [0xC4923A9C, 0x483DF7A0]),
    ]:
        words = threefry2x32(key, [np.array([c], dtype="u4") for c in counter])
        assert [int(w[0]) for w in words] == expected, (counter, key)


def blocks(key, n):
    return threefry2x32(key, [np.zeros(n, dtype="u4"), np.arange(n, dtype="u4")])


def threefry(key, n):
    x0, x1 = blocks(key, n)
    return x0 ^ x1


def threefry_keys(key, n):
    return np.stack(blocks(key, n), 1)


def threefry_normal(key, n):
    """Box and Muller."""
    x0, x1 = (x.astype("f8") * 2.0**-32 for x in blocks(key, n))
    return np.sqrt(-2 * np.log(x0 + 2.0**-32)) * np.cos(2 * np.pi * x1)


names = {
    "np": np,
    "sp": types.SimpleNamespace(**{k: getattr(scipy.special, k) for k in scipy.special.__all__}),
    "threefry": threefry,
    "threefry_keys": threefry_keys,
    "threefry_normal": threefry_normal,
}


def array(spec):
    dtype = "f8" if spec["dtype"] == "f32" else NUMPY[spec["dtype"]]
    data = [float(x) if isinstance(x, str) else x for x in spec["data"]]
    return np.array(data, dtype=dtype).reshape(spec["shape"])


def encode(x):
    if isinstance(x, float):
        return x if np.isfinite(x) else str(x).replace("nan", "NaN").replace("inf", "Infinity")
    return int(x)


def value(recipe):
    inputs = dict(zip("abc", map(array, recipe["inputs"])))
    result = np.asarray(eval(recipe["numpy"], {**names, **inputs}))
    result = result.astype(NUMPY[recipe["dtype"]])
    return {"shape": result.shape, "data": [encode(x) for x in result.ravel().tolist()]}


check_threefry()
reference = {}
for name, digest, recipe in json.load(sys.stdin):
    assert name not in reference, f"two cases are called {name}"
    reference[name] = {"recipe": digest, **value(recipe)}

lines = [f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in reference.items()]
here = pathlib.Path(__file__).parent
(here / "reference.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
print(f"{len(reference)} cases recorded with NumPy {np.__version__}")
