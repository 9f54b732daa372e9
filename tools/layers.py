"""Checks that a folder of thalweg/ includes only itself and folders of smaller rank.

The ranks are read from the picture of the house in docs/design.md, so that the picture stays true:
lines of the form `  base/  0  what it holds`. Folders of equal rank never include one another.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Narrower than the ranks say. The parsers are all that solver and verifier share, so they reach no
# numerical code; the verifier reaches nothing else, directly or through what it includes.
ONLY = {
    "format": {"base", "tensor", "monitor", "format"},
    "certify/verifier": {"base", "format", "certify/verifier"},
}
VERIFIER = "certify/verifier"

INCLUDE = re.compile(r'^\s*#\s*(?:include|define\s+HWY_TARGET_INCLUDE)\s+"([^"]+)"', re.M)


def ranks(design):
    """{folder: rank} from the text of docs/design.md."""
    rows = re.findall(r"^  ([a-z]+)/ +(\d+)  \S", design, re.M)
    return {folder: int(rank) for folder, rank in rows}


def folder_of(path):
    """The folder of a path below thalweg/, the verifier being one of its own."""
    parts = path.split("/")
    return VERIFIER if parts[1:3] == ["certify", "verifier"] else parts[1]


def closure(path, includes):
    """All files that a file reaches."""
    seen, todo = set(), [path]
    while todo:
        for target in includes.get(todo.pop(), ()):
            if target not in seen:
                seen.add(target)
                todo.append(target)
    return seen


def faults(files, rank):
    """One line for each forbidden include; `files` is {path below the root: text}."""
    found = []
    includes = {}
    for path, text in sorted(files.items()):
        folder = folder_of(path)
        if folder.split("/")[0] not in rank:
            found.append(f"{path}: docs/design.md gives thalweg/{folder}/ no rank; add it to the house")
            continue
        includes[path] = []
        for target in INCLUDE.findall(text):
            if target.startswith("hwy/"):
                continue
            if not target.startswith("thalweg/") or target.count("/") < 2:
                found.append(f'{path}: includes "{target}"; write "thalweg/FOLDER/…", or <…> for a library')
                continue
            includes[path].append(target)
            other = folder_of(target)
            mine, theirs = folder.split("/")[0], other.split("/")[0]
            if folder in ONLY and other not in ONLY[folder]:
                allowed = ", ".join(sorted(ONLY[folder] - {folder}))
                found.append(f"{path}: {folder} includes {target}; it may include only {allowed}")
            elif theirs not in rank:
                found.append(f"{path}: includes {target}, a folder that docs/design.md gives no rank")
            elif mine != theirs and rank[theirs] >= rank[mine]:
                found.append(
                    f"{path}: {mine} (rank {rank[mine]}) includes {target} (rank {rank[theirs]}); "
                    "only smaller ranks may be included")
    for path in includes:
        if folder_of(path) == VERIFIER:
            for target in sorted(closure(path, includes)):
                if folder_of(target).split("/")[0] not in {"base", "tensor", "monitor", "format", "certify"}:
                    found.append(f"{path}: the verifier reaches {target}; it shares only parsers with the solver")
    return found


def order_faults(cmake, rank):
    """The folders of CMakeLists.txt stand in the order of their ranks."""
    match = re.search(r"set\(folders ([a-z_ \n]+)\)", cmake)
    if not match:
        return ["CMakeLists.txt: no set(folders …) found"]
    folders = match.group(1).split()
    return [
        f"CMakeLists.txt: {after} (rank {rank.get(after)}) stands after {before} (rank {rank.get(before)})"
        for before, after in zip(folders, folders[1:])
        if rank.get(after, -1) < rank.get(before, -1)
    ]


def self_test():
    rank = ranks("```\n  base/        0  errors\n  kernel/      2  runs\n  format/      3  bytes\n"
                 "  monitor/     2  records\n  certify/     6  gaps\n  optim/       6  steps\n```\n")
    assert rank == {"base": 0, "kernel": 2, "format": 3, "monitor": 2, "certify": 6, "optim": 6}

    def check(path, include, expected):
        lines = faults({path: f'#include <vector>\n#include "{include}"\n'}, rank)
        assert bool(lines) == expected, (path, include, lines)

    check("thalweg/kernel/a.hpp", "thalweg/base/b.hpp", False)
    check("thalweg/kernel/a.hpp", "thalweg/kernel/loss/b.hpp", False)
    check("thalweg/base/a.hpp", "thalweg/kernel/b.hpp", True)
    check("thalweg/kernel/a.hpp", "thalweg/monitor/b.hpp", True)
    check("thalweg/optim/a.hpp", "thalweg/certify/b.hpp", True)
    check("thalweg/format/a.hpp", "thalweg/kernel/b.hpp", True)
    check("thalweg/certify/a.cpp", "thalweg/kernel/b.hpp", False)
    check("thalweg/certify/verifier/a.cpp", "thalweg/kernel/b.hpp", True)
    check("thalweg/certify/verifier/a.cpp", "thalweg/certify/b.hpp", True)
    check("thalweg/certify/verifier/a.cpp", "thalweg/format/b.hpp", False)
    check("thalweg/base/a.hpp", "b.hpp", True)
    check("thalweg/base/a.hpp", "apps/cli/b.hpp", True)
    check("thalweg/base/a.hpp", "hwy/foreach_target.h", False)
    check("thalweg/attic/a.hpp", "thalweg/base/b.hpp", True)
    indirect = faults({"thalweg/certify/verifier/a.cpp": '#include "thalweg/format/b.hpp"\n',
                       "thalweg/format/b.hpp": '#include "thalweg/kernel/c.hpp"\n'}, rank)
    assert any("the verifier reaches" in line for line in indirect), indirect
    assert order_faults("set(folders base kernel format)", rank) == []
    assert len(order_faults("set(folders base format kernel)", rank)) == 1


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    rank = ranks((ROOT / "docs/design.md").read_text())
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for path in (ROOT / "thalweg").rglob("*") if path.suffix in {".hpp", ".cpp"}
    }
    found = faults(files, rank) + order_faults((ROOT / "CMakeLists.txt").read_text(), rank)
    print("\n".join(found) or f"layers: {len(files)} files, none includes upward")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
