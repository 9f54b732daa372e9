"""Steps of optimizers over 10 million float32 parameters beside PyTorch's and optax's, in turns.

Run from the project's root, after a build of bench_optimizers with -DTHALWEG_BENCH=ON:
    python3 bench/optimizers.py [--build build-bench] [--threads 2] [--rounds 3]
Writes bench/results/optimizers.json. Times are minima. PyTorch runs fused where it has that, else
foreach; optax under jit with donated buffers. GB/s are of the bytes that a step must move at least;
the share is of a sweep that moves AdamW's bytes and does nothing else, in the same process as ours.
"""

import argparse
import json
import os
import pathlib
import platform
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent
SIZE = 10_000_000


def torch_peers(threads):
    """{our chain: (name, step)} with the same arithmetic."""
    import torch

    torch.set_num_threads(threads)
    x = torch.nn.Parameter(torch.rand(SIZE) - 0.5)
    x.grad = torch.rand(SIZE) - 0.5
    o = torch.optim

    def clipped():
        optimizer, average = o.AdamW([x], lr=1e-9, fused=True), torch.zeros(SIZE)

        def step():
            torch.nn.utils.clip_grad_norm_([x], 1.0)
            optimizer.step()
            average.lerp_(x.detach(), 0.001)
        return step

    made = {
        "adamw": lambda: o.AdamW([x], lr=1e-9, fused=True).step,
        "adam": lambda: o.Adam([x], lr=1e-9, fused=True).step,
        "momentum": lambda: o.SGD([x], lr=1e-9, momentum=0.9, fused=True).step,
        "sgd": lambda: o.SGD([x], lr=1e-9, fused=True).step,
        "adagrad": lambda: o.Adagrad([x], lr=1e-9, fused=True).step,
        "rmsprop": lambda: o.RMSprop([x], lr=1e-9, foreach=True).step,
        "adadelta": lambda: o.Adadelta([x], lr=1e-9, foreach=True).step,
        "adamax": lambda: o.Adamax([x], lr=1e-9, foreach=True).step,
        "nadam": lambda: o.NAdam([x], lr=1e-9, foreach=True).step,
        "radam": lambda: o.RAdam([x], lr=1e-9, foreach=True).step,
        "clip_global_norm + adam + weight_decay + ema": clipped,
    }
    return {chain: ("torch", make()) for chain, make in made.items()}


def optax_peers():
    import functools

    import jax
    import jax.numpy as jnp
    import optax

    def peer(transform):
        x, g = jnp.full(SIZE, 0.1), jnp.full(SIZE, 0.2)
        held = [x, transform.init(x)]

        @functools.partial(jax.jit, donate_argnums=(0, 1))
        def step(x, state, g):
            updates, state = transform.update(g, state, x)
            return optax.apply_updates(x, updates), state

        def run():
            held[:] = step(*held, g)
            held[0].block_until_ready()
        return run

    return {chain: ("optax", peer(transform)) for chain, transform in {
        "adamw": optax.adamw(1e-9), "lion": optax.lion(1e-9, weight_decay=0),
        "momentum": optax.sgd(1e-9, momentum=0.9), "lamb": optax.lamb(1e-9),
        "adabelief": optax.adabelief(1e-9), "yogi": optax.yogi(1e-9),
        "clip_global_norm + adam + weight_decay + ema": optax.chain(
            optax.clip_by_global_norm(1.0), optax.adamw(1e-9)),
    }.items()}


def time_peer(step, rounds):
    best = float("inf")
    for k in range(rounds + 1):
        start = time.perf_counter()
        step()
        if k:
            best = min(best, time.perf_counter() - start)
    return best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build-bench")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    program = pathlib.Path(options.build) / "bin" / "bench_optimizers"
    ours, peers = None, {}
    for _ in range(options.rounds):
        out = json.loads(subprocess.run([program, str(options.threads), "10"], check=True,
                                        capture_output=True, text=True).stdout)
        if ours is None:
            ours = out
        if out["stream"]["seconds"] < ours["stream"]["seconds"]:
            ours["stream"] = out["stream"]
        for chain, found in out["chains"].items():
            if found["seconds"] < ours["chains"][chain]["seconds"]:
                ours["chains"][chain] = found
        for make in (lambda: torch_peers(options.threads), optax_peers):
            for chain, (name, step) in make().items():
                seconds = time_peer(step, 10)
                held = peers.setdefault(chain, {})
                held[name] = min(held.get(name, seconds), seconds)
    limit = ours["stream"]["gb_per_second"]
    print(f"stream {limit:.1f} GB/s, {options.threads} threads")
    print(f"{'chain':46} {'ms':>7} {'GB/s':>6} {'share':>6} {'torch ms':>9} {'optax ms':>9} {'best':>6}")
    for chain, found in ours["chains"].items():
        found["share"] = found["gb_per_second"] / limit
        found["peers"] = peers.get(chain, {})
        shown = [f"{1e3 * found['peers'][p]:9.2f}" if p in found["peers"] else f"{'':>9}"
                 for p in ("torch", "optax")]
        ratio = (f"{min(found['peers'].values()) / found['seconds']:5.2f}x" if found["peers"] else "")
        print(f"{chain:46} {1e3 * found['seconds']:7.2f} {found['gb_per_second']:6.1f} "
              f"{found['share']:6.2f} {shown[0]} {shown[1]} {ratio:>6}")
    ours["machine"] = {"processor": platform.processor() or platform.machine(),
                       "cores": os.cpu_count()}
    ours["size"] = SIZE
    (ROOT / "results").mkdir(exist_ok=True)
    (ROOT / "results" / "optimizers.json").write_text(json.dumps(ours, indent=1) + "\n")


if __name__ == "__main__":
    main()
