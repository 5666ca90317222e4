"""MobileNet and ShuffleNet, of which torchvision has later versions only: names are the program's.

Sources: A. Howard et al., "MobileNets", arXiv:1704.04861, table 1; X. Zhang et al., "ShuffleNet", CVPR 2018, table 1 and figure 2.
"""
import torch
from torch import nn
from torch.nn import functional as F


class Unit(nn.Module):
    def __init__(self, inputs, filters, kernel, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, filters, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(filters)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


class MobileNet(nn.Module):
    # Filters and stride of each depthwise separable convolution.
    TABLE = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]

    def __init__(self, shape=(3, 224, 224), classes=1000):
        super().__init__()
        parts, inputs = [Unit(shape[0], 32, 3, 2)], 32
        for filters, stride in self.TABLE:
            parts.append(nn.Sequential(Unit(inputs, inputs, 3, stride, groups=inputs), Unit(inputs, filters, 1)))
            inputs = filters
        self.features = nn.Sequential(*parts)
        self.classifier = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class ShuffleUnit(nn.Module):
    """Figure 2b, and 2c where it halves rows and columns."""

    def __init__(self, inputs, outputs, groups, is_first):
        super().__init__()
        self.halves, self.groups = inputs != outputs, groups
        inner = outputs // 4
        self.conv1 = nn.Conv2d(inputs, inner, 1, groups=1 if is_first else groups, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, 2 if self.halves else 1, 1, groups=inner, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        added = outputs - inputs if self.halves else outputs
        self.conv3 = nn.Conv2d(inner, added, 1, groups=groups, bias=False)
        self.bn3 = nn.BatchNorm2d(added)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        n, c, h, w = y.shape
        y = y.reshape(n, self.groups, c // self.groups, h, w).transpose(1, 2).reshape(n, c, h, w)
        y = self.bn3(self.conv3(self.bn2(self.conv2(y))))
        return F.relu(torch.cat([F.avg_pool2d(x, 3, 2, 1), y], 1) if self.halves else y + x)


class ShuffleNet(nn.Module):
    def __init__(self, shape=(3, 224, 224), classes=1000, groups=3):
        super().__init__()
        self.conv1 = nn.Conv2d(shape[0], 24, 3, 2, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(24)
        inputs = 24
        for stage, (outputs, repeats) in enumerate([(240, 3), (480, 7), (960, 3)], 2):
            units = [ShuffleUnit(inputs, outputs, groups, stage == 2)]
            units += [ShuffleUnit(outputs, outputs, groups, False) for _ in range(repeats)]
            self.add_module(f"stage{stage}", nn.Sequential(*units))
            inputs = outputs
        self.fc = nn.Linear(inputs, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.fc(self.stage4(self.stage3(self.stage2(x))).mean((2, 3)))
