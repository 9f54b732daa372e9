"""Makes csv_counts.json: what Python's csv module finds in the tables of ../shared/data.

Run from the project's root: python3 tests/oracle/format/make_csv_counts.py > tests/oracle/format/csv_counts.json
The sums are math.fsum of float(cell): correctly rounded, so a test may ask for 1e-15 relative.
"""

import csv
import glob
import io
import json
import math
import re

MISSING = {"", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?"}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
ROOT = "../shared/data/"

# file -> delimiter, header?, quotes?, extra missing tokens
FILES = {
    name: (",", True, True)
    for name in sorted(glob.glob("**/*.csv", root_dir=ROOT, recursive=True))
    if not name.startswith(("adult", "pima", "wine"))
}
for name in sorted(glob.glob("**/*.csv", root_dir=ROOT, recursive=True)):
    if name.startswith(("adult", "pima", "wine")):
        FILES[name] = (",", False, True)
for name in sorted(glob.glob("sst2/*.tsv", root_dir=ROOT)):
    FILES[name] = ("\t", "glue" in name, False)
FILES["ml-100k/u.data"] = ("\t", False, True)
FILES["ml-100k/u.user"] = ("|", False, True)
FILES["ml-100k/u.item"] = ("|", False, True)


def column(name, cells):
    present = [cell for cell in cells if cell not in MISSING]
    finite = [cell for cell in present if cell.lower().lstrip("+-") not in ("inf", "infinity", "nan")]
    fit = sum(NUMBER.fullmatch(cell) is not None for cell in finite)
    out = {"name": name, "missing": len(cells) - len(present)}
    if fit < len(present) and (fit == len(finite) or fit >= 0.95 * len(present)):
        out["refused"] = True  # a column of numbers with cells that are none
    elif fit == len(present):
        out["sum"] = math.fsum(map(float, present))
        out["integral"] = bool(present) and all(float(cell).is_integer() for cell in present)
    else:
        out["levels"] = len(set(present))
        out["first"] = next(iter(present)).encode("latin-1").hex()
    return out


result = {}
for name, (delimiter, header, quotes) in FILES.items():
    text = io.open(ROOT + name, encoding="latin-1", newline="").read()
    quoting = csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE
    rows = [
        [cell.strip(" \t\r\n") for cell in row]
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting)
        if row and any(cell.strip() for cell in row)
    ]
    names = rows.pop(0) if header else [""] * len(rows[0])
    names = [title or f"column {i + 1}" for i, title in enumerate(names)]
    result[name] = {
        "rows": len(rows),
        "columns": [column(title, cells) for title, cells in zip(names, zip(*rows))],
    }
print(json.dumps(result, indent=0))
