"""A highway network, and Network in Network for small images: names are the program's.

Sources: R. K. Srivastava et al., "Highway Networks", arXiv:1505.00387, sections 2 and 3.1; M. Lin et al., "Network In Network", ICLR 2014,
section 4.2, in the form of Caffe's Model Zoo, "NIN CIFAR10".
"""
import collections

import torch
from torch import nn


class HighwayLayer(nn.Module):
    """y = h(x) t(x) + x (1 - t(x)), equation 3."""

    def __init__(self, units):
        super().__init__()
        self.transform = nn.Linear(units, units)
        self.gate = nn.Linear(units, units)

    def forward(self, x):
        h, t = torch.tanh(self.transform(x)), torch.sigmoid(self.gate(x))
        return h * t + x * (1 - t)


class Highway(nn.Module):
    def __init__(self, depth, inputs=784, units=50, classes=10):
        super().__init__()
        self.depth = depth
        self.layer1 = nn.Linear(inputs, units)
        for number in range(2, depth + 1):
            self.add_module(f"layer{number}", HighwayLayer(units))
        self.scores = nn.Linear(units, classes)

    def forward(self, x):
        x = torch.tanh(self.layer1(torch.flatten(x, 1)))
        for number in range(2, self.depth + 1):
            x = getattr(self, f"layer{number}")(x)
        return self.scores(x)


def network_in_network(classes=10, dropout=nn.Dropout):
    relu = lambda number: (f"relu{number}", nn.ReLU())
    return nn.Sequential(collections.OrderedDict([
        ("conv1", nn.Conv2d(3, 192, 5, padding=2)), relu(1), ("cccp1", nn.Conv2d(192, 160, 1)), relu(2), ("cccp2", nn.Conv2d(160, 96, 1)), relu(3),
        ("pool1", nn.MaxPool2d(3, 2, ceil_mode=True)), ("drop1", dropout(0.5)),
        ("conv2", nn.Conv2d(96, 192, 5, padding=2)), relu(4), ("cccp3", nn.Conv2d(192, 192, 1)), relu(5), ("cccp4", nn.Conv2d(192, 192, 1)), relu(6),
        ("pool2", nn.AvgPool2d(3, 2, ceil_mode=True, count_include_pad=False)), ("drop2", dropout(0.5)),
        ("conv3", nn.Conv2d(192, 192, 3, padding=1)), relu(7), ("cccp5", nn.Conv2d(192, 192, 1)), relu(8), ("cccp6", nn.Conv2d(192, classes, 1)), relu(9),
        ("pool3", nn.AdaptiveAvgPool2d(1)), ("scores", nn.Flatten())]))
