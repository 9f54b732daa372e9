"""Makes the reference pages from the program's own catalogs: `thalweg list CATALOG --json`.

`python3 tools/reference.py PROGRAM FOLDER` writes one page a catalog and an index into FOLDER.
"""

import json
import subprocess
import sys
from pathlib import Path


def ask(program, *words):
    """What `program list words… --json` prints."""
    run = subprocess.run([program, "list", *words, "--json"], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"reference: {program} list {' '.join(words)}: exit {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def page(catalog):
    """The Markdown of one catalog: {name, help, rows: [{name, help, formula?, options: […]}]}."""
    lines = [f"# {catalog['name']}", "", catalog["help"], ""]
    for row in catalog["rows"]:
        lines += [f"## {row['name']}", "", row["help"], ""]
        if row.get("formula"):
            lines += [f"`{row['formula']}`", ""]
        if row.get("options"):
            lines += ["| option | default | range | effect |", "|---|---|---|---|"]
            lines += [f"| `{o['name']}` | {cell(o['default'])} | {cell(o['range'])} | {cell(o['help'])} |"
                      for o in row["options"]]
            lines.append("")
    return "\n".join(lines)


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    catalogs = ask(program)["catalogs"]
    index = ["# Reference", "", "Made from the program's catalogs; `thalweg list` prints the same.", ""]
    for catalog in catalogs:
        (folder / f"{catalog['name']}.md").write_text(page(ask(program, catalog["name"])))
        index.append(f"- [{catalog['name']}]({catalog['name']}.md): {catalog['help']}")
    (folder / "index.md").write_text("\n".join(index) + "\n")
    print(f"reference: {len(catalogs)} catalogs in {folder}")


if __name__ == "__main__":
    main()
