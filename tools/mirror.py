"""Checks that tests/ mirrors thalweg/, both ways.

tests/X/foo_test.cpp tests thalweg/X/foo.cpp, foo.hpp or foo-inl.hpp. A test without its source is
an orphan; so is a .cpp, or a header that loops or branches, without its test.
"""

import fnmatch
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Sources whose test stands elsewhere: {pattern of paths: the test that runs them}. An entry that
# matches nothing without a test of its own, or names a test that is not there, fails.
ELSEWHERE = {
    # One body a row of the catalog; the test goes over the rows.
    "thalweg/kernel/loss/*-inl.hpp": "tests/kernel/loss/scalar_test.cpp",
    # One transform or schedule a file; the tests go over the rows.
    "thalweg/optim/schedule/*": "tests/optim/schedule/catalog_test.cpp",
    "thalweg/optim/transform/*": "tests/optim/transform/optimizer_test.cpp",
    # The functions stand in a catalog; the test goes over the rows.
    "thalweg/objective/function/*": "tests/objective/function/catalog_test.cpp",
    # Methods of smooth functions, compared on the same ones.
    "thalweg/optim/method/bfgs.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/method/sr1.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/method/newton_cg.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/method/nonlinear_conjugate_gradient.cpp":
        "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/method/cubic_regularization.cpp": "tests/optim/method/trust_region_test.cpp",
    # What those share.
    "thalweg/optim/conjugate_gradient.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/model_step.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/line_search/descend_along.cpp": "tests/optim/method/trust_region_test.cpp",
    "thalweg/optim/spectrum.cpp": "tests/optim/trust_region_test.cpp",
    # One detector a file; the test goes over the rows.
    "thalweg/monitor/detector/*": "tests/monitor/detector/catalog_test.cpp",
    # The stages of one reader, tested through it.
    "thalweg/format/csv_*.cpp": "tests/format/csv_test.cpp",
    # The readers behind one door each, tested through it.
    "thalweg/data/image_array.cpp": "tests/data/image_data_test.cpp",
    "thalweg/data/image_folder.cpp": "tests/data/image_data_test.cpp",
    "thalweg/format/jpeg.cpp": "tests/format/image_test.cpp",
    "thalweg/format/png.cpp": "tests/format/image_test.cpp",
    # The two kinds of models on one road.
    "thalweg/run/curve_task.cpp": "tests/cli/curve_test.cpp",
    "thalweg/run/linear_task.cpp": "tests/run/fit_test.cpp",
    "thalweg/run/base_loss.cpp": "tests/conformance/detectors_test.cpp",
    "thalweg/run/network_data.cpp": "tests/run/network_task_test.cpp",
    "thalweg/run/network_scores.cpp": "tests/run/network_task_test.cpp",
    # The sweeps behind one contract, tested through it on every layout.
    "thalweg/kernel/columns.cpp": "tests/kernel/linear_test.cpp",
    "thalweg/kernel/dense.cpp": "tests/kernel/linear_test.cpp",
    "thalweg/kernel/gram.cpp": "tests/kernel/linear_test.cpp",
    "thalweg/kernel/sparse.cpp": "tests/kernel/linear_test.cpp",
    # The stages of the tile machine, tested through it on random programs.
    "thalweg/kernel/tile/tile_*": "tests/kernel/tile/tile_kernel_test.cpp",
    "thalweg/kernel/tile/math_double-inl.hpp": "tests/kernel/tile/math_test.cpp",
    # What the contractions share, tested through each of them.
    "thalweg/kernel/contraction/primitive.cpp": "tests/kernel/contraction/matmul_test.cpp",
    "thalweg/kernel/contraction/description.hpp": "tests/kernel/contraction/memory_format_test.cpp",
    "thalweg/kernel/contraction/plain_matmul.cpp": "tests/kernel/contraction/matmul_test.cpp",
    "thalweg/kernel/contraction/plain_convolution.cpp":
        "tests/kernel/contraction/convolution_test.cpp",
}

# Folders of tests/ that mirror no folder of thalweg/.
GROUPS = {"cli", "conformance", "fuzz", "golden", "install", "issue", "oracle"}

COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)
LOGIC = re.compile(r"\b(?:for|while|if|switch)\b\s*(?:constexpr\s*)?\(|[^?]\?[^?]")


def has_logic(text):
    """Whether C++ loops or branches."""
    return LOGIC.search(COMMENT_OR_STRING.sub(" ", text)) is not None


def unit(path):
    """`base/text` of thalweg/base/text.hpp, thalweg/base/text-inl.hpp or tests/base/text_test.cpp."""
    return re.sub(r"(?:-inl)?\.[a-z]+$", "", path).removesuffix("_test").split("/", 1)[1]


def faults(sources, tests, elsewhere):
    """`sources` is {path: text}, `tests` are paths; one line for each orphan."""
    found = []
    tested = {unit(path) for path in tests}
    units = {unit(path) for path in sources}
    for path in sorted(tests):
        if path.split("/")[1] not in GROUPS and unit(path) not in units:
            found.append(f"{path}: no thalweg/{unit(path)}.cpp or .hpp that it would test")
    missing = {
        path for path, text in sources.items()
        if unit(path) not in tested and (path.endswith(".cpp") or has_logic(text))
    }
    # A header beside a .cpp is one unit with it.
    missing -= {path for path in missing if path.endswith(".hpp") and
                any(unit(path) == unit(other) for other in missing - {path} if other.endswith(".cpp"))}
    for pattern, test in elsewhere.items():
        covered = set(fnmatch.filter(missing, pattern))
        if not covered:
            found.append(f"tools/mirror.py: {pattern} needs no entry in ELSEWHERE")
        elif test not in tests:
            found.append(f"tools/mirror.py: {test}, named for {pattern}, is not there")
        missing -= covered
    found += [f"{path}: no tests/{unit(path)}_test.cpp" for path in sorted(missing)]
    return found


def self_test():
    assert has_logic("int f(int a) {\n  if (a) return 1;\n  return 2;\n}\n")
    assert has_logic("int f(int a) { return a > 0 ? a : -a; }")
    assert not has_logic('// if (a)\nstruct A { bool b() const { return c; } const char* d = "for ("; };')
    plain, logic = "struct A { int a; };", "inline int f(int a) { while (a > 1) a /= 2; return a; }"

    def check(sources, tests, expected, elsewhere=None):
        lines = faults(sources, tests, elsewhere or {})
        assert len(lines) == expected, (sources, tests, lines)

    check({"thalweg/a/b.cpp": plain, "thalweg/a/b.hpp": logic}, ["tests/a/b_test.cpp"], 0)
    check({"thalweg/a/b.cpp": plain, "thalweg/a/b.hpp": logic}, [], 1)
    check({"thalweg/a/b.hpp": plain}, [], 0)
    check({"thalweg/a/b.hpp": logic}, [], 1)
    there = {"thalweg/a/*.hpp": "tests/a/all_test.cpp"}
    check({"thalweg/a/b.hpp": logic, "thalweg/a/all.cpp": plain}, ["tests/a/all_test.cpp"], 0, there)
    check({"thalweg/a/b.hpp": logic}, [], 1, there)
    check({"thalweg/a/b-inl.hpp": logic, "thalweg/a/b.cpp": plain}, ["tests/a/b_test.cpp"], 0)
    check({}, ["tests/a/b_test.cpp"], 1)
    check({}, ["tests/golden/b_test.cpp"], 0)
    check({"thalweg/a/c/b.cpp": plain}, ["tests/a/b_test.cpp"], 2)
    check({"thalweg/a/b.hpp": plain}, [], 1, there)


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()

    def below(folder, ending):
        return {path.relative_to(ROOT).as_posix(): path for path in (ROOT / folder).rglob(ending)}

    sources = {name: path.read_text()
               for ending in ("*.cpp", "*.hpp") for name, path in below("thalweg", ending).items()}
    tests = list(below("tests", "*_test.cpp"))
    found = faults(sources, tests, ELSEWHERE)
    print("\n".join(found) or f"mirror: {len(tests)} tests, {len(sources)} sources, no orphan")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
