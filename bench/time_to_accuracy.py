"""Seconds to 99 % on MNIST's 10,000 test images: whole processes, from the raw IDX files to the
accuracy, beside PyTorch.

Run from the project's root, after a build of the program:
    python3 bench/time_to_accuracy.py [--program build-bench/bin/thalweg] [--data ../shared/data/mnist]
                                      [--threads 2] [--seeds 5]
Each recipe is a network, a batch, a number of epochs under a one-cycle schedule and a precision; it
counts where the test accuracy at its end is 99 % or more with every seed. The recipes take turns;
each one's figure is the median of its seeds, ours is compared with PyTorch's best. PyTorch keeps the
images as tensors, moves each by up to a pixel as ours are, runs channels-last with its fused AdamW,
bfloat16 by autocast, and evaluates once. Its imports take seconds, so that its time without them is
told as well, as are processor seconds, which say more where other programs take turns. Writes
bench/results/time_to_accuracy.json.
"""

import argparse
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent
GOAL = 0.99
SMALL = ("conv 16 3x3; maxpool; norm; relu; conv 32 3x3; maxpool; norm; relu; "
         "conv 64 3x3; maxpool; norm; relu")
WIDE = "conv 16 5x5; maxpool; norm; relu; conv 32 5x5; maxpool; norm; relu"
OURS = {"layers": SMALL, "batch": 128, "epochs": 1, "rate": 0.03, "rise": 0.2,
        "precision": "bfloat16"}
PEERS = {
    "torch small bfloat16": OURS,
    "torch small float32": OURS | {"precision": "float32"},
    "torch small bfloat16 compiled": OURS | {"compiled": True},
    "torch wide bfloat16": OURS | {"layers": WIDE},
}


def run_torch(folder, recipe, threads, seed):
    began = time.perf_counter()
    import numpy as np
    import torch
    from torch import nn
    imported = time.perf_counter() - began

    torch.set_num_threads(threads)
    torch.manual_seed(seed)

    def read(part):
        def raw(name):
            return torch.from_numpy(np.fromfile(f"{folder}/{part}-{name}-ubyte", np.uint8))
        images = raw("images-idx3")[16:].view(-1, 1, 28, 28)
        return images.float().sub_(33.3).div_(78.6), raw("labels-idx1")[8:].long()

    images, labels = read("train")
    blank = -33.3 / 78.6
    padded = nn.functional.pad(images, (1, 1, 1, 1), value=blank)
    layers, channels, extent = [], 1, 28
    for words in (layer.split() for layer in recipe["layers"].split("; ")):
        if words[0] == "conv":
            window = int(words[2].split("x")[0])
            layers.append(nn.Conv2d(channels, int(words[1]), window, padding=window // 2, bias=False))
            channels = int(words[1])
        elif words[0] == "maxpool":
            layers.append(nn.MaxPool2d(2))
            extent //= 2
        elif words[0] == "norm":
            layers.append(nn.BatchNorm2d(channels))
        else:
            layers.append(nn.ReLU())
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * extent * extent, 10))
    net = net.to(memory_format=torch.channels_last)
    batch, epochs = recipe["batch"], recipe["epochs"]
    steps = len(labels) // batch
    optimizer = torch.optim.AdamW(net.parameters(), lr=recipe["rate"], fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe["rate"], total_steps=epochs * steps, pct_start=recipe["rise"],
        cycle_momentum=False)
    forward = torch.compile(net) if recipe.get("compiled") else net
    narrow = torch.autocast("cpu", torch.bfloat16, enabled=recipe["precision"] == "bfloat16")
    for _ in range(epochs):
        order = torch.randperm(len(labels))
        moved, chosen = torch.empty_like(images), torch.randint(9, (len(labels),))
        for place in range(9):
            down, right = divmod(place, 3)
            rows = (chosen == place).nonzero().flatten()
            moved[rows] = padded[rows, :, down:down + 28, right:right + 28]
        for step in range(steps):
            rows = order[step * batch:(step + 1) * batch]
            optimizer.zero_grad(set_to_none=True)
            with narrow:
                z = forward(moved[rows].to(memory_format=torch.channels_last))
            nn.functional.cross_entropy(z.float(), labels[rows]).backward()
            optimizer.step()
            schedule.step()
    net.eval()
    images, labels = read("t10k")
    with torch.inference_mode(), narrow:
        right = sum(int((net(x.to(memory_format=torch.channels_last)).argmax(1) == y).sum())
                    for x, y in zip(images.split(1000), labels.split(1000)))
    return {"accuracy": right / len(labels), "imports": imported}


def run_ours(program, folder, work, recipe, threads, seed):
    layers = recipe["layers"].replace("maxpool", "maxpool 2").replace("norm", "batch_norm")
    layers = layers.replace("x3;", "x3 no_bias;").replace("x5;", "x5 no_bias;")
    return [program, "fit", folder, "--model", "cnn", "--layers", layers,
            "--epochs", recipe["epochs"], "--batch", recipe["batch"], "--validation", 0,
            "--shift", 1, "--method", f"adamw({recipe['rate']})",
            "--schedule", f"one_cycle(rise={recipe['rise']})",
            "--precision", recipe["precision"], "--threads", threads, "--seed", seed,
            "--run", f"{work}/run", "--overwrite"]


def timed(command, threads):
    """The last line of a process's output, with what the process took."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    began = time.perf_counter()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL,
                          env=os.environ | dict.fromkeys(names, str(threads))) as process:
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return output, {"seconds": time.perf_counter() - began, "cpu": used.ru_utime + used.ru_stime,
                    "megabytes": used.ru_maxrss / 1024, "code": process.returncode}


def one(name, recipe, given, folder, work, seed):
    if name == "thalweg":
        _, found = timed(run_ours(given.program, folder, work, recipe, given.threads, seed),
                         given.threads)
        verdict = json.loads(pathlib.Path(work, "run", "verdict.json").read_text())
        return found | {"accuracy": verdict["test"]["accuracy"]}
    output, found = timed([sys.executable, __file__, "--child", folder, json.dumps(recipe),
                           given.threads, seed], given.threads)
    return found | json.loads(output.strip().splitlines()[-1]) if found["code"] == 0 else None


def summary(runs):
    def median(key):
        return statistics.median(run[key] for run in runs)
    out = {"seconds": median("seconds"), "least": min(run["seconds"] for run in runs),
           "cpu": median("cpu"), "megabytes": median("megabytes"),
           "accuracies": [run["accuracy"] for run in runs]}
    if "imports" in runs[0]:
        out["without imports"] = statistics.median(r["seconds"] - r["imports"] for r in runs)
    return out | {"reached": min(out["accuracies"]) >= GOAL}


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        folder, recipe, threads, seed = sys.argv[2:]
        print(json.dumps(run_torch(folder, json.loads(recipe), int(threads), int(seed))))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build-bench/bin/thalweg")
    parser.add_argument("--data", default="../shared/data/mnist")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=5)
    given = parser.parse_args()
    recipes = {"thalweg": OURS} | PEERS
    runs = {name: [] for name in recipes}
    with tempfile.TemporaryDirectory() as work:
        folder = pathlib.Path(work, "mnist")
        folder.mkdir()
        for file in pathlib.Path(given.data).glob("*-ubyte.gz"):
            (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        for seed in range(given.seeds):
            for name, recipe in recipes.items():
                found = one(name, recipe, given, folder, work, seed)
                if found is None:
                    continue
                runs[name].append(found)
                print(f"{name:<30} seed {seed}  {found['seconds']:6.2f} s  {found['accuracy']:.4f}",
                      flush=True)
    table = {name: summary(of) | {"recipe": recipes[name]} for name, of in runs.items() if of}
    for name, row in table.items():
        print(f"{name:<30} {row['seconds']:6.2f} s, processor {row['cpu']:6.2f}, without imports "
              f"{row.get('without imports', row['seconds']):6.2f}; least accuracy "
              f"{min(row['accuracies']):.4f}{'' if row['reached'] else ', below the goal'}")
    out = {"processors": os.cpu_count(), "load": os.getloadavg()[0], "threads": given.threads,
           "seeds": given.seeds, "table": table}
    ours = table["thalweg"]
    for key in ("seconds", "without imports"):
        reached = {name: row[key] for name, row in table.items()
                   if name != "thalweg" and row["reached"]}
        if ours["reached"] and reached:
            best = min(reached, key=reached.get)
            out[f"ratio of {key}"] = reached[best] / ours["seconds"]
            print(f"{key}: {reached[best] / ours['seconds']:.2f} x {best}")
    (ROOT / "results" / "time_to_accuracy.json").write_text(json.dumps(out, indent=2) + "\n")


if __name__ == "__main__":
    main()
