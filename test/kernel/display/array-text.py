"""Records how NumPy writes arrays: python array-text.py > golden/array-text.json (NumPy 2.4)."""

import json

import numpy as np

random = np.random.default_rng(7)


def case(array, **options):
    array = np.asarray(array)
    floating = np.issubdtype(array.dtype, np.floating)
    data = [repr(float(x)) if floating else int(x) for x in array.ravel()]
    text = np.array2string(array, **options)
    names = {"float32": "f32", "float64": "f64", "float16": "f16", "int32": "i32", "uint8": "u8", "bool": "bool"}
    # NumPy's words for what JavaScript spells otherwise.
    text = text.replace("True", "true").replace("False", "false") if array.dtype == bool else text
    keys = {"precision": "precision", "suppress_small": "suppress", "threshold": "threshold",
            "edgeitems": "edgeItems", "max_line_width": "lineWidth"}
    return {"dtype": names[array.dtype.name], "shape": array.shape, "data": data,
            "options": {keys[k]: v for k, v in options.items()}, "text": text}


cases = [case(a) for a in [
    np.float32([1, 2.5, 3, 4]).reshape(2, 2), np.float32([0.1, 0.2, 1 / 3]), np.float64([0.1, 0.2, 1 / 3]),
    np.float32([1e-5, 1]), np.float32([1e9, 1]), np.float64([1e-300, 1e300]), np.float32([1.5e-7, 2e-7]),
    np.float32([np.nan, 1.5, np.inf]), np.float32([-np.inf, 0.25]), np.float32([np.nan, np.nan]), np.float64([np.inf]),
    np.float32([-0.0, 0.0]), np.float32([0, 0, 0]), np.float32([123456.789, 0.5]), np.float32([16777216, 1]),
    np.float16([0.1, 1.5, 65504]), np.float16([6e-8, 1]), np.int32([1, -20, 300]), np.uint8([[0, 255], [7, 80]]),
    np.array([True, False]), np.array([True, True]), np.zeros((2, 0), np.float32), np.zeros((0,), np.int32),
    np.zeros((1,), np.float32), np.arange(24, dtype=np.int32).reshape(2, 3, 4), np.zeros((2, 1, 1, 2), np.float32),
    np.arange(1200, dtype=np.int32), np.arange(1001, dtype=np.float32), np.arange(33 * 33, dtype=np.int32).reshape(33, 33),
    np.arange(2 * 501, dtype=np.float64).reshape(2, 501), np.arange(7 * 12 * 12, dtype=np.float32).reshape(7, 12, 12) / 7,
    np.arange(100, dtype=np.float32), np.full((3, 30), 1 / 3),
]]
for dtype in [np.float32, np.float64, np.float16]:
    for scale in [1e-6, 1e-3, 1, 37, 1e4, 1e7]:
        for shape in [(5,), (3, 4), (2, 3, 2), (30,)]:
            values = random.standard_normal(shape) * scale
            with np.errstate(over="ignore"):
                cases.append(case(values.astype(dtype)))
wide = (10 ** random.uniform(-6, 3, (3, 4))).astype(np.float32)
cases += [
    case(wide), case(wide, precision=3), case(wide, suppress_small=True), case(wide, precision=4, suppress_small=True),
    case(np.arange(40, dtype=np.float64) / 3, max_line_width=40), case(np.arange(40, dtype=np.int32), threshold=10, edgeitems=2),
    case(np.arange(400, dtype=np.float32).reshape(20, 20) / 9, threshold=10, edgeitems=1, precision=2),
]
print(json.dumps(cases, separators=(",", ":")).replace('{"dtype"', '\n{"dtype"'))
