"""Writes schedules.json: the factors that PyTorch's and optax's schedules give for 60 steps."""

import json
import math
import sys
from pathlib import Path

import jax
import torch

jax.config.update("jax_enable_x64", True)

import optax  # noqa: E402

STEPS = 60
CASES = []


def pytorch(text, make, rate=1.0, values=None):
    parameter = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    optimizer = torch.optim.SGD([parameter], lr=rate)
    schedule = make(optimizer)
    out = []
    for step in range(STEPS):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step(values[step]) if values else schedule.step()
    entry = {"schedule": text, "source": "torch", "factors": out}
    CASES.append({**entry, "values": values} if values else entry)


def jaxy(text, schedule):
    CASES.append({"schedule": text, "source": "optax",
                  "factors": [float(schedule(step)) for step in range(STEPS)]})


def main():
    s = torch.optim.lr_scheduler
    pytorch("constant", lambda o: s.ConstantLR(o, factor=1.0))
    pytorch("step(7, gamma=0.3)", lambda o: s.StepLR(o, 7, gamma=0.3))
    pytorch("multi_step(5/12/40, gamma=0.5)", lambda o: s.MultiStepLR(o, [5, 12, 40], gamma=0.5))
    pytorch("exponential(0.95)", lambda o: s.ExponentialLR(o, 0.95))
    pytorch("polynomial(50, power=2)", lambda o: s.PolynomialLR(o, 50, power=2))
    pytorch("cosine(60)", lambda o: s.CosineAnnealingLR(o, 60))
    pytorch("warm_restarts(10)", lambda o: s.CosineAnnealingWarmRestarts(o, 10))
    pytorch("warm_restarts(8, growth=2, end=0.1)",
            lambda o: s.CosineAnnealingWarmRestarts(o, 8, T_mult=2, eta_min=0.1))
    pytorch("cyclical(7, down=4, low=0.2)",
            lambda o: s.CyclicLR(o, 0.2, 1.0, step_size_up=7, step_size_down=4, cycle_momentum=False))
    pytorch("cyclical(7, down=7, low=0.2, scale=half)",
            lambda o: s.CyclicLR(o, 0.2, 1.0, 7, mode="triangular2", cycle_momentum=False))
    pytorch("cyclical(7, down=7, low=0.2, scale=gamma, gamma=0.95)",
            lambda o: s.CyclicLR(o, 0.2, 1.0, 7, mode="exp_range", gamma=0.95,
                                 cycle_momentum=False))
    pytorch("one_cycle(61)", lambda o: s.OneCycleLR(o, 1.0, total_steps=61, cycle_momentum=False))
    pytorch("one_cycle(61, rise=0.4, divisor=10, last_divisor=100, along=line)",
            lambda o: s.OneCycleLR(o, 1.0, total_steps=61, pct_start=0.4, div_factor=10,
                                   final_div_factor=100, anneal_strategy="linear",
                                   cycle_momentum=False))
    values = [1 / (1 + 0.3 * min(k, 12)) + 0.01 * ((7 * k) % 5) for k in range(STEPS)]
    pytorch("plateau(4, gamma=0.5)", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=4),
            values=values)
    pytorch("plateau(3, gamma=0.5, threshold=0.05, cooldown=5, least=0.2)",
            lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=3, threshold=0.05, cooldown=5,
                                          min_lr=0.2), values=values)
    jaxy("polynomial(45, power=1.5, end=0.1)", optax.polynomial_schedule(1.0, 0.1, 1.5, 45))
    jaxy("constant(8, start=0.1)", optax.join_schedules(
        [optax.linear_schedule(0.1, 1.0, 8), optax.constant_schedule(1.0)], [8]))
    jaxy("linear(50)", optax.linear_schedule(1.0, 0.0, 50))
    jaxy("linear(50, warmup=8, start=0.1, end=0.2)", optax.join_schedules(
        [optax.linear_schedule(0.1, 1.0, 8), optax.linear_schedule(1.0, 0.2, 42)], [8]))
    jaxy("cosine(50, warmup=8, start=0.1, end=0.2)",
         optax.warmup_cosine_decay_schedule(0.1, 1.0, 8, 50, 0.2))
    jaxy("warmup_stable_decay(50, warmup=8, decay=20, end=0.1)", optax.join_schedules(
        [optax.linear_schedule(0.0, 1.0, 8), optax.constant_schedule(1.0),
         optax.linear_schedule(1.0, 0.1, 20)], [8, 30]))
    # The papers' formulas: no library has these.
    CASES.append({"schedule": "inverse_sqrt(10)", "source": "Vaswani et al. 2017", "factors": [
        min(t**-0.5, t * 10**-1.5) / 10**-0.5 for t in range(1, STEPS + 1)]})
    CASES.append({"schedule": "warmup_stable_decay(50, decay=20, along=root)",
                  "source": "Hagele et al. 2024",
                  "factors": [1 - math.sqrt(min(max(t - 30, 0) / 20, 1)) for t in range(STEPS)]})
    Path(sys.argv[1]).write_text("[\n" + ",\n".join(json.dumps(c) for c in CASES) + "\n]\n")
    print(len(CASES), "cases")


if __name__ == "__main__":
    main()
