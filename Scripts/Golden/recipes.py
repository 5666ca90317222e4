"""The networks of the golden files, their numbers, and the rules by which they are trained."""
import dataclasses
import functools
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn

import resnet_cifar
import torchvision_alexnet
from random_source import DROPOUT, INITIALIZATION, SYNTHESIS, RandomSource
from summaries import NOISE_FACTOR

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Peers"))
import lenet5_1998  # noqa: E402
import networks  # noqa: E402

SEED = (1 << 32) + 2012  # both halves of the key count
STEPS = 20
# Of the recipe's rate in each step: it grows, stays and falls, so that a step that takes another step's rate is seen.
RATES = [0.25, 0.5, 0.75] + [1] * 9 + [0.5] * 4 + [0.25] * 4
BIAS_DEVIATION = 0.1


def single(value):
    """As both sides hold it."""
    return float(np.float32(value))


@dataclasses.dataclass(frozen=True)
class Rule:
    """How a gradient changes a parameter: a form of the optimizer, and whether weight decay is of biases, too."""

    form: str = "common"
    decays_biases: bool = True
    momentum: float = single(0.9)
    decays: bool = True
    updates_biases: bool = True  # false is a mistake, to see whether it would be found


class IndexedDropout(nn.Module):
    """Dropout whose mask depends on (seed, layer, step, element) alone."""

    def __init__(self, p, layer, seed):
        super().__init__()
        self.p, self.layer, self.seed, self.step, self.kept, self.turned = p, layer, seed, 0, [], False

    def forward(self, x):
        if not self.training:
            return x
        uniform = RandomSource(self.seed, DROPOUT, self.layer).uniform(x.numel(), self.step)
        mask = torch.from_numpy(uniform >= np.float32(self.p)).reshape(x.shape)
        self.kept.append(int(mask.sum()))
        return x * (mask.flip(0) if self.turned else mask).to(x.dtype) / (1 - self.p)


def indexed_dropout(seed):
    layers = []

    def make(p):
        layers.append(IndexedDropout(p, len(layers), seed))
        return layers[-1]

    return layers, make


def named_parameters(network):
    """(name, tensor, fan-in or None for a bias and a scale) in forward order, weight before bias."""
    counts = {}
    for layer in network.modules():
        kind = {nn.Conv2d: "convolution", nn.Linear: "dense", lenet5_1998.Subsampling: "subsampling",
                nn.BatchNorm2d: "normalization"}.get(type(layer))
        if kind is None:
            continue
        counts[kind] = counts.get(kind, 0) + 1
        name = f"{kind}{counts[kind]}"
        if kind == "subsampling":
            yield f"{name}.coefficient", layer.coefficient, 4  # a unit adds four inputs, which share the coefficient
        elif kind == "normalization":
            yield f"{name}.scale", layer.weight, None
        else:
            yield f"{name}.weight", layer.weight, layer.weight[0].numel()
        if layer.bias is not None:
            yield f"{name}.bias", layer.bias, None


def named_states(network):
    """(name, running statistic) in forward order, mean before variance."""
    for number, layer in enumerate(layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)):
        yield f"normalization{number + 1}.running_mean", layer.running_mean
        yield f"normalization{number + 1}.running_var", layer.running_var


@functools.lru_cache(maxsize=None)
def initial(seed, stream, count, deviation):
    return RandomSource(seed, INITIALIZATION, stream).normal(count, deviation=deviation)


class Recipe:
    """A network and how it is trained; `gain` / fan-in is the variance of its weights, but for those that `scales` multiplies; `decay` is the
    weight decay."""

    def __init__(self, build, shape, batch, classes=10, gain=2, learning_rate=0.01, decay=1.0, loss=nn.functional.cross_entropy,
                 loss_name="cross_entropy", scores=lambda output: output, rules=None, scales=None,
                 seed=SEED, noise_factor=NOISE_FACTOR):
        self.build, self.shape, self.batch, self.classes, self.gain = build, shape, batch, classes, gain
        self.learning_rates = [single(np.float32(learning_rate) * np.float32(part)) for part in RATES]
        self.decay, self.loss, self.loss_name, self.scores = single(decay), loss, loss_name, scores
        self.scales, self.seed, self.noise_factor = scales or {}, seed, noise_factor
        self.rules = rules or [Rule(form, decays) for form in ("common", "alexnet") for decays in (True, False)]

    def deviation(self, name, fan_in):
        return single(BIAS_DEVIATION if fan_in is None else self.scales.get(name, 1) * math.sqrt(self.gain / fan_in))

    def first_values(self, stream, name, tensor, fan_in):
        return initial(self.seed, stream, tensor.numel(), self.deviation(name, fan_in)) + np.float32(self.mean(name))

    @staticmethod
    def mean(name):
        return 1 if name.endswith(".scale") else 0

    def prepared(self):
        layers, dropout = indexed_dropout(self.seed)
        network = self.build(dropout)
        for stream, (name, tensor, fan_in) in enumerate(named_parameters(network)):
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(self.first_values(stream, name, tensor, fan_in)).reshape(tensor.shape))
        return network, layers

    def batch_of(self, step):
        count = self.batch * math.prod(self.shape)
        inputs = RandomSource(self.seed, SYNTHESIS, 0).normal(count, step).reshape(self.batch, *self.shape)
        return torch.from_numpy(inputs), torch.from_numpy(RandomSource(self.seed, SYNTHESIS, 1).integers(self.batch, self.classes, step))


# Weights of 60 million elements are trained by the common rule only; where biases decay or not is a loop for all.
LARGE = [Rule(decays_biases=True), Rule(decays_biases=False)]

# With activations of size 1 the normalisation is all but a constant, and nobody would see over which channels it goes: they enter it larger.
LOUD = {"convolution1.weight": 16, "convolution3.weight": 1 / 8}

# The learning rates are the largest tried at which f32 and f64 stay within some 1e-6 of each other for all steps. He normal weights on normal
# noise give gradients of norm 200 and more: at 0.01 the large networks leave their basin in one step, units change sides of ReLU and pooling
# by rounding alone, and the runs part by percents, which would hide a mistake behind noise. alexnet-small learns slower than that, since
# at 1e-3 a unit still changes sides where vectors are narrower and sums in another order. Seeds are the first tried, and batches so small,
# that no unit does so in the first step; over all steps of alexnet units do, and its losses part by percents. Weight decay is so large that it changes every parameter as much as gradients do: with 5e-4 nobody
# would see it missing.
# A variance over a few hundred values makes one unit's rounding all units' of its channel: the orders of ResNet-20 part by more, one from another.
RECIPES = {
    "alexnet": Recipe(lambda dropout: networks.alexnet(dropout=dropout), (3, 227, 227), 2, classes=1000, learning_rate=1e-6, rules=LARGE,
                      scales=LOUD, seed=SEED + 2),
    "alexnet-small": Recipe(lambda dropout: networks.alexnet_small(dropout=dropout), (3, 67, 67), 8, learning_rate=1e-5, scales=LOUD),
    "alexnet-simplified": Recipe(lambda dropout: networks.alexnet_simplified(dropout=dropout), (3, 32, 32), 4, learning_rate=5e-7,
                                 seed=SEED + 4),
    "alexnet-torchvision": Recipe(lambda dropout: torchvision_alexnet.AlexNet(dropout=dropout), (3, 224, 224), 2, classes=1000,
                                  learning_rate=1e-6, rules=LARGE, seed=SEED + 2),
    "resnet20-cifar": Recipe(lambda dropout: resnet_cifar.ResNet(), (3, 32, 32), 4, learning_rate=1e-4, noise_factor=16),
    "lenet5": Recipe(lambda dropout: networks.lenet5(), (1, 28, 28), 8, gain=1, decay=0.1),
    "lenet5-1998": Recipe(lambda dropout: lenet5_1998.lenet5_1998(), (1, 32, 32), 8, gain=1, learning_rate=1e-3, decay=0.1,
                          loss=lenet5_1998.loss_1998, loss_name="lecun_1998_equation_9", scores=lambda distances: -distances),
}
