"""Writes npy/*.npy and npy/*.npz with NumPy 2.4.6 for the tests of zip, npy_array and npy. With
file names as arguments it prints what NumPy finds in those instead."""
import io
import pathlib
import sys
import zipfile

import numpy
from numpy.lib import format as npy_format

here = pathlib.Path(__file__).parent / "npy"


class Pipe(io.RawIOBase):
    """A file that cannot seek, so that zipfile puts sizes behind the members."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def main():
    here.mkdir(exist_ok=True)
    table = {
        "X": numpy.array([[1, 0.5, numpy.nan], [2, -0.25, 7], [3, 1e300, 8], [4, 2, numpy.nan]]),
        "y": numpy.array(["no", " yes", "", "no"]),
        "weights": numpy.array([1, 2, 0, 1], numpy.int32),
        "feature_names": numpy.array(["größe", "b", "c"]),
        "more": numpy.arange(3),
    }
    numpy.savez(here / "table.npz", **table)
    numpy.savez_compressed(here / "compressed.npz", **table)
    numpy.savez(here / "fortran.npz", **{**table, "X": numpy.asfortranarray(table["X"])})
    with zipfile.ZipFile(Pipe(here / "streamed.npz"), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in table.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as member:
                npy_format.write_array(member, array)
    counting = numpy.arange(6).reshape(2, 3)
    types = "f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 >f4 >f8 >i2 >i4 >i8 >u2 >u4 >u8".split()
    numpy.savez(here / "types.npz", **{t.replace(">", "big_"): counting.astype(t) for t in types},
                truth=counting % 2 == 1,
                texts=numpy.array(["a", "bcé", "𝄞"]),
                big_texts=numpy.array(["a", "bcé", "𝄞"]).astype(">U3"),
                bytes=numpy.array([b"a", b"bc", b"\xc3\xa9"]))
    numpy.save(here / "x.npy", table["X"])
    numpy.save(here / "y.npy", numpy.array([True, False, True, True]))
    numpy.save(here / "line.npy", numpy.arange(4, dtype="f4"))
    for version in 1, 2, 3:
        with open(here / f"version{version}.npy", "wb") as out:
            npy_format.write_array(out, counting.astype("f8"), version=(version, 0))
    numpy.save(here / "objects.npy", numpy.array([1, "a", None], object))
    numpy.save(here / "records.npy", numpy.array([(1, 2.0)], "i4,f8"))
    numpy.save(here / "complex.npy", numpy.array([1j]))
    numpy.save(here / "times.npy", numpy.array(["2020-01-01"], "M8[D]"))
    numpy.save(here / "half.npy", numpy.array([1], "f2"))


if len(sys.argv) > 1:
    for name in sys.argv[1:]:
        for key, array in numpy.load(name).items():
            print(name, key, array.dtype, array.shape, array.ravel()[:6].tolist())
else:
    main()
