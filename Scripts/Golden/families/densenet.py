"""DenseNet-BC as torchvision.models.densenet121 has it.

Source: G. Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1.
"""
import collections

import torch
from torch import nn
from torch.nn import functional as F


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, x):
        y = self.conv2(F.relu(self.norm2(self.conv1(F.relu(self.norm1(x))))))
        return torch.cat([x, y], 1)


class DenseNet(nn.Module):
    def __init__(self, blocks=(6, 12, 24, 16), growth=32, shape=(3, 224, 224), classes=1000):
        super().__init__()
        channels = 2 * growth
        parts = [("conv0", nn.Conv2d(shape[0], channels, 7, 2, 3, bias=False)), ("norm0", nn.BatchNorm2d(channels)), ("relu0", nn.ReLU()),
                 ("pool0", nn.MaxPool2d(3, 2, 1))]
        for number, count in enumerate(blocks, 1):
            layers = []
            for index in range(1, count + 1):
                layers.append((f"denselayer{index}", DenseLayer(channels, growth)))
                channels += growth
            parts.append((f"denseblock{number}", nn.Sequential(collections.OrderedDict(layers))))
            if number < len(blocks):
                transition = [("norm", nn.BatchNorm2d(channels)), ("relu", nn.ReLU()), ("conv", nn.Conv2d(channels, channels // 2, 1, bias=False)),
                              ("pool", nn.AvgPool2d(2, 2))]
                parts.append((f"transition{number}", nn.Sequential(collections.OrderedDict(transition))))
                channels //= 2
        parts.append((f"norm{len(blocks) + 1}", nn.BatchNorm2d(channels)))
        self.features = nn.Sequential(collections.OrderedDict(parts))
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))
