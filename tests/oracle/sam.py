"""Writes sam.json: where sharpness-aware minimization arrives after 25 steps in PyTorch, float64.

Two gradients a step, as in the authors' algorithm 1: at w, then at w + radius g / |g|, from which the
optimizer steps at w. The function of step k, k = 0 for those that do not move, is
sum over j of (1 + j) w_j^2 / 2 + cos(3 w_j + k). More steps would compare rounding, which g / |g|
amplifies near a minimum.
"""

import json
from pathlib import Path

import torch

CASES = [("sam(0.05) + sgd(0.1)", 0.05, lambda w: torch.optim.SGD([w], lr=0.1)),
         ("sam(0.2) + momentum(0.02)", 0.2, lambda w: torch.optim.SGD([w], lr=0.02, momentum=0.9)),
         ("sam(0.1) + adamw(0.01, weight_decay=0)", 0.1,
          lambda w: torch.optim.AdamW([w], lr=0.01, weight_decay=0))]


def run(radius, make, moves):
    w = torch.tensor([1.0, -0.5, 0.25, 2.0, -1.5], dtype=torch.float64, requires_grad=True)
    curvature = torch.arange(1, 6, dtype=torch.float64)
    optimizer = make(w)

    def gradient(at, k):
        at = at.detach().requires_grad_()
        value = (curvature * at**2 / 2 + torch.cos(3 * at + k)).sum()
        return torch.autograd.grad(value, at)[0]

    for step in range(25):
        k = step if moves else 0
        g = gradient(w, k)
        w.grad = gradient(w + radius * g / g.norm(), k)
        optimizer.step()
    return w.tolist()


out = [{"chain": chain, "moves": moves, "final": run(radius, make, moves)}
       for chain, radius, make in CASES for moves in (False, True)]
path = Path(__file__).with_name("sam.json")
path.write_text(json.dumps(out, indent=1) + "\n")
