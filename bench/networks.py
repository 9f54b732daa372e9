"""Training steps of small networks beside PyTorch's and JAX's: the same model, batch, parameters and
optimizer (Adam, 1e-4), in turns, in float32 and bfloat16.

Run from the project's root, after a build of bench_networks with -DTHALWEG_BENCH=ON:
    python3 bench/networks.py [--build build-bench] [--threads 2] [--turns 5]
PyTorch runs eagerly with its fused optimizer and, if it can, under torch.compile, the cnn in
channels-last order, bfloat16 by autocast; JAX under jit with donated buffers, the mlp alone, in
float32. A step is the least of a turn, the figure the least of the turns. The losses of the first 50
steps on one batch stand beside those of PyTorch in float64: rounding grows from step to step, in the
cnn a thousandfold, so that ours must not be farther from them than PyTorch's own. Beside each step
stand the shares of what the machine gave at most in the same run, of operations in products and of
bytes to and from memory, and the peak memory of the processes. Writes bench/results/networks.json.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent
CASES = [("mlp", 128), ("mlp", 16), ("cnn", 128)]


def shapes(model):
    if model == "mlp":
        return [(512, 784), (512,), (512, 512), (512,), (10, 512), (10,)]
    return [(32, 1, 3, 3), (32,), (64, 32, 3, 3), (64,), (128, 64, 3, 3), (128,),
            (128, 6272), (128,), (10, 128), (10,)]


# Inputs and outputs of each product, and how often a sample takes it.
PRODUCTS = {"mlp": [(784, 512, 1), (512, 512, 1), (512, 10, 1)],
            "cnn": [(9, 32, 784), (288, 64, 196), (576, 128, 49), (6272, 128, 1), (128, 10, 1)]}


def operations(model, batch):
    """Of the products of a step: each forward, and backward to weights and, but the first, inputs."""
    return sum(2 * batch * inputs * outputs * times * (3 if layer else 2)
               for layer, (inputs, outputs, times) in enumerate(PRODUCTS[model]))


def moved_bytes(model, batch, precision):
    """Between memory and a step that keeps nothing in caches: parameters are read forward and
    backward, their gradients written, both with Adam's moments read and written again; the outputs
    of products are written, read by the next layer and by its derivative, and so their gradients."""
    import math

    parameters = sum(math.prod(shape) for shape in shapes(model))
    outputs = batch * sum(wide * times for _, wide, times in PRODUCTS[model])
    return parameters * 4 * (3 + 7) + outputs * 6 * (2 if precision == "bfloat16" else 4)


def make_data(path, model, batch):
    import numpy as np

    random = np.random.default_rng(3)
    parts = [random.standard_normal((batch, 784)), random.integers(0, 10, batch)]
    for shape in shapes(model):
        fan = np.prod(shape[1:]) if len(shape) > 1 else 1
        parts.append(random.standard_normal(shape) * np.sqrt(2 / fan) * (len(shape) > 1))
    np.concatenate([p.ravel() for p in parts]).astype(np.float32).tofile(path)


def load(path, model, batch):
    import numpy as np

    flat = np.fromfile(path, np.float32)
    x, y, at = flat[:batch * 784], flat[batch * 784:batch * 785], batch * 785
    parameters = []
    for shape in shapes(model):
        size = int(np.prod(shape))
        parameters.append(flat[at:at + size].reshape(shape))
        at += size
    return x.reshape(batch, 784), y.astype(np.int64), parameters


def timed(step, rounds):
    losses = [step() for _ in range(50)]
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - began))
    return {"milliseconds": min(times, default=None), "losses": [float(loss) for loss in losses],
            "megabytes": megabytes()}


def megabytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_torch(model, batch, precision, path, threads, rounds, compiled):
    import torch
    from torch import nn

    imports = megabytes()
    torch.set_num_threads(threads)
    x, y, parameters = load(path, model, batch)
    if model == "mlp":
        net = nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(),
                            nn.Linear(512, 10))
    else:
        net = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                            nn.Conv2d(64, 128, 3, padding=1), nn.ReLU(), nn.Flatten(),
                            nn.Linear(6272, 128), nn.ReLU(), nn.Linear(128, 10))
    with torch.no_grad():
        for to, value in zip(net.parameters(), parameters):
            to.copy_(torch.from_numpy(value))
    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)
    if model == "cnn":
        net = net.to(memory_format=torch.channels_last)
        inputs = inputs.view(batch, 1, 28, 28).to(memory_format=torch.channels_last)
    if precision == "float64":
        net, inputs = net.double(), inputs.double()
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-4, fused=True)
    forward = torch.compile(net) if compiled else net

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bfloat16"):
            loss = nn.functional.cross_entropy(forward(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return timed(step, rounds) | {"imports": imports}


def run_jax(batch, path, rounds):
    import functools

    import jax
    import jax.numpy as jnp
    import optax

    imports = megabytes()
    x, y, parameters = load(path, "mlp", batch)
    inputs, labels = jnp.asarray(x), jnp.asarray(y)
    parameters = [jnp.asarray(p) for p in parameters]
    optimizer = optax.adam(1e-4)
    state = optimizer.init(parameters)

    def loss_of(p):
        h = jax.nn.relu(inputs @ p[0].T + p[1])
        h = jax.nn.relu(h @ p[2].T + p[3]) @ p[4].T + p[5]
        return optax.softmax_cross_entropy_with_integer_labels(h, labels).mean()

    @functools.partial(jax.jit, donate_argnums=(0, 1))
    def update(p, s):
        loss, g = jax.value_and_grad(loss_of)(p)
        change, s = optimizer.update(g, s, p)
        return optax.apply_updates(p, change), s, loss

    held = [parameters, state]

    def step():
        held[0], held[1], loss = update(*held)
        return loss.block_until_ready()

    return timed(step, rounds) | {"imports": imports}


def in_process(threads, *arguments):
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    environment = os.environ | dict.fromkeys(names, str(threads))
    done = subprocess.run([sys.executable, __file__, "--child", *map(str, arguments)], text=True,
                          env=environment, check=False, capture_output=True)
    if done.returncode != 0:
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def child(kind, model, batch, precision, path, threads, rounds):
    batch, threads, rounds = int(batch), int(threads), int(rounds)
    if kind == "jax":
        return run_jax(batch, path, rounds)
    return run_torch(model, batch, precision, path, threads, rounds, kind == "torch.compile")


def main():
    if len(sys.argv) > 1 and sys.argv[1] == "--child":
        print(json.dumps(child(*sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build-bench")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--turns", type=int, default=5)
    given = parser.parse_args()
    program = pathlib.Path(given.build) / "bin" / "bench_networks"
    rows = []
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "data")
        for model, batch in CASES:
            make_data(path, model, batch)
            rounds = 200 if model == "mlp" else 15
            exact = in_process(given.threads, "torch", model, batch, "float64", path,
                               given.threads, 0)["losses"]
            for precision in ("float32", "bfloat16"):
                best, limits = {}, {"operations a second": 0, "bytes a second": 0}
                kinds = ["torch", "torch.compile"]
                if model == "mlp" and precision == "float32":
                    kinds.append("jax")
                for _ in range(given.turns):
                    done = subprocess.run([program, model, str(batch), precision, path,
                                           str(given.threads), str(rounds)], check=True,
                                          capture_output=True, text=True)
                    found = {"thalweg": json.loads(done.stdout)}
                    for kind in kinds:
                        found[kind] = in_process(given.threads, kind, model, batch, precision, path,
                                                 given.threads, rounds)
                    for limit in limits:
                        limits[limit] = max(limits[limit], found["thalweg"][limit])
                    for kind, one in found.items():
                        if one and (kind not in best or
                                    one["milliseconds"] < best[kind]["milliseconds"]):
                            best[kind] = one
                ours = best["thalweg"]
                apart = {kind: max(abs(a - b) for a, b in zip(best[kind]["losses"], exact))
                         for kind in ("thalweg", "torch")}
                peers = {kind: one["milliseconds"] for kind, one in best.items()
                         if kind != "thalweg"}
                fastest = min(peers, key=peers.get)
                seconds = ours["milliseconds"] / 1e3
                shares = {"products": operations(model, batch) / seconds
                          / limits["operations a second"],
                          "memory": moved_bytes(model, batch, precision) / seconds
                          / limits["bytes a second"]}
                used = {kind: {"megabytes": one["megabytes"],
                               "of these before the model": one.get("imports", 0)}
                        for kind, one in best.items()}
                rows.append({"model": model, "batch": batch, "precision": precision,
                             "thalweg": ours["milliseconds"], "median": ours["median"],
                             "peers": peers, "ratio": peers[fastest] / ours["milliseconds"],
                             "largest distance of 50 losses from float64": apart,
                             "arena": ours["arena"], "limits": limits, "shares": shares, "peak memory": used})
                print(f"{model} {batch:>4} {precision:<9} {ours['milliseconds']:8.3f} ms  " +
                      "  ".join(f"{k} {v:.3f}" for k, v in peers.items()) +
                      f"  {rows[-1]['ratio']:.2f} x {fastest}; losses from float64: " +
                      ", ".join(f"{kind} {far:.1e}" for kind, far in apart.items()) + "; " +
                      ", ".join(f"{share:.0%} of {what}" for what, share in shares.items()) + "; " +
                      ", ".join(f"{kind} {one['megabytes']:.0f}" for kind, one in used.items()) +
                      " MB", flush=True)
    out = {"processors": os.cpu_count(),
           "load": os.getloadavg()[0], "threads": given.threads, "steps": rows}
    (ROOT / "results" / "networks.json").write_text(json.dumps(out, indent=2) + "\n")


if __name__ == "__main__":
    main()
