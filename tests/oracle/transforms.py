"""Writes transforms.json: where PyTorch, optax and the authors' own code arrive after 200 steps.

The gradients come from a counter, so that the test makes the same ones; everything is float64.
"ours" names what stands here because no library has it: the paper's formula in NumPy.
"""

import json
import math
import sys
from pathlib import Path

import jax
import numpy as np
import torch

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402
import optax  # noqa: E402
import prodigyopt  # noqa: E402
import schedulefree  # noqa: E402

torch.set_default_dtype(torch.float64)  # NAdam and Prodigy keep scalars in the default type
STEPS = 200
SHAPES = {"weight": (3, 4), "bias": (3,), "kernel": (2, 2, 2, 1), "scale": (1,)}
SIZE = sum(math.prod(s) for s in SHAPES.values())


def uniform(counter):
    """SplitMix64 of each counter, in [0, 1)."""
    with np.errstate(over="ignore"):
        z = (counter.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


INDEX = np.arange(SIZE)
START = 2 * uniform(INDEX) - 1
SPREAD = np.array([0.01, 1.0, 5.0, 0.125])[INDEX % 4]
DRIFT = 0.25 * (INDEX % 3 - 1)
GRADIENTS = np.array([
    SPREAD * (2 * uniform(1000 * t + INDEX) - 1 + DRIFT) for t in range(1, STEPS + 1)])


def pieces(flat):
    out, at = {}, 0
    for name, shape in SHAPES.items():
        out[name] = flat[at:at + math.prod(shape)].reshape(shape)
        at += math.prod(shape)
    return out


def flat(tree):
    return np.concatenate([np.asarray(tree[name]).reshape(-1) for name in SHAPES])


def torch_run(make, clip=None, decay=None, after=None, shapes=SHAPES):
    """Points after each step of a PyTorch optimizer made from the parameters."""
    tensors = {k: torch.tensor(v.copy().reshape(shapes[k]), requires_grad=True)
               for k, v in pieces(START).items()}
    optimizer = make(list(tensors.values()))
    rate = [group["lr"] for group in optimizer.param_groups]
    if hasattr(optimizer, "train"):
        optimizer.train()
    trail = []
    for t, g in enumerate(GRADIENTS):
        for name, part in pieces(g).items():
            tensors[name].grad = torch.tensor(part.copy().reshape(shapes[name]))
        if clip:
            clip(tensors.values())
        if decay:
            for group, first in zip(optimizer.param_groups, rate):
                group["lr"] = first * decay**t
        optimizer.step()
        if after:
            after(tensors)
        trail.append(flat({k: v.detach().numpy() for k, v in tensors.items()}))
    if hasattr(optimizer, "eval"):
        optimizer.eval()
        return trail, flat({k: v.detach().numpy() for k, v in tensors.items()})
    return trail, None


def optax_run(transform, turned=False):
    """The same with optax; where its units lie along the last axis tensors are handed over turned."""
    way = (lambda v: np.ascontiguousarray(v.T)) if turned else (lambda v: v)
    turn = lambda tree: {k: jnp.asarray(way(v)) for k, v in tree.items()}
    back = lambda tree: flat({k: way(np.asarray(v)) for k, v in tree.items()})
    x = turn(pieces(START))
    state = transform.init(x)
    update = jax.jit(transform.update)
    trail = []
    for g in GRADIENTS:
        u, state = update(turn(pieces(g)), state, x)
        x = optax.apply_updates(x, u)
        trail.append(back(x))
    return trail, None


CASES = []


def case(chain, source, run, decay=1.0, tolerance=1e-12):
    trail, reported = run
    entry = {"chain": chain, "source": source, "decay": decay,
             "tolerance": tolerance, "sums": [float(np.sum(trail[t - 1])) for t in (1, 2, 10, 100)],
             "final": [float(v) for v in trail[-1]]}
    if reported is not None:
        entry["reported"] = [float(v) for v in reported]
    CASES.append(entry)


def torch_cases():
    o = torch.optim
    one = lambda cls, **k: torch_run(lambda p: cls(p, **k))
    say = lambda chain, cls, **k: case(chain, f"torch.{cls.__name__} {k}", one(cls, **k))
    say("sgd(0.1)", o.SGD, lr=0.1)
    say("weight_decay(0.1, mask=all) + sgd(0.1)", o.SGD, lr=0.1, weight_decay=0.1)
    for momentum, dampening in ((0.9, 0), (0.5, 0.25)):
        say(f"momentum(0.05, momentum={momentum}, dampening={dampening})", o.SGD, lr=0.05,
            momentum=momentum, dampening=dampening)
    say("nesterov_momentum(0.05)", o.SGD, lr=0.05, momentum=0.9, nesterov=True)
    say("weight_decay(0.01, mask=all) + nesterov_momentum(0.05)", o.SGD, lr=0.05, momentum=0.9,
        nesterov=True, weight_decay=0.01)
    say("adagrad(0.1)", o.Adagrad, lr=0.1)
    say("weight_decay(0.01, mask=all) + adagrad(0.1, learning_rate_decay=0.05, initial_sum=0.5, "
        "epsilon=1e-6)", o.Adagrad, lr=0.1, lr_decay=0.05, initial_accumulator_value=0.5, eps=1e-6,
        weight_decay=0.01)
    say("adadelta", o.Adadelta, lr=1.0)
    say("weight_decay(0.01, mask=all) + adadelta(0.5, rho=0.8, epsilon=1e-4)", o.Adadelta, lr=0.5,
        rho=0.8, eps=1e-4, weight_decay=0.01)
    say("rmsprop", o.RMSprop, lr=0.01)
    say("weight_decay(0.01, mask=all) + rmsprop(0.02, alpha=0.9, epsilon=1e-5)", o.RMSprop, lr=0.02,
        alpha=0.9, eps=1e-5, weight_decay=0.01)
    say("centered_rmsprop", o.RMSprop, lr=0.01, centered=True)
    say("rmsprop(0.003) + momentum", o.RMSprop, lr=0.003, momentum=0.9)
    say("weight_decay(0.01, mask=all) + centered_rmsprop(0.003) + momentum", o.RMSprop, lr=0.003,
        momentum=0.9, centered=True, weight_decay=0.01)
    for name, options, given in (
            ("(0.01)", {"lr": 0.01}, ""),
            ("(0.01, beta1=0.8, beta2=0.95, epsilon=1e-3)",
             {"lr": 0.01, "betas": (0.8, 0.95), "eps": 1e-3}, "")):
        for cls, row in ((o.Adam, "adam"), (o.Adamax, "adamax"), (o.NAdam, "nadam"),
                         (o.RAdam, "radam")):
            say(row + name, cls, **options)
            say("weight_decay(0.1, mask=all) + " + row + name, cls, weight_decay=0.1, **options)
            if row in ("nadam", "radam"):
                say(row + name + " + weight_decay(0.1, mask=all)", cls, weight_decay=0.1,
                    decoupled_weight_decay=True, **options)
        say("amsgrad" + name, o.Adam, amsgrad=True, **options)
        say("amsgrad" + name + " + weight_decay(0.01, mask=all)", o.AdamW, amsgrad=True, **options)
        say("adamw" + name[:-1] + ", weight_decay=0.1, mask=all)", o.AdamW, weight_decay=0.1,
            **options)
        say("adam" + name + " + weight_decay(0.1, mask=all)", o.AdamW, weight_decay=0.1, **options)
    say("nadam(0.01, momentum_decay=0.1)", o.NAdam, lr=0.01, momentum_decay=0.1)

    # Matrices decay, vectors do not; a group has a tenth of the rate, another none at all.
    def masked(p):
        return o.AdamW([{"params": [p[0], p[2]], "weight_decay": 0.1},
                        {"params": [p[1], p[3]], "weight_decay": 0.0}], lr=0.01)
    case("adamw(0.01, weight_decay=0.1)", "torch.AdamW in two groups", torch_run(masked))

    def grouped(p):
        return o.AdamW([{"params": [p[0]], "lr": 0.001, "weight_decay": 0.2},
                        {"params": [p[3]], "weight_decay": 0.1}], lr=0.01)
    case("adamw(0.01, weight_decay=0.1) + group(w*t, learning_rate=0.1, weight_decay=2) + "
         "group(b?as, frozen=true) + group(kernel, frozen=true) + group(scale, weight_decay=1)",
         "torch.AdamW in groups", torch_run(grouped))
    case("adamw(0.01, weight_decay=0.1, mask=all)", "torch.AdamW, rate falling",
         torch_run(lambda p: o.AdamW(p, lr=0.01, weight_decay=0.1), decay=0.99), decay=0.99)
    case("momentum(0.05)", "torch.SGD, rate falling",
         torch_run(lambda p: o.SGD(p, lr=0.05, momentum=0.9), decay=0.99), decay=0.99)
    case("clip_value(0.5) + momentum(0.05)", "torch clip_grad_value_",
         torch_run(lambda p: o.SGD(p, lr=0.05, momentum=0.9),
                   clip=lambda p: torch.nn.utils.clip_grad_value_(p, 0.5)))

    average = {}

    def swa(tensors):
        if "model" not in average:
            average["model"] = [torch.zeros_like(v) for v in tensors.values()]
            average["n"] = average["t"] = 0
        average["t"] += 1
        if average["t"] < 100 or (average["t"] - 100) % 3:
            return
        for kept, new in zip(average["model"], tensors.values()):
            kept.copy_(new.detach() if average["n"] == 0
                       else torch.optim.swa_utils.get_swa_avg_fn()(kept, new.detach(), average["n"]))
        average["n"] += 1
    trail, _ = torch_run(lambda p: o.SGD(p, lr=0.05), after=swa)
    case("sgd(0.05) + swa(100, every=3)", "torch.swa_utils",
         (trail, np.concatenate([v.numpy().reshape(-1) for v in average["model"]])))


def optax_cases():
    say = lambda chain, text, transform, **k: case(chain, "optax." + text, optax_run(transform, **k))
    say("adabelief(0.01)", "adabelief", optax.adabelief(0.01))
    say("adabelief(0.01, beta1=0.8, beta2=0.95, epsilon=1e-4, inner_epsilon=1e-6)", "adabelief",
        optax.adabelief(0.01, b1=0.8, b2=0.95, eps=1e-4, eps_root=1e-6))
    say("yogi(0.01)", "yogi", optax.yogi(0.01))
    say("yogi(0.01, beta1=0.8, beta2=0.95, epsilon=1e-4)", "yogi",
        optax.yogi(0.01, b1=0.8, b2=0.95, eps=1e-4))
    say("lion(0.01)", "lion", optax.lion(0.01, weight_decay=0))
    say("lion(0.01, beta1=0.8, beta2=0.95) + weight_decay(0.1, mask=all)", "lion",
        optax.lion(0.01, b1=0.8, b2=0.95, weight_decay=0.1))
    say("lars(0.5, weight_decay=0)", "lars", optax.lars(0.5))
    say("lars(2, weight_decay=0.01, momentum=0.8, trust=0.01, epsilon=1e-3)", "lars with a mask",
        optax.lars(2, weight_decay=0.01, weight_decay_mask=lambda p: jax.tree.map(
            lambda v: v.ndim > 1, p), momentum=0.8, trust_coefficient=0.01, eps=1e-3))
    say("lamb(0.01, weight_decay=0)", "lamb", optax.lamb(0.01))
    say("lamb(0.01, beta1=0.8, beta2=0.95, epsilon=1e-3, weight_decay=0.1, mask=all)", "lamb",
        optax.lamb(0.01, b1=0.8, b2=0.95, eps=1e-3, weight_decay=0.1))
    say("clip_norm(1) + sgd(0.1)", "clip per tensor", optax.chain(
        *[optax.masked(optax.clip_by_global_norm(1.0), {k: k == name for k in SHAPES})
          for name in SHAPES], optax.sgd(0.1)))
    say("clip_global_norm(2) + adamw(0.01, weight_decay=0.1, mask=all)", "clip_by_global_norm",
        optax.chain(optax.clip_by_global_norm(2.0), optax.adamw(0.01, weight_decay=0.1)))
    say("adam(0.01) + clip_global_norm(1)", "clip behind adam", optax.chain(
        optax.scale_by_adam(), optax.clip_by_global_norm(1.0), optax.scale(-0.01)))
    say("clip_adaptive(0.1) + sgd(0.1)", "adaptive_grad_clip",
        optax.chain(optax.adaptive_grad_clip(0.1), optax.sgd(0.1)), turned=True)
    say("clip_adaptive(0.02, epsilon=0.5) + momentum(0.1)", "adaptive_grad_clip",
        optax.chain(optax.adaptive_grad_clip(0.02, eps=0.5), optax.sgd(0.1, momentum=0.9)),
        turned=True)
    say("centralize + adam(0.01)", "centralize",
        optax.chain(optax.centralize(), optax.adam(0.01)))

    averaged = optax.chain(optax.adam(0.01))
    ema = optax.ema(0.95)
    trail, _ = optax_run(averaged)
    state = ema.init(jnp.zeros(SIZE))
    for x in trail:
        mean, state = ema.update(jnp.asarray(x), state)
    case("adam(0.01) + ema(0.95)", "optax.ema", (trail, np.asarray(mean)))

    # optax keeps fast and slow points in one structure.
    x = optax.LookaheadParams.init_synced(jnp.asarray(START))
    transform = optax.lookahead(optax.adam(0.01), sync_period=6, slow_step_size=0.4)
    state, trail = transform.init(x), []
    for g in GRADIENTS:
        u, state = transform.update(jnp.asarray(g), state, x)
        x = optax.apply_updates(x, u)
        trail.append(np.asarray(x.fast))
    case("adam(0.01) + lookahead(6, share=0.4)", "optax.lookahead", (trail, np.asarray(x.slow)))


def author_cases():
    say = lambda chain, cls, **k: case(chain, f"{cls.__module__.split('.')[0]}.{cls.__name__} {k}",
                                       torch_run(lambda p: cls(p, foreach=False, **k)
                                                 if "schedulefree" in cls.__module__ else cls(p, **k)))
    s = schedulefree
    say("schedule_free_sgd(0.05)", s.SGDScheduleFree, lr=0.05)
    say("schedule_free_sgd(0.05, beta=0.7, weight_decay=0.1, mask=all, power=1, step_power=0.5)",
        s.SGDScheduleFree, lr=0.05, momentum=0.7, weight_decay=0.1, weight_lr_power=1, r=0.5)
    say("schedule_free_adamw(0.01)", s.AdamWScheduleFree, lr=0.01)
    say("schedule_free_adamw(0.01, beta=0.8, beta2=0.95, weight_decay=0.1, mask=all, epsilon=1e-3, "
        "step_power=1)", s.AdamWScheduleFree, lr=0.01, betas=(0.8, 0.95), weight_decay=0.1, eps=1e-3,
        r=1.0)
    case("schedule_free_adamw(0.01)", "schedulefree, rate falling",
         torch_run(lambda p: s.AdamWScheduleFree(p, lr=0.01, foreach=False), decay=0.99), decay=0.99)
    say("prodigy(growth=1.1)", prodigyopt.Prodigy, lr=1.0, growth_rate=1.1)
    say("prodigy(0.5, beta1=0.8, beta2=0.95, beta3=0.9, epsilon=1e-4, weight_decay=0.1, mask=all, "
        "d0=1e-3, coefficient=0.5, growth=1.05)", prodigyopt.Prodigy, lr=0.5, betas=(0.8, 0.95),
        beta3=0.9, eps=1e-4, weight_decay=0.1, d0=1e-3, d_coef=0.5, growth_rate=1.05)
    say("prodigy(1, safeguard_warmup=true, growth=1.02)", prodigyopt.Prodigy, lr=1.0,
        safeguard_warmup=True, growth_rate=1.02)


class Both:
    """One optimizer for the matrices, another for the vectors."""

    def __init__(self, parameters, matrices, vectors):
        self.parts = (matrices(parameters[0::2]), vectors(parameters[1::2]))
        self.param_groups = [g for part in self.parts for g in part.param_groups]

    def step(self):
        for part in self.parts:
            part.step()


def matrix_cases():
    o = torch.optim
    flat_kernel = {**SHAPES, "kernel": (2, 4)}
    case("adafactor", "torch.Adafactor", torch_run(lambda p: o.Adafactor(p, lr=0.01)))
    case("adafactor(0.3, beta2_decay=-0.5, epsilon=1e-2, least_scale=0.5, clip=1.2, "
         "weight_decay=0.1, mask=all)", "torch.Adafactor",
         torch_run(lambda p: o.Adafactor(p, lr=0.3, beta2_decay=-0.5, eps=(1e-2, 0.5), d=1.2,
                                         weight_decay=0.1)))

    # PyTorch's Newton-Schulz steps are in bfloat16: here the same in float64.
    kept, torch.bfloat16 = torch.bfloat16, torch.float64
    for chain, options, aux in (
            ("muon + weight_decay(0.1)", {"lr": 0.02, "weight_decay": 0.1}, 0.02 * 0.015),
            ("muon(0.05, momentum=0.8, scale=adam, vector_rate=0.1, epsilon=1e-6)",
             {"lr": 0.05, "momentum": 0.8, "weight_decay": 0, "adjust_lr_fn": "match_rms_adamw"},
             0.005)):
        eps = 1e-6 if "epsilon" in chain else 1e-10
        case(chain, "torch.Muon and torch.Adam", torch_run(
            lambda p: Both(p, lambda q: o.Muon(q, **options),
                           lambda q: o.Adam(q, lr=aux, betas=(0.9, 0.95), eps=eps)),
            shapes=flat_kernel))
    torch.bfloat16 = kept

    import pytorch_optimizer
    case("shampoo(0.1, epsilon=1e-4)", "pytorch_optimizer.Shampoo, diagonal for vectors",
         torch_run(lambda p: Both(
             p, lambda q: pytorch_optimizer.Shampoo(q, lr=0.1, matrix_eps=1e-4), Diagonal),
             shapes=flat_kernel))
    # Its QR is in float32: here in float64. At first the products have null spaces: of one
    # dimension in the weights, which costs digits, of two in the kernel, whose basis is arbitrary.
    kept, torch.float32 = torch.float32, torch.float64
    soap = lambda **options: torch_run(lambda p: pytorch_optimizer.SOAP(p, weight_decay=0, **options),
                                       shapes=flat_kernel)
    trail, _ = torch_run(lambda p: pytorch_optimizer.SOAP([p[0], p[1], p[3]], lr=0.01, weight_decay=0))
    case("soap(0.01) + group(kernel, frozen=true)", "pytorch_optimizer.SOAP", (trail, None),
         tolerance=1e-10)
    case("soap(0.01, beta1=0.8, beta2=0.9, epsilon=1e-3, every=3, largest=3)",
         "pytorch_optimizer.SOAP", soap(lr=0.01, betas=(0.8, 0.9), eps=1e-3,
                                        precondition_frequency=3, max_precondition_dim=3))
    torch.float32 = kept


class Diagonal:
    """x - 0.1 g / sqrt(1e-4 + sum of g^2): ours."""

    def __init__(self, parameters):
        self.parameters, self.sums = parameters, [0.0] * len(parameters)
        self.param_groups = [{"lr": 0.1}]

    def step(self):
        for k, p in enumerate(self.parameters):
            self.sums[k] = self.sums[k] + p.grad**2
            p.data -= 0.1 * p.grad / torch.sqrt(1e-4 + self.sums[k])


def main():
    torch_cases()
    matrix_cases()
    optax_cases()
    author_cases()
    text = ",\n".join(json.dumps(c) for c in CASES)
    Path(sys.argv[1]).write_text(f"[\n{text}\n]\n")
    print(f"{len(CASES)} cases")


if __name__ == "__main__":
    main()
