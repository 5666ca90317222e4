#!/usr/bin/env python3
"""Make the golden files that hold partrain's training to PyTorch's: NAME.json and NAME.bin for each network. See README.md in their folder.

Weights, inputs, labels and dropout masks are not stored: both sides draw them from the same counter-based source (random_source.py).
Each network is trained twice on one thread, in f32 and in f64, from the same f32 numbers; what is stored of the gradients is the f64
result rounded to f32, and the distance of the f32 result from it says how near another f32 implementation can be asked to come.
"""
import argparse
import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn

from random_source import DROPOUT, INITIALIZATION, SYNTHESIS, RandomSource, check_published_vectors

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Peers"))
import lenet5_1998  # noqa: E402
import networks  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "ExecutionTests" / "Golden"
SEED = (1 << 32) + 2012  # both halves of the key count
STEPS = 20
SAMPLES, WHOLE = 1024, 4096  # a parameter of more than WHOLE elements is sampled at SAMPLES places
BIAS_DEVIATION = 0.01

NOTES = {
    "random": "source(purpose, stream) at (step, index) as in Sources/Tensors/RandomSource.swift, index global and row-major",
    "parameter": "element i of parameter p is standard_deviation * normal(seed, initialization = 1, stream p, step 0, i), in f32",
    "input": "element i of step s is normal(seed, synthesis = 5, stream 0, step s, i) over [N, C, H, W]",
    "label": "label i of step s is integer(seed, synthesis = 5, stream 1, step s, i, below classes)",
    "dropout": "layer d in forward order, from 0: element i over [N, features] of step s is kept, and scaled by 1 / (1 - p), where "
               "uniform(seed, dropout = 2, stream d, step s, i) >= p",
    "step": "g = gradient + weight_decay * w; v = g in step 0, else momentum * v + g; w = w - learning_rate * v; every parameter alike",
    "losses": "before the update of steps 0, 1, ...; losses is f32 throughout, losses_float64 f64 throughout",
    "gradient": "of step 0's loss, without weight decay, of the f64 run: elements 0, stride, 2 * stride, ... (count of them) as "
                "little-endian f32 at offset (in elements) of the .bin file; stride is 1, or for more than 4096 elements the largest prime up "
                "to elements / 1024, and then count is 1024. norm, sum and largest (absolute value) are over all elements; "
                "float32_difference is the largest absolute difference of the f32 run's gradient, over all elements",
    "scores": "the network's output in step 0, in training mode, stored like a gradient",
}


class IndexedDropout(nn.Module):
    """Dropout whose mask depends on (seed, layer, step, element) alone."""

    def __init__(self, p, layer):
        super().__init__()
        self.p, self.layer, self.step, self.kept = p, layer, 0, []

    def forward(self, x):
        uniform = RandomSource(SEED, DROPOUT, self.layer).uniform(x.numel(), self.step)
        mask = torch.from_numpy(uniform >= np.float32(self.p)).reshape(x.shape)
        self.kept.append(int(mask.sum()))
        return x * mask.to(x.dtype) / (1 - self.p)


def indexed_dropout():
    layers = []

    def make(p):
        layers.append(IndexedDropout(p, len(layers)))
        return layers[-1]

    return layers, make


def named_parameters(network):
    """(name, tensor, fan-in or None for a bias) in forward order, weight before bias."""
    counts = {}
    for layer in network.modules():
        kind = {nn.Conv2d: "convolution", nn.Linear: "dense", lenet5_1998.Subsampling: "subsampling"}.get(type(layer))
        if kind is None:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{kind}{counts[kind]}"
        if kind == "subsampling":
            yield f"{name}.coefficient", layer.coefficient, 4  # a unit adds four inputs, which share the coefficient
        else:
            yield f"{name}.weight", layer.weight, layer.weight[0].numel()
        yield f"{name}.bias", layer.bias, None


def largest_prime(limit):
    return next(n for n in range(limit, 1, -1) if all(n % d for d in range(2, math.isqrt(n) + 1)))


class Recipe:
    """A network and how it is trained; `gain` / fan-in is the variance of its weights."""

    def __init__(self, build, shape, batch, classes=10, gain=2, learning_rate=0.01, loss=nn.functional.cross_entropy,
                 loss_name="cross_entropy"):
        self.build, self.shape, self.batch, self.classes, self.gain = build, shape, batch, classes, gain
        self.learning_rate, self.loss, self.loss_name = learning_rate, loss, loss_name

    def deviation(self, fan_in):
        return float(np.float32(BIAS_DEVIATION if fan_in is None else math.sqrt(self.gain / fan_in)))

    def prepared(self):
        layers, dropout = indexed_dropout()
        network = self.build(dropout)
        for stream, (_, tensor, fan_in) in enumerate(named_parameters(network)):
            values = RandomSource(SEED, INITIALIZATION, stream).normal(tensor.numel(), deviation=self.deviation(fan_in))
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(values).reshape(tensor.shape))
        return network, layers

    def batch_of(self, step):
        count = self.batch * math.prod(self.shape)
        inputs = RandomSource(SEED, SYNTHESIS, 0).normal(count, step).reshape(self.batch, *self.shape)
        return torch.from_numpy(inputs), torch.from_numpy(RandomSource(SEED, SYNTHESIS, 1).integers(self.batch, self.classes, step))

    def train(self, kind):
        """Losses, the first step's scores and gradients, and what the dropout layers kept in it; all computed in `kind`."""
        network, dropouts = self.prepared()
        network.to(kind)
        optimizer = torch.optim.SGD(network.parameters(), lr=self.learning_rate, momentum=0.9, weight_decay=5e-4)
        losses, first = [], None
        for step in range(STEPS):
            for layer in dropouts:
                layer.step = step
            inputs, labels = self.batch_of(step)
            optimizer.zero_grad()
            scores = network(inputs.to(kind))
            loss = self.loss(scores, labels)
            loss.backward()
            if first is None:
                gradients = [tensor.grad.double().reshape(-1).numpy().copy() for _, tensor, _ in named_parameters(network)]
                first = scores.detach().double().reshape(-1).numpy().copy(), gradients
            optimizer.step()
            losses.append(loss.item())
        return losses, *first, [layer.kept[0] for layer in dropouts]


# The learning rates are the largest tried at which f32 and f64 stay within some 1e-6 of each other for all steps. He normal weights on normal
# noise give gradients of norm 200 and more: at 0.01 the large networks leave their basin in one step, units change sides of ReLU and pooling
# by rounding alone, and the runs part by percents, which would hide a mistake behind noise. alexnet-small learns slower than that, since
# at 1e-3 a unit still changes sides where vectors are narrower and sums in another order.
RECIPES = {
    "alexnet": Recipe(lambda dropout: networks.alexnet(dropout=dropout), (3, 227, 227), 4, classes=1000, learning_rate=1e-6),
    "alexnet-small": Recipe(lambda dropout: networks.alexnet_small(dropout=dropout), (3, 67, 67), 8, learning_rate=1e-5),
    "alexnet-simplified": Recipe(lambda dropout: networks.alexnet_simplified(dropout=dropout), (3, 32, 32), 8, learning_rate=5e-7),
    "lenet5": Recipe(lambda dropout: networks.lenet5(), (1, 28, 28), 8, gain=1),
    "lenet5-1998": Recipe(lambda dropout: lenet5_1998.lenet5_1998(), (1, 32, 32), 8, gain=1, learning_rate=1e-3,
                          loss=lenet5_1998.loss_1998, loss_name="lecun_1998_equation_9"),
}


def make(name, folder):
    recipe = RECIPES[name]
    losses, scores32, gradients32, kept = recipe.train(torch.float32)
    losses64, scores, gradients, _ = recipe.train(torch.float64)
    stored, offset = [], 0

    def store(values, nearby, stride=1, count=None):
        nonlocal offset
        sample = values[::stride][:count].astype("<f4")
        entry = {"offset": offset, "count": len(sample), "stride": stride, "norm": float(np.linalg.norm(values)), "sum": float(values.sum()),
                 "largest": float(np.abs(values).max()), "float32_difference": float(np.abs(values - nearby).max())}
        stored.append(sample)
        offset += len(sample)
        return entry

    scores_entry = {"shape": [recipe.batch, len(scores) // recipe.batch], **store(scores, scores32)}
    network, dropouts = recipe.prepared()
    parameters = []
    for stream, (label, tensor, fan_in) in enumerate(named_parameters(network)):
        sampled = tensor.numel() > WHOLE
        stride, count = (largest_prime(tensor.numel() // SAMPLES), SAMPLES) if sampled else (1, None)
        parameters.append({"name": label, "shape": list(tensor.shape), "standard_deviation": recipe.deviation(fan_in),
                           "gradient": store(gradients[stream], gradients32[stream], stride, count)})
    inputs, labels = recipe.batch_of(0)
    document = {
        "network": name, "batch": recipe.batch, "input": list(recipe.shape), "classes": recipe.classes, "seed": SEED, "steps": STEPS,
        "loss": recipe.loss_name, "learning_rate": recipe.learning_rate, "momentum": 0.9, "weight_decay": 5e-4,
        "dropout": [layer.p for layer in dropouts], "losses": losses, "losses_float64": losses64, "scores": scores_entry, "parameters": parameters,
        "first_step": {"input": inputs.reshape(-1)[:8].tolist(), "labels": labels.tolist(), "kept_by_dropout": kept,
                       "parameters": [tensor.detach().reshape(-1)[:4].tolist() for _, tensor, _ in named_parameters(network)]},
        "notes": NOTES, "made_by": "Scripts/Golden/make_goldens.py", "torch": torch.__version__.split("+")[0],
    }
    if name == "lenet5-1998":
        document["rival"] = lenet5_1998.RIVAL
        document["subsets"] = {"threes": lenet5_1998.THREES, "fours": lenet5_1998.FOURS, "six": lenet5_1998.SIX}
    (folder / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n")
    (folder / f"{name}.bin").write_bytes(np.concatenate(stored).tobytes())
    gap = max(abs(a - b) / abs(b) for a, b in zip(losses, losses64))
    worst = max(p["gradient"]["float32_difference"] / p["gradient"]["largest"] for p in parameters)
    print(f"{name}: {sum(t.numel() for t in network.parameters()):,} parameters, losses {losses64[0]:.4f} ... {losses64[-1]:.4f}, "
          f"f32 from f64: losses within {gap:.1e} (relative), gradients within {worst:.1e} (of the parameter's largest)", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("networks", nargs="*", metavar="NETWORK", help=f"all of them if none is named: {', '.join(RECIPES)}")
    p.add_argument("--folder", type=pathlib.Path, default=FOLDER)
    a = p.parse_args()
    if unknown := [name for name in a.networks if name not in RECIPES]:
        p.error(f"no network is called {unknown[0]}; there are {', '.join(RECIPES)}")
    check_published_vectors()
    torch.set_num_threads(1)
    a.folder.mkdir(parents=True, exist_ok=True)
    (a.folder / "digit_bitmaps.txt").write_text(lenet5_1998.DIGITS.lstrip("\n"))
    for name in a.networks or RECIPES:
        make(name, a.folder)


if __name__ == "__main__":
    main()
