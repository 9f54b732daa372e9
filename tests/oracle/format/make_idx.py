"""Writes idx/*.idx beside this file with NumPy's big-endian types, one a type of element; read in
tests/format/idx_test.cpp."""
import pathlib
import struct

import numpy as np

here = pathlib.Path(__file__).parent / "idx"
here.mkdir(exist_ok=True)
values = {
    "uint8": (0x08, ">u1", [[0, 1, 127], [128, 254, 255]]),
    "int8": (0x09, ">i1", [[0, 1, 127], [-128, -2, -1]]),
    "int16": (0x0B, ">i2", [[0, 1, 32767], [-32768, -2, 258]]),
    "int32": (0x0C, ">i4", [[0, 1, 2**31 - 1], [-2**31, -2, 16909060]]),
    "float32": (0x0D, ">f4", [[0, 1, 1.5], [-3.4028234663852886e38, 1e-45, 0.1]]),
    "float64": (0x0E, ">f8", [[0, 1, 1.5], [-1.7976931348623157e308, 5e-324, 0.1]]),
}
for name, (code, dtype, rows) in values.items():
    array = np.array(rows, dtype)
    head = bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    (here / f"{name}.idx").write_bytes(head + array.tobytes())
