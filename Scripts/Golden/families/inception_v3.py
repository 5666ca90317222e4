"""Inception v3 as torchvision.models.inception_v3 has it.

Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, table 1 and figures 5 to 8 and 10.
"""
import torch
from torch import nn
from torch.nn import functional as F


class Unit(nn.Module):
    """torchvision's BasicConv2d."""

    def __init__(self, inputs, filters, kernel, stride=1, padding=0):
        super().__init__()
        self.conv = nn.Conv2d(inputs, filters, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(filters, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)))


def mean(x):
    return F.avg_pool2d(x, 3, 1, 1)


class Fives(nn.Module):
    """torchvision's InceptionA, on planes of 35 x 35."""

    def __init__(self, inputs, pooled):
        super().__init__()
        self.branch1x1 = Unit(inputs, 64, 1)
        self.branch5x5_1, self.branch5x5_2 = Unit(inputs, 48, 1), Unit(48, 64, 5, padding=2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Unit(inputs, 64, 1), Unit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Unit(96, 96, 3, padding=1)
        self.branch_pool = Unit(inputs, pooled, 1)

    def forward(self, x):
        return torch.cat([self.branch1x1(x), self.branch5x5_2(self.branch5x5_1(x)),
                          self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x))), self.branch_pool(mean(x))], 1)


class FirstReduction(nn.Module):
    """torchvision's InceptionB."""

    def __init__(self, inputs):
        super().__init__()
        self.branch3x3 = Unit(inputs, 384, 3, 2)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Unit(inputs, 64, 1), Unit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Unit(96, 96, 3, 2)

    def forward(self, x):
        return torch.cat([self.branch3x3(x), self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x))), F.max_pool2d(x, 3, 2)], 1)


class Sevens(nn.Module):
    """torchvision's InceptionC, on planes of 17 x 17."""

    def __init__(self, inputs, inner):
        super().__init__()
        row, column = {"kernel": (1, 7), "padding": (0, 3)}, {"kernel": (7, 1), "padding": (3, 0)}
        self.branch1x1 = Unit(inputs, 192, 1)
        self.branch7x7_1, self.branch7x7_2, self.branch7x7_3 = Unit(inputs, inner, 1), Unit(inner, inner, **row), Unit(inner, 192, **column)
        self.branch7x7dbl_1 = Unit(inputs, inner, 1)
        self.branch7x7dbl_2, self.branch7x7dbl_3 = Unit(inner, inner, **column), Unit(inner, inner, **row)
        self.branch7x7dbl_4, self.branch7x7dbl_5 = Unit(inner, inner, **column), Unit(inner, 192, **row)
        self.branch_pool = Unit(inputs, 192, 1)

    def forward(self, x):
        short = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        long = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        return torch.cat([self.branch1x1(x), short, self.branch7x7dbl_5(self.branch7x7dbl_4(long)), self.branch_pool(mean(x))], 1)


class SecondReduction(nn.Module):
    """torchvision's InceptionD."""

    def __init__(self, inputs):
        super().__init__()
        self.branch3x3_1, self.branch3x3_2 = Unit(inputs, 192, 1), Unit(192, 320, 3, 2)
        self.branch7x7x3_1, self.branch7x7x3_2 = Unit(inputs, 192, 1), Unit(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3, self.branch7x7x3_4 = Unit(192, 192, (7, 1), padding=(3, 0)), Unit(192, 192, 3, 2)

    def forward(self, x):
        long = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), long, F.max_pool2d(x, 3, 2)], 1)


class Wide(nn.Module):
    """torchvision's InceptionE, on planes of 8 x 8."""

    def __init__(self, inputs):
        super().__init__()
        row, column = {"kernel": (1, 3), "padding": (0, 1)}, {"kernel": (3, 1), "padding": (1, 0)}
        self.branch1x1 = Unit(inputs, 320, 1)
        self.branch3x3_1 = Unit(inputs, 384, 1)
        self.branch3x3_2a, self.branch3x3_2b = Unit(384, 384, **row), Unit(384, 384, **column)
        self.branch3x3dbl_1, self.branch3x3dbl_2 = Unit(inputs, 448, 1), Unit(448, 384, 3, padding=1)
        self.branch3x3dbl_3a, self.branch3x3dbl_3b = Unit(384, 384, **row), Unit(384, 384, **column)
        self.branch_pool = Unit(inputs, 192, 1)

    def forward(self, x):
        short, long = self.branch3x3_1(x), self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        return torch.cat([self.branch1x1(x), self.branch3x3_2a(short), self.branch3x3_2b(short),
                          self.branch3x3dbl_3a(long), self.branch3x3dbl_3b(long), self.branch_pool(mean(x))], 1)


class Head(nn.Module):
    """torchvision's InceptionAux: its convolution of 5 x 5 needs a plane of 17 x 17, and so an image of 299 x 299."""

    def __init__(self, classes):
        super().__init__()
        self.conv0, self.conv1 = Unit(768, 128, 1), Unit(128, 768, 5)
        self.fc = nn.Linear(768, classes)

    def forward(self, x):
        return self.fc(self.conv1(self.conv0(F.avg_pool2d(x, 5, 3))).mean((2, 3)))


class InceptionV3(nn.Module):
    def __init__(self, shape=(3, 299, 299), classes=1000, dropout=nn.Dropout, has_head=True):
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(shape[0], 32, 3, 2)
        self.Conv2d_2a_3x3 = Unit(32, 32, 3)
        self.Conv2d_2b_3x3 = Unit(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Unit(64, 80, 1)
        self.Conv2d_4a_3x3 = Unit(80, 192, 3)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = Fives(192, 32), Fives(256, 64), Fives(288, 64)
        self.Mixed_6a = FirstReduction(288)
        self.Mixed_6b, self.Mixed_6c, self.Mixed_6d, self.Mixed_6e = Sevens(768, 128), Sevens(768, 160), Sevens(768, 160), Sevens(768, 192)
        self.AuxLogits = Head(classes) if has_head else None
        self.Mixed_7a = SecondReduction(768)
        self.Mixed_7b, self.Mixed_7c = Wide(1280), Wide(2048)
        self.dropout = dropout(0.5)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x):
        x = F.max_pool2d(self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x))), 3, 2)
        x = F.max_pool2d(self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x)), 3, 2)
        x = self.Mixed_6a(self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(x))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(x))))
        heads = [(0.4, self.AuxLogits(x))] if self.training and self.AuxLogits else []
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        scores = self.fc(self.dropout(x.mean((2, 3))))
        return (scores, heads) if heads else scores
