"""Writes the files that test/lang/io reads: python test/lang/io/fixtures.py"""

import gzip
import io
import pathlib
import struct

import numpy as np

here = pathlib.Path(__file__).parent / "fixtures"
here.mkdir(exist_ok=True)

counting = np.arange(6).reshape(2, 3)
for code in "b1 u1 u2 u4 u8 i1 i2 i4 i8 f4 f8".split():
    array = (counting % 2 == 1) if code == "b1" else counting.astype(code)
    np.save(here / f"{code}.npy", array)
    if code[1] != "1":
        np.save(here / f"{code}-big.npy", array.astype(f">{code}"))

np.save(here / "fortran.npy", np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4)))
np.save(here / "scalar.npy", np.float64(2.5))
np.save(here / "vector.npy", np.array([1, 2, 3], dtype="i4"))
np.save(here / "empty.npy", np.zeros((0, 3), dtype="f4"))
np.save(here / "extremes.npy", np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324]))
np.save(here / "wide.npy", np.array([-(2**63), 2**63 - 1]))
for name, dtype in {"half": "f2", "complex": "c8", "text": "U3"}.items():
    np.save(here / f"{name}.npy", np.zeros(2, dtype=dtype))
np.save(here / "record.npy", np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
for version in (2, 3):
    with open(here / f"version{version}.npy", "wb") as file:
        np.lib.format.write_array(file, counting.astype("f4"), version=(version, 0))

np.savez(here / "stored.npz", w=counting.astype("f4"), b=np.array([True, False]))
np.savez_compressed(here / "compressed.npz", w=counting.astype("f4"), b=np.array([True, False]))

types = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}
for code, mark in types.items():
    header = struct.pack(">BBBB2I", 0, 0, mark, 2, *counting.shape)
    content = header + counting.astype(f">{code}").tobytes()
    (here / f"{code}.idx").write_bytes(content)
out = io.BytesIO()
with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as file:
    file.write((here / "u1.idx").read_bytes())
(here / "u1.idx.gz").write_bytes(out.getvalue())
