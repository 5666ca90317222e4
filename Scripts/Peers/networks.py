"""The networks that partrain ships, written in PyTorch, for comparison. See README.md beside this file."""
import math

import torch
from torch import nn


class ColumnNorm(nn.Module):
    """Local response normalisation within each of `columns` equal parts of the channels, AlexNet's two GPUs.

    b = a / (k + alpha * sum of the squares of the `size` channels around)^beta, Krizhevsky et al. 2012, section 3.3.
    torch divides its alpha by the window size and the paper does not, hence the product.
    """

    def __init__(self, columns=2, size=5, alpha=1e-4, beta=0.75, k=2.0):
        super().__init__()
        self.columns, self.size, self.alpha, self.beta, self.k = columns, size, alpha, beta, k

    def forward(self, x):
        n, c, h, w = x.shape
        parts = x.reshape(n * self.columns, c // self.columns, h, w)
        parts = nn.functional.local_response_norm(parts, self.size, self.alpha * self.size, self.beta, self.k)
        return parts.reshape(n, c, h, w)


def _dense_layers(inputs, width, classes, dropout):
    return [nn.Flatten(), dropout(0.5), nn.Linear(inputs, width), nn.ReLU(), dropout(0.5), nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, classes)]


def alexnet(classes=1000, dropout=nn.Dropout, normalise=True):
    """AlexNet of 2012: 3x227x227, two columns (grouped convolutions 2, 4, 5), 60,965,224 parameters for 1000 classes."""
    norm = lambda: [ColumnNorm()] if normalise else []
    return nn.Sequential(
        nn.Conv2d(3, 96, 11, 4), nn.ReLU(), *norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(96, 256, 5, padding=2, groups=2), nn.ReLU(), *norm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        *_dense_layers(9216, 4096, classes, dropout))


def alexnet_small(classes=10, dropout=nn.Dropout):
    """AlexNet at a reduced input (3x67x67) and width: planes of 31, 15, 7 and 3."""
    return nn.Sequential(
        nn.Conv2d(3, 32, 7, 2), nn.ReLU(), ColumnNorm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(32, 64, 5, padding=2, groups=2), nn.ReLU(), ColumnNorm(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 96, 3, padding=1), nn.ReLU(),
        nn.Conv2d(96, 96, 3, padding=1, groups=2), nn.ReLU(),
        nn.Conv2d(96, 64, 3, padding=1, groups=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        *_dense_layers(576, 256, classes, dropout))


def alexnet_simplified(classes=10, dropout=nn.Dropout):
    """The simplified form of lecture notes: 3x32x32, 5x5 first kernel, 2x2 pooling, no groups, no normalisation."""
    return nn.Sequential(
        nn.Conv2d(3, 96, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(96, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(256, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        *_dense_layers(4096, 1024, classes, dropout))


def alexnet_torchvision(classes=1000, dropout=nn.Dropout):
    """torchvision.models.alexnet: 3x224x224, one column, no normalisation, 61,100,840 parameters for 1000 classes. At this size its
    adaptive average pool leaves everything as it is, and is left out."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, 4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
        *_dense_layers(9216, 4096, classes, dropout))


def lenet5(classes=10):
    """LeNet-5 in today's form: 1x28x28 padded by 2, tanh, average pooling, 61,706 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, classes))


def initialize_he(network, generator=None):
    """He et al. 2015: weights normal with standard deviation sqrt(2 / fan-in), biases zero."""
    for layer in network.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            deviation = math.sqrt(2 / layer.weight[0].numel())
            with torch.no_grad():
                layer.weight.normal_(0, deviation, generator=generator)
                if layer.bias is not None:
                    layer.bias.zero_()
