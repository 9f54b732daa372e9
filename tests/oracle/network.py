"""Writes tests/oracle/network.json: a small convolutional net trained one step by PyTorch.

Loss (with label smoothing and class weights), gradients and moved statistics of a batch in training,
and predictions in evaluation afterwards. In float64, so that tests/oracle/network_test.cpp allows
float32's rounding alone (1e-5 of the largest number). Run: python tests/oracle/network.py (needs torch).
"""

import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
names = ["conv1.weight", "batch_norm1.scale", "batch_norm1.shift", "conv2.weight", "conv2.bias",
         "dense1.weight", "dense1.bias"]
net = nn.Sequential(nn.Conv2d(2, 3, 3, padding=1, bias=False), nn.BatchNorm2d(3), nn.GELU(),
                    nn.MaxPool2d(2), nn.Conv2d(3, 2, 3, stride=2, padding=1), nn.LeakyReLU(0.2),
                    nn.Flatten(), nn.Linear(2 * 2 * 2, 4))
for parameter in net.parameters():
    parameter.data = torch.randn_like(parameter).float().double()
start = {name: p.detach().flatten().tolist() for name, p in zip(names, net.parameters())}
x = torch.randn(5, 2, 7, 6).float().double()
labels = torch.tensor([0, 3, 1, 1, 2])
weights = torch.tensor([1.0, 2.0, 0.5, 1.5])
loss = nn.functional.cross_entropy(net(x), labels, weight=weights, label_smoothing=0.1)
loss.backward()
out = {"x": x.flatten().tolist(), "labels": labels.tolist(), "class_weights": weights.tolist(),
       "start": start, "loss": loss.item(),
       "gradient": {n: p.grad.flatten().tolist() for n, p in zip(names, net.parameters())},
       "running_mean": net[1].running_mean.tolist(), "running_variance": net[1].running_var.tolist(),
       "evaluation": net.eval()(x).flatten().tolist()}
Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
