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
from families import densenet, googlenet, inception_v3, mobile, resnet, small, vgg
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

# Ways to take the same sums in another order: by (settings of this process, variables of its environment).
ORDERS = {
    "one thread": ({}, {}),
    "two threads": ({"threads": 2}, {}),
    "without oneDNN": ({"library": False}, {}),
    "channels innermost": ({"innermost": True}, {}),
    "last image first": ({"turned": True}, {}),
    "vectors of 256 bits": ({}, {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}),
    "vectors of 128 bits": ({}, {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}),
}
# Those for networks whose training takes minutes.
FEW_ORDERS = ["one thread", "without oneDNN", "channels innermost", "last image first"]


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
    """(name, tensor, its fan-in or "bias", "scale" or "shift") in forward order, weight before bias."""
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
            yield f"{name}.scale", layer.weight, "scale"
        else:
            yield f"{name}.weight", layer.weight, layer.weight[0].numel()
        if layer.bias is not None:
            yield f"{name}.bias", layer.bias, "bias"


def own_parameters(network):
    """The same, under the names and in the order that the network itself has."""
    for path, layer in network.named_modules():
        for name, tensor in layer.named_parameters(path, recurse=False):
            is_bias, is_normalization = name.endswith(".bias"), isinstance(layer, nn.BatchNorm2d)
            yield name, tensor, ("shift" if is_bias else "scale") if is_normalization else "bias" if is_bias else tensor[0].numel()


def own_states(network):
    """(name, running statistic), under the network's names."""
    for name, state in network.named_buffers():
        if not name.endswith("num_batches_tracked"):
            yield name, state


def named_states(network):
    """(name, running statistic) in forward order, mean before variance."""
    for number, layer in enumerate(layer for layer in network.modules() if isinstance(layer, nn.BatchNorm2d)):
        yield f"normalization{number + 1}.running_mean", layer.running_mean
        yield f"normalization{number + 1}.running_var", layer.running_var


def with_heads(output, labels):
    """The loss of a network in training, with those of its auxiliary heads where it has any."""
    scores, heads = output if isinstance(output, tuple) else (output, [])
    loss = nn.functional.cross_entropy(scores, labels)
    return loss + sum(weight * nn.functional.cross_entropy(own, labels) for weight, own in heads)


@functools.lru_cache(maxsize=None)
def initial(seed, stream, count, deviation):
    return RandomSource(seed, INITIALIZATION, stream).normal(count, deviation=deviation)


class Recipe:
    """A network and how it is trained; `gain` / fan-in is the variance of its weights, but for those that `scales` multiplies; `decay` is the
    weight decay."""

    is_large = False  # then it is trained by one rule and in few orders, and its file has fewer numbers of each tensor
    orders = list(ORDERS)
    shift = 0  # the mean of what normalisations add at first

    def __init__(self, build, shape, batch, classes=10, gain=2, learning_rate=0.01, decay=1.0, loss=nn.functional.cross_entropy,
                 loss_name="cross_entropy", scores=lambda output: output, rules=None, scales=None,
                 seed=SEED, noise_factor=NOISE_FACTOR, steps=STEPS):
        self.build, self.shape, self.batch, self.classes, self.gain = build, shape, batch, classes, gain
        self.learning_rates = [single(np.float32(learning_rate) * np.float32(part)) for part in RATES[:steps]]
        self.decay, self.loss, self.loss_name, self.scores = single(decay), loss, loss_name, scores
        self.scales, self.seed, self.noise_factor = scales or {}, seed, noise_factor
        self.rules = rules or [Rule(form, decays) for form in ("common", "alexnet") for decays in (True, False)]

    named_parameters, named_states = staticmethod(named_parameters), staticmethod(named_states)

    def deviation(self, name, part):
        return single(self.scales.get(name, 1) * math.sqrt(self.gain / part) if isinstance(part, int) else BIAS_DEVIATION)

    def mean(self, part):
        return {"scale": 1, "shift": self.shift}.get(part, 0)

    def first_values(self, stream, name, tensor, part):
        return initial(self.seed, stream, tensor.numel(), self.deviation(name, part)) + np.float32(self.mean(part))

    def prepared(self):
        layers, dropout = indexed_dropout(self.seed)
        network = self.build(dropout)
        for stream, (name, tensor, part) in enumerate(self.named_parameters(network)):
            with torch.no_grad():
                tensor.copy_(torch.from_numpy(self.first_values(stream, name, tensor, part)).reshape(tensor.shape))
        return network, layers

    def batch_of(self, step):
        count = self.batch * math.prod(self.shape)
        inputs = RandomSource(self.seed, SYNTHESIS, 0).normal(count, step).reshape(self.batch, *self.shape)
        return torch.from_numpy(inputs), torch.from_numpy(RandomSource(self.seed, SYNTHESIS, 1).integers(self.batch, self.classes, step))


class FamilyRecipe(Recipe):
    """One whose parameters have names of their own, which the program's have, too: `published` is what the program calls the network."""

    is_large = True
    orders = FEW_ORDERS
    named_parameters, named_states = staticmethod(own_parameters), staticmethod(own_states)

    def __init__(self, published, build, shape, batch=4, learning_rate=3e-6, noise_factor=16, has_heads=True, shift=0, **others):
        super().__init__(build, shape, batch, learning_rate=learning_rate, loss=with_heads, rules=[Rule()], noise_factor=noise_factor, **others)
        self.published, self.has_heads, self.shift = published, has_heads, shift


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

# One network of each family, at a reduced input. They are trained by one rule: where biases decay or not is a loop for all networks.
FAMILIES = {
    "vgg11-bn": FamilyRecipe("vgg11-bn", lambda dropout: vgg.VGG((3, 64, 32), 10, dropout), (3, 64, 32), seed=SEED + 1),
    # The first normalisation's sums are large enough to be seen.
    "googlenet": FamilyRecipe("googlenet", lambda dropout: googlenet.GoogLeNet((3, 96, 128), 10, dropout), (3, 96, 128), batch=2,
                              scales={"conv1.weight": 64, "conv2.weight": 1 / 64}, learning_rate=1e-7, seed=SEED + 4),
    "inception-v3": FamilyRecipe("inception-v3", lambda dropout: inception_v3.InceptionV3((3, 107, 107), 10, dropout, has_head=False),
                                 (3, 107, 107), has_heads=False, shift=2, seed=SEED + 1),
    # The head's convolution of 5 x 5 needs such an image, of which a step in double precision takes minutes; one step has no next one to disturb.
    "inception-v3-head": FamilyRecipe("inception-v3", lambda dropout: inception_v3.InceptionV3((3, 299, 299), 10, dropout), (3, 299, 299), steps=1,
                                      learning_rate=1e-3, shift=3, seed=SEED + 0),
    "resnet18": FamilyRecipe("resnet18", lambda dropout: resnet.ResNet(resnet.Basic, (2, 2, 2, 2), classes=10), (3, 64, 64), seed=SEED + 0),
    "resnet50": FamilyRecipe("resnet50", lambda dropout: resnet.ResNet(resnet.Bottleneck, (3, 4, 6, 3), classes=10), (3, 64, 64), shift=3,
                             seed=SEED + 0),
    "resnext50-32x4d": FamilyRecipe("resnext50-32x4d", lambda dropout: resnet.ResNet(
        resnet.Bottleneck, (3, 4, 6, 3), classes=10, groups=32, group_width=4), (3, 64, 64), shift=3, seed=SEED + 0),
    "se-resnet20-cifar": FamilyRecipe("se-resnet20-cifar", lambda dropout: resnet.SmallGatedResNet(20), (3, 32, 32), seed=SEED + 11),
    "densenet121": FamilyRecipe("densenet121", lambda dropout: densenet.DenseNet(classes=10), (3, 64, 64), shift=3, seed=SEED + 0),
    "mobilenet": FamilyRecipe("mobilenet", lambda dropout: mobile.MobileNet(classes=10), (3, 64, 64), seed=SEED + 3),
    "shufflenet": FamilyRecipe("shufflenet", lambda dropout: mobile.ShuffleNet(classes=10), (3, 64, 64), seed=SEED + 8),
    "highway-20": FamilyRecipe("highway-20", lambda dropout: small.Highway(20), (1, 28, 28), batch=8, gain=1, learning_rate=0.01, decay=0.1),
    "nin-cifar": FamilyRecipe("nin-cifar", lambda dropout: small.network_in_network(dropout=dropout), (3, 32, 32), learning_rate=1e-6, seed=SEED + 0),
}
RECIPES |= FAMILIES
