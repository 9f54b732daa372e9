"""Writes libsvm.csv: what scikit-learn 1.9.1's load_svmlight_file finds in ../shared/data/a9a: for
each file rows, columns, cells, and sums over labels, indices, and index times row number."""
import pathlib

import numpy
from sklearn.datasets import load_svmlight_file

here = pathlib.Path(__file__).parent
data = here / "../../../../shared/data"
with open(here / "libsvm.csv", "w") as out:
    print("file,rows,columns,cells,labels,indices,products", file=out)
    for name in "a9a/a9a", "a9a/a9a.t":
        x, y = load_svmlight_file(str(data / name), zero_based=False)
        rows = numpy.repeat(numpy.arange(x.shape[0]), numpy.diff(x.indptr))
        print(name, *x.shape, x.nnz, int(y.sum()), int(x.indices.astype("i8").sum()),
              int((rows * x.indices.astype("i8")).sum()), sep=",", file=out)
