"""Writes graph.json: values and gradients of activations, losses, normalizations, convolutions,
pooling and attention by PyTorch in float64. Each gradient is that of sum(y * cos(0, 1, 2, ...)) over
the output y in row-major order.

Tolerance of the tests that read it: 1e-13 of the largest number, a few hundred roundings.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)
cases = []


def numbers(*shape, scale=1.0):
    """Of 4 digits, so that the file stays small."""
    return (torch.randn(*shape) * scale).mul(1000).round().div(1000)


def array(x):
    return {"shape": list(x.shape), "values": x.detach().flatten().tolist()}


def case(kind, name, function, inputs, by=None, **options):
    """`by`: the inputs that gradients are taken by; all floating ones unless given."""
    floating = [k for k, x in inputs.items() if x.is_floating_point() and (by is None or k in by)]
    for k in floating:
        inputs[k].requires_grad_()
    y = function(**inputs)
    weights = torch.cos(torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)
    gradients = torch.autograd.grad((y * weights).sum(), [inputs[k] for k in floating])
    cases.append({
        "kind": kind, "name": name, "options": options,
        "inputs": {k: dict(array(x), dtype=str(x.dtype).split(".")[1]) for k, x in inputs.items()},
        "output": array(y),
        "gradients": {k: array(g) for k, g in zip(floating, gradients)},
    })


def activations():
    points = torch.tensor([-1000, -40, -6.5, -4, -2.5, -1.25, -1, -0.5, -1e-3, 0, 1e-3, 0.75, 1, 1.5,
                           2.5, 5, 40, 1000])
    rows = {
        "linear": lambda x: x * 1, "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu,
        "selu": F.selu, "gelu": F.gelu, "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
        "silu": F.silu, "mish": F.mish, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
        # Above its threshold PyTorch's is x: too coarse for float64.
        "softplus": lambda x: F.softplus(x, threshold=800),
        "log_sigmoid": F.logsigmoid,
        # PyTorch's derivative of its own is the float32 1/6.
        "hard_sigmoid": lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
        "hard_swish": F.hardswish, "hard_tanh": F.hardtanh,
    }
    for name, function in rows.items():
        case("activation", name, lambda x, f=function: f(x), {"x": points.clone()})
    case("activation", "leaky_relu", lambda x: F.leaky_relu(x, 0.3), {"x": points.clone()}, slope=0.3)
    case("activation", "elu", lambda x: F.elu(x, 2.5), {"x": points.clone()}, alpha=2.5)
    case("activation", "exponential", torch.exp, {"x": numbers(5)})
    for name, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
        case("activation", name, lambda x, f=function: f(x, -1), {"x": numbers(3, 5, scale=3)})
        case("activation", name, lambda x, f=function: f(x, -1),
             {"x": torch.tensor([[1000.0, -1000, 0], [-1000, -1000, -999], [1000, 1000, 1000]])})


def losses():
    wide = torch.tensor([-1000, -40, -2, -0.5, 0, 0.25, 3, 40, 1000])
    bits = torch.tensor([1.0, 0, 1, 0, 1, 0, 0, 1, 1])
    case("loss", "squared", lambda z, y: 0.5 * F.mse_loss(z, y, reduction="none"),
         {"z": numbers(4, 3), "y": numbers(4, 3)})
    case("loss", "huber", lambda z, y: F.huber_loss(z, y, reduction="none", delta=0.7),
         {"z": numbers(4, 3), "y": numbers(4, 3)}, delta=0.7)
    for p in (1.0, 3.0):
        case("loss", "binary_cross_entropy",
             lambda z, y: F.binary_cross_entropy_with_logits(
                 z, y, reduction="none", pos_weight=torch.tensor(p)),
             {"z": wide.clone(), "y": bits.clone()}, by=["z"], positive_weight=p)
    case("loss", "binary_cross_entropy",
         lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
         {"z": numbers(6, scale=2), "y": torch.rand(6).mul(100).round().div(100)}, by=["z"])
    case("loss", "hinge", lambda z, y: torch.clamp(1 - (2 * y - 1) * z, min=0),
         {"z": numbers(9), "y": bits.clone()}, by=["z"])
    labels = torch.tensor([2, 0, 1, 2, 2], dtype=torch.int32)
    for smoothing in (0.0, 0.1):
        case("loss", "cross_entropy",
             lambda z, y: F.cross_entropy(z, y.long(), label_smoothing=smoothing, reduction="none"),
             {"z": numbers(5, 3, scale=2), "y": labels}, label_smoothing=smoothing)
        case("mean_loss", "cross_entropy",
             lambda z, y, class_weights: F.cross_entropy(z, y.long(), weight=class_weights,
                                                         label_smoothing=smoothing),
             {"z": numbers(5, 3, scale=2), "y": labels, "class_weights": torch.tensor([0.5, 1, 3])},
             by=["z"], label_smoothing=smoothing)
    case("loss", "cross_entropy", lambda z, y: F.cross_entropy(z, y.long(), reduction="none"),
         {"z": torch.tensor([[1000.0, -1000, 0], [-1000, 1000, 0], [0, 0, 0], [40, 0, 1], [0, 0, 40]]),
          "y": labels})
    p = torch.tensor([[0.25, 0.25, 0.5], [0, 0.125, 0.875]])
    case("loss", "kl_divergence",
         lambda z, y: F.kl_div(F.log_softmax(z, -1), y, reduction="none").sum(-1),
         {"z": numbers(2, 3), "y": p}, by=["z"])

    def contrastive(z, y):
        s = F.normalize(z) @ F.normalize(y).T / 0.2
        own = torch.arange(len(s))
        return 0.5 * (F.cross_entropy(s, own, reduction="none")
                      + F.cross_entropy(s.T, own, reduction="none"))

    case("loss", "contrastive", contrastive, {"z": numbers(4, 3), "y": numbers(4, 3)}, temperature=0.2)
    case("mean_loss", "squared", lambda z, y: 0.5 * F.mse_loss(z, y),
         {"z": numbers(4, 3), "y": numbers(4, 3)})


def normalizations():
    scale, shift = numbers(4), numbers(4)
    case("normalization", "layer_norm",
         lambda x, scale, shift: F.layer_norm(x, [4], scale, shift),
         {"x": numbers(2, 3, 4, scale=3) + 5, "scale": scale.clone(), "shift": shift.clone()})
    case("normalization", "rms_norm", lambda x, scale: F.rms_norm(x, [4], scale, eps=1e-5),
         {"x": numbers(2, 3, 4, scale=3), "scale": scale.clone()})
    case("normalization", "group_norm",
         lambda x, scale, shift: F.group_norm(x, 2, scale, shift),
         {"x": numbers(2, 4, 3), "scale": scale.clone(), "shift": shift.clone()}, groups=2)
    for shape in ((3, 4), (2, 4, 3, 2)):
        inputs = {"x": numbers(*shape, scale=2), "scale": scale.clone(), "shift": shift.clone(),
                  "running_mean": numbers(4), "running_variance": numbers(4).abs() + 0.5}

        def batch_norm(x, scale, shift, running_mean, running_variance, training, part):
            m, v = running_mean.clone(), running_variance.clone()
            y = F.batch_norm(x, m, v, scale, shift, training=training, momentum=0.1)
            return {"y": y, "running_mean": m, "running_variance": v}[part] + 0 * x.sum()

        def copy():
            return {k: x.detach().clone() for k, x in inputs.items()}

        for part in ("y", "running_mean", "running_variance"):
            case("normalization", "batch_norm",
                 lambda part=part, **i: batch_norm(**i, training=True, part=part), copy(),
                 by=["x", "scale", "shift"] if part == "y" else ["x"], part=part)
        case("normalization", "batch_norm_evaluation",
             lambda **i: batch_norm(**i, training=False, part="y"), copy(),
             by=["x", "scale", "shift"])


def convolutions():
    for shape, w, options in (
            ((2, 3, 7), (4, 3, 3), {}),
            ((2, 4, 8), (6, 2, 3), {"stride": [2], "padding": [1], "groups": 2}),
            ((1, 2, 5, 6), (3, 2, 3, 2), {"padding": [1, 0]}),
            ((2, 2, 6, 7), (2, 2, 2, 3), {"stride": [2, 3], "padding": [1, 1], "dilation": [2, 1]}),
            ((1, 4, 5, 5), (4, 1, 3, 3), {"padding": [1, 1], "groups": 4})):
        function = F.conv1d if len(shape) == 3 else F.conv2d
        case("convolution", "convolution", lambda x, w: function(x, w, **options),
             {"x": numbers(*shape), "w": numbers(*w)}, **options)
    for shape, k, s, p in (((2, 2, 7), [3], [2], [1]), ((2, 2, 5, 6), [2, 3], [2, 2], [0, 1]),
                           ((1, 2, 6, 6), [3, 3], [1, 1], [1, 1])):
        one = len(shape) == 3
        largest, average = (F.max_pool1d, F.avg_pool1d) if one else (F.max_pool2d, F.avg_pool2d)
        for name, function in {"max_pool": largest, "average_pool": average}.items():
            case("convolution", name, lambda x, f=function: f(x, k, s, p), {"x": numbers(*shape)},
                 extents=k, stride=s, padding=p)


def attentions():
    def inputs():
        return {"q": numbers(2, 2, 4, 3), "k": numbers(2, 2, 4, 3), "v": numbers(2, 2, 4, 2)}

    attend = F.scaled_dot_product_attention
    case("attention", "everywhere", lambda q, k, v: attend(q, k, v), inputs())
    case("attention", "causally", lambda q, k, v: attend(q, k, v, is_causal=True), inputs())
    mask = torch.tensor([[1, 0, 1, 1], [0, 1, 0, 0], [1, 1, 1, 1], [0, 0, 0, 1]], dtype=torch.int32)
    case("attention", "masked", lambda q, k, v, mask: attend(q, k, v, attn_mask=mask.bool()),
         {**inputs(), "mask": mask})


activations()
losses()
normalizations()
convolutions()
attentions()
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
