"""Checks that files and folders stay small: 400 lines a file, a budget of code lines a folder.

Code lines are lines of C++ without comments and blanks. A budget is raised with a reason, in the
commit that needs it. The verifier in certify is a second implementation of the mathematics on
purpose (2,100 lines); with it, and with the engine's kernels (tile machine and its functions
1,600, contractions 1,200, movement and pooling in both orders of channels 1,100), the
declarations of the transforms (1,700), images and batches (1,400), networks (1,900), paths of
penalties with their solvers (1,300) and non-linear least squares with its test functions (2,700),
the whole is to stay at 40,650.
`--table` prints what each folder holds.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

FILE_LINES = 400
TOTAL = 40_650
BUDGETS = {
    "thalweg/base": 950,
    "thalweg/tensor": 400,
    "thalweg/kernel": 5600,
    # With 11 detectors, each a rule with its finding in words and numbers.
    "thalweg/monitor": 1050,
    "thalweg/format": 4150,
    "thalweg/graph": 2150,
    "thalweg/program": 2300,
    "thalweg/data": 3200,
    # With 54 test functions: formula, start, minima and source of each.
    "thalweg/objective": 2650,
    # Of which some 1,000 are the declarations of 37 transforms and 13 schedules: options, formula,
    # source, each on lines of their own, and sequences of their bodies that run together.
    # The lasso of paths, in two forms for tall and wide tables, has 700, methods for what is not
    # convex 1,000.
    "thalweg/optim": 6400,
    # With the forecast of noisy losses.
    "thalweg/certify": 3700,
    "thalweg/descent": 1100,
    "thalweg/model": 1750,
    "thalweg/run": 3300,
    "apps": 1950,
}
WATCHED = ("thalweg", "apps", "tests", "bench", "examples", "tools")
SUFFIXES = {".cpp", ".hpp", ".py", ".ts"}

# A string or character literal is kept, a comment goes; raw strings end at their own delimiter.
TOKEN = re.compile(
    r'R"(?P<d>[^()\\\s]{0,16})\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\''
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)", re.S)


def code_lines(text):
    """Lines of C++ that hold something besides comments."""
    bare = TOKEN.sub(
        lambda m: re.sub(r"[^\n]+", " ", m[0]) if m["comment"] is not None else m[0], text)
    return sum(1 for line in bare.splitlines() if line.strip())


def budget_of(path):
    """The budget that a path belongs to, or None."""
    parts = path.split("/")
    name = parts[0] if parts[0] == "apps" else "/".join(parts[:2])
    return name if parts[0] in ("apps", "thalweg") else None


def measure(files):
    """{budget: code lines} of {path: text}."""
    used = dict.fromkeys(BUDGETS, 0)
    for path, text in files.items():
        if path.endswith((".cpp", ".hpp")) and budget_of(path):
            used[budget_of(path)] = used.get(budget_of(path), 0) + code_lines(text)
    return used


def faults(files):
    found = []
    for path, text in sorted(files.items()):
        lines = text.count("\n")
        if lines > FILE_LINES:
            found.append(f"{path}: {lines} lines, more than {FILE_LINES}; it may hold two ideas")
    for name, lines in measure(files).items():
        if name not in BUDGETS:
            found.append(f"{name}: no budget; give it one in tools/size.py")
        elif lines > BUDGETS[name]:
            found.append(f"{name}: {lines} lines of code, more than its budget of {BUDGETS[name]}")
    if sum(BUDGETS.values()) > TOTAL:
        found.append(f"tools/size.py: the budgets sum to {sum(BUDGETS.values())}, more than {TOTAL}")
    return found


def table(files):
    used = measure(files)
    rows = [f"{'folder':20} {'lines':>6} {'budget':>6}"]
    rows += [f"{name:20} {lines:6} {BUDGETS.get(name, 0):6}" for name, lines in used.items()]
    return "\n".join(rows + [f"{'together':20} {sum(used.values()):6} {TOTAL:6}"])


def self_test():
    text = '// what\n\nint a;  // why\n/* two\nlines */\nconst char* b = "// kept";\nchar c = \'"\';\n'
    assert code_lines(text) == 3, code_lines(text)
    assert code_lines('auto a = R"(//\n\n//)";\n') == 2
    assert code_lines("long n = 1'000'000;  // '\nint m;\n") == 2
    assert code_lines("/* a */ int b;\n") == 1
    assert not faults({"thalweg/base/a.cpp": "int a;\n" * FILE_LINES})
    assert len(faults({"tests/base/a_test.cpp": "int a;\n" * (FILE_LINES + 1)})) == 1
    many = {f"thalweg/tensor/a{i}.cpp": "int a;\n" * 100 for i in range(5)}
    assert len(faults(many)) == 1
    assert len(faults({"thalweg/attic/a.cpp": "int a;\n"})) == 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for folder in WATCHED for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in SUFFIXES and "node_modules" not in path.parts
    }
    found = faults(files)
    if "--table" in sys.argv:
        print(table(files))
    total = sum(measure(files).values())
    print("\n".join(found) or f"size: {total} lines of code of {TOTAL}, no file above {FILE_LINES} lines")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
