"""Times the CSV reader beside pyarrow's, on the same files with the same threads, in turns.

Run from the project's root, after cmake -DTHALWEG_BENCH=ON and a build of bench_csv_reader:
    python3 bench/csv_reader.py [--build build] [--repeats 15] [--threads 2]
Writes bench/results/csv_reader.json. The page cache is warm; pyarrow runs at the best of five block sizes.
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import time

import numpy as np
import pyarrow
import pyarrow.csv

ROOT = pathlib.Path(__file__).resolve().parent
ROWS, COLUMNS = 500_000, 20


def make_files():
    folder = ROOT / "data"
    folder.mkdir(exist_ok=True)
    numbers = np.random.default_rng(0).standard_normal((ROWS, COLUMNS))
    header = ",".join(f"x{i}" for i in range(COLUMNS))
    short, full = folder / "short.csv", folder / "full.csv"
    if not short.exists():
        np.savetxt(short, numbers, fmt="%.6g", delimiter=",", header=header, comments="")
    if not full.exists():
        with open(full, "w") as file:
            file.write(header + "\n")
            for row in numbers:
                file.write(",".join(map(repr, row.tolist())) + "\n")
    return {"6 digits (%.6g)": short, "all digits (repr)": full}


def time_pyarrow(path, block_size):
    start = time.perf_counter()
    table = pyarrow.csv.read_csv(
        path, read_options=pyarrow.csv.ReadOptions(block_size=block_size, use_threads=True)
    )
    seconds = time.perf_counter() - start
    assert table.shape == (ROWS, COLUMNS)
    return seconds


def time_ours(program, path, threads):
    # Two calls a process, the second counts: as for pyarrow, the program is already running.
    out = subprocess.run(
        [program, path, "2", str(threads)], check=True, capture_output=True, text=True
    ).stdout.split("\n")
    seconds, rows, columns = out[1].split()
    assert (int(rows), int(columns)) == (ROWS, COLUMNS)
    return float(seconds)


def machine():
    model = next(
        (
            line.split(":")[1].strip()
            for line in open("/proc/cpuinfo")
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return {"processor": model, "processors": os.cpu_count(), "load": os.getloadavg()[0]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build-bench")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    program = str(pathlib.Path(options.build) / "bin" / "bench_csv_reader")
    pyarrow.set_cpu_count(options.threads)
    results = {"machine": machine(), "threads": options.threads, "pyarrow": pyarrow.__version__}
    results["files"] = {}
    print(f"{'file':20} {'reader':10} {'minimum s':>10} {'median s':>10} {'GB/s':>6} {'ratio':>6}")
    for name, path in make_files().items():
        sizes = [1 << k for k in range(19, 24)]
        best = min(sizes, key=lambda size: min(time_pyarrow(path, size) for _ in range(3)))
        ours, theirs = [], []
        for _ in range(options.repeats):
            theirs.append(time_pyarrow(path, best))
            ours.append(time_ours(program, path, options.threads))
        size = path.stat().st_size
        ratio = min(theirs) / min(ours)
        for reader, seconds in (("thalweg", ours), ("pyarrow", theirs)):
            print(
                f"{name:20} {reader:10} {min(seconds):10.4f} {statistics.median(seconds):10.4f} "
                f"{size / min(seconds) / 1e9:6.2f} {ratio if reader == 'thalweg' else 1:6.2f}"
            )
        results["files"][name] = {
            "bytes": size,
            "thalweg": ours,
            "pyarrow": theirs,
            "pyarrow_block_size": best,
            "ratio": ratio,
        }
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "csv_reader.json").write_text(json.dumps(results, indent=1) + "\n")


main()
