"""Logistic regression on a table larger than the memory allowed, beside scikit-learn's SGDClassifier
fed by pandas in chunks, and Vowpal Wabbit.

Run from the project's root, after a build of the program:
    python3 bench/out_of_core.py [--program build/bin/thalweg] [--rows 8000000] [--memory 256M]
                                 [--work FOLDER] [--passes 3]
Makes a CSV file of 20 columns (162 bytes a row) and, for Vowpal Wabbit, the same rows in its own
format; making them is not counted. Ours runs from the CSV file to a certified minimum and a run
directory. The others go over the rows, and after each pass the objective (mean logistic loss + l2/2
|w|^2, l2 = 1e-6) of their weights is computed from the file, the same for all, apart from the clock.
Seconds are of the process, least of the turns; megabytes are the most that was resident. Writes
bench/results/out_of_core.json.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent
FEATURES, L2 = 20, 1e-6
CHUNK = 250_000


def make(csv, vw, rows):
    """Numbers of four decimals, and a class that a linear predictor gives the odds of."""
    import numpy as np

    random = np.random.default_rng(1)
    weights = random.standard_normal(FEATURES) / 3
    names = [f"x{j}" for j in range(FEATURES)]
    with open(csv, "wb") as table, open(vw, "wb") as lines:
        table.write((",".join(names) + ",y\n").encode())
        for at in range(0, rows, CHUNK):
            n = min(CHUNK, rows - at)
            units = np.rint(random.standard_normal((n, FEATURES)) * 10000)
            units = np.clip(units, -99999, 99999).astype(np.int32)
            margin = units / 10000 @ weights - 0.5
            y = random.random(n) < 1 / (1 + np.exp(-margin))
            cells = np.empty((n, FEATURES, 8), np.uint8)
            size = np.abs(units)
            cells[:, :, 0] = np.where(units < 0, ord("-"), ord("+"))
            cells[:, :, 1] = size // 10000 + 48
            cells[:, :, 2] = ord(".")
            for place, unit in enumerate((1000, 100, 10, 1)):
                cells[:, :, 3 + place] = size // unit % 10 + 48
            cells[:, :, 7] = ord(",")
            ends = np.stack([y + 48, np.full(n, 10)], 1).astype(np.uint8)
            table.write(np.hstack([cells.reshape(n, -1), ends]).tobytes())
            # "+1 |f a:+0.1234 b:…" with names of one letter.
            head = np.empty((n, 5), np.uint8)
            head[:] = np.frombuffer(b"+1 |f", np.uint8)
            head[:, 0] = np.where(y, ord("+"), ord("-"))
            words = np.empty((n, FEATURES, 10), np.uint8)
            words[:, :, 0], words[:, :, 2] = ord(" "), ord(":")
            words[:, :, 1] = np.arange(FEATURES) + ord("a")
            words[:, :, 3:] = cells[:, :, :7]
            words[:, :, 3] = np.where(units < 0, ord("-"), ord("0"))
            lines.write(np.hstack([head, words.reshape(n, -1), np.full((n, 1), 10, np.uint8)])
                        .tobytes())


def objective(csv, weights, intercept):
    import numpy as np
    import pandas as pd

    total, rows = 0.0, 0
    for part in pd.read_csv(csv, chunksize=CHUNK):
        x = part.to_numpy()
        margin = np.where(x[:, -1] > 0, 1, -1) * (x[:, :-1] @ weights + intercept)
        total += float(np.logaddexp(0, -margin).sum())
        rows += len(x)
    return total / rows + L2 / 2 * float(weights @ weights)


def run_sklearn(csv, passes):
    import pandas as pd
    from sklearn.linear_model import SGDClassifier

    # The best after one pass of five schedules; its default ("optimal") starts with steps of 1e6.
    model = SGDClassifier(loss="log_loss", alpha=L2, average=True, random_state=0,
                          learning_rate="invscaling", eta0=1, power_t=0.5)
    began = time.perf_counter()
    for _ in range(passes):
        for part in pd.read_csv(csv, chunksize=CHUNK):
            x = part.to_numpy()
            model.partial_fit(x[:, :-1], x[:, -1], classes=[0, 1])
    return time.perf_counter() - began, model.coef_[0].tolist(), float(model.intercept_[0])


def run_vw(path, passes):
    import vowpalwabbit

    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as work:
        # Without l2, which it would apply to every example in a way of its own: at 1e-6 it moves
        # the objective by less than 1e-10.
        model = vowpalwabbit.Workspace(
            f"-d {path} --loss_function logistic --passes {passes} "
            f"-c --cache_file {work}/cache --holdout_off --quiet")
        weights = [model.get_weight_from_name(chr(ord("a") + j), "f") for j in range(FEATURES)]
        intercept = model.get_weight(11650396 % 2**18)  # the index of its constant
        model.finish()
    return time.perf_counter() - began, weights, intercept


def in_process(words):
    """Seconds, output and megabytes of a process. The latter from its own count: what the system
    tells at its end includes this process before the start of the program."""
    began, most = time.perf_counter(), 0
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(words, stdout=out)
        while process.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                continue
            if "VmHWM:" in status:
                most = max(most, int(status.split("VmHWM:")[1].split()[0]))
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        if process.returncode != 0:
            sys.exit(f"{words[:3]} ended with {process.returncode}")
        out.seek(0)
        return seconds, out.read(), most / 1024


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        kind, path, passes = sys.argv[2:]
        run = {"sklearn": run_sklearn, "vw": run_vw}[kind]
        print(json.dumps(run(path, int(passes))))
        return
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/bin/thalweg")
    parser.add_argument("--rows", type=int, default=8_000_000)
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--work", default=None)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--turns", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.work) as work:
        csv, vw = os.path.join(work, "table.csv"), os.path.join(work, "table.vw")
        make(csv, vw, given.rows)
        best = {}
        for turn in range(given.turns):
            seconds, out, megabytes = in_process(
                [given.program, "fit", csv, "--target", "y", "--no-scale", "--l2", str(L2),
                 "--memory", given.memory, "--run", os.path.join(work, "run"), "--overwrite",
                 "--json", "--quiet"])
            verdict = json.loads(out)
            found = {"thalweg": {"seconds": seconds, "megabytes": megabytes,
                                 "objective": verdict["value"], "outcome": verdict["outcome"],
                                 "gap": verdict["gap"], "parts": verdict["seconds"]}}
            for kind, path in (("sklearn", csv), ("vw", vw)):
                for passes in sorted({1, given.passes}):
                    _, out, megabytes = in_process(
                        [sys.executable, __file__, "--child", kind, path, str(passes)])
                    seconds, weights, intercept = json.loads(out)
                    row = {"seconds": seconds, "megabytes": megabytes}
                    if turn == 0:
                        row["objective"] = objective(csv, np.array(weights), intercept)
                    found[f"{kind}, passes {passes}"] = row
            for name, row in found.items():
                if name not in best:
                    best[name] = row
                best[name]["seconds"] = min(best[name]["seconds"], row["seconds"])
                best[name]["megabytes"] = max(best[name]["megabytes"], row["megabytes"])
        bytes_of = os.path.getsize(csv)
    least = best["thalweg"]["objective"]
    for name, row in best.items():
        row["excess"] = row["objective"] - least
        print(f"{name:<20} {row['seconds']:8.1f} s  {row['megabytes']:6.0f} MB  objective "
              f"{row['objective']:.9f}  above ours {row['excess']:.1e}")
    out = {"processors": os.cpu_count(), "load": os.getloadavg()[0], "bytes": bytes_of,
           "memory": given.memory, "rows": given.rows, "runs": best}
    (ROOT / "results" / "out_of_core.json").write_text(json.dumps(out, indent=2) + "\n")


if __name__ == "__main__":
    main()
