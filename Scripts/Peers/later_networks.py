"""The networks of the bench that came after AlexNet, in PyTorch: those of Scripts/Golden/families, and what is missing there.

In training a network with auxiliary heads gives their scores, too: (scores, [(weight, scores of a head)]).
"""
import pathlib
import sys

import torch
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Golden"))
import resnet_cifar  # noqa: E402
from families import densenet, mobile, resnet  # noqa: E402
from families.googlenet import TABLE  # noqa: E402


def vgg16(classes=1000):
    """Net D of Simonyan and Zisserman 2015, as torchvision has it: 138,357,544 parameters for 1000 classes."""
    layers, inputs = [], 3
    for filters, count in zip([64, 128, 256, 512, 512], [2, 2, 3, 3, 3]):
        for _ in range(count):
            layers += [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]
            inputs = filters
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(25088, 4096), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(),
                         nn.Dropout(0.5), nn.Linear(4096, classes))


class Unit(nn.Module):
    def __init__(self, inputs, filters, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(filters, eps=1e-3)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Its third branch has 3 x 3, as torchvision's."""

    def __init__(self, inputs, ones, threes_reduced, threes, fives_reduced, fives, pooled):
        super().__init__()
        self.branch1 = Unit(inputs, ones, 1)
        self.branch2 = nn.Sequential(Unit(inputs, threes_reduced, 1), Unit(threes_reduced, threes, 3))
        self.branch3 = nn.Sequential(Unit(inputs, fives_reduced, 1), Unit(fives_reduced, fives, 3))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), Unit(inputs, pooled, 1))
        self.outputs = ones + threes + fives + pooled

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    """With batch normalisation and two heads: partrain's googlenet-torchvision, 13,004,888 parameters for 1000 classes."""

    def __init__(self, classes=1000):
        super().__init__()
        self.stem = nn.Sequential(Unit(3, 64, 7, 2), nn.MaxPool2d(3, 2, ceil_mode=True), Unit(64, 64, 1), Unit(64, 192, 3),
                                  nn.MaxPool2d(3, 2, ceil_mode=True))
        inputs, parts, heads = 192, {}, {}
        for place, widths in TABLE.items():
            if place in ("4a", "5a"):
                parts[f"pool{place}"] = nn.MaxPool2d(3 if place == "4a" else 2, 2, ceil_mode=True)
            parts[place] = Inception(inputs, *widths)
            inputs = parts[place].outputs
            if place in ("4a", "4d"):
                heads[place] = nn.Sequential(nn.AvgPool2d(5, 3), Unit(inputs, 128, 1), nn.Flatten(), nn.Linear(2048, 1024), nn.ReLU(),
                                             nn.Dropout(0.7), nn.Linear(1024, classes))
        self.parts, self.heads = nn.ModuleDict(parts), nn.ModuleDict(heads)
        self.dropout, self.fc = nn.Dropout(0.2), nn.Linear(inputs, classes)

    def forward(self, x):
        x, beside = self.stem(x), []
        for place, part in self.parts.items():
            x = part(x)
            if self.training and place in self.heads:
                beside.append((0.3, self.heads[place](x)))
        scores = self.fc(self.dropout(x.mean((2, 3))))
        return (scores, beside) if self.training else scores


# partrain's names: how each is made, its input, its classes.
MODELS = {
    "vgg16": (vgg16, (3, 224, 224), 1000),
    "resnet18": (lambda classes: resnet.ResNet(resnet.Basic, (2, 2, 2, 2), classes=classes), (3, 224, 224), 1000),
    "resnet50": (lambda classes: resnet.ResNet(resnet.Bottleneck, (3, 4, 6, 3), classes=classes), (3, 224, 224), 1000),
    "googlenet-torchvision": (GoogLeNet, (3, 224, 224), 1000),
    "densenet121": (lambda classes: densenet.DenseNet(classes=classes), (3, 224, 224), 1000),
    "mobilenet": (lambda classes: mobile.MobileNet(classes=classes), (3, 224, 224), 1000),
    "resnet20-cifar": (lambda classes: resnet_cifar.ResNet(20, classes), (3, 32, 32), 10),
}


def training_loss(output, labels):
    """The loss, with those of auxiliary heads where there are any."""
    scores, heads = output if isinstance(output, tuple) else (output, [])
    loss = F.cross_entropy(scores, labels)
    return loss + sum(weight * F.cross_entropy(own, labels) for weight, own in heads)
