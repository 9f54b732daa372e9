"""Writes package.safetensors with the PyPI package safetensors 0.8.0 (and NumPy): the values that
tests/format/safetensors_test.cpp builds itself, so that the bytes can be compared. With file names
as arguments it reads those with the package instead and prints what it found."""
import pathlib
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

here = pathlib.Path(__file__).parent
if len(sys.argv) > 1:
    for name in sys.argv[1:]:
        with safe_open(name, "np") as file:
            print(name, file.metadata())
            for key in file.keys():
                tensor = file.get_tensor(key)
                print(" ", key, tensor.dtype, tensor.shape, tensor.ravel()[:4])
else:
    save_file(
        {
            "weight": numpy.array([[0.5, -1.25, 3e300], [1 / 3, 0.0, -0.0]]),
            "weight32": numpy.array([1.5, -2.5, 1e-40], numpy.float32),
            "rows": numpy.array([1, 0, 1, 1, 255], numpy.uint8),
            "count": numpy.array([-(2**62), 7], numpy.int64),
            "scalar é\"": numpy.array(2.5),
            "empty": numpy.zeros((0, 3)),
        },
        here / "package.safetensors",
        {"format": "thalweg"},
    )
