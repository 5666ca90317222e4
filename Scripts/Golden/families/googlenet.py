"""GoogLeNet as its paper has it.

Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1, section 5 and figure 3. What the paper does not say is as in
Caffe's bvlc_googlenet: response normalisation with alpha 1e-4 over a window of 5, beta 0.75, k 1, behind the first pooling and before
the second; poolings that round up.
"""
import torch
from torch import nn
from torch.nn import functional as F

# Table 1: #1x1, #3x3 reduce, #3x3, #5x5 reduce, #5x5, pool proj.
TABLE = {"3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
         "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64), "4e": (256, 160, 320, 32, 128, 128),
         "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128)}


class Rectified(nn.Conv2d):
    def forward(self, x):
        return F.relu(super().forward(x))


class Inception(nn.Module):
    def __init__(self, inputs, ones, threes_reduced, threes, fives_reduced, fives, pooled):
        super().__init__()
        self.branch1 = Rectified(inputs, ones, 1)
        self.branch2 = nn.Sequential(Rectified(inputs, threes_reduced, 1), Rectified(threes_reduced, threes, 3, padding=1))
        self.branch3 = nn.Sequential(
            Rectified(inputs, fives_reduced, 1), Rectified(fives_reduced, fives, 5, padding=2))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), Rectified(inputs, pooled, 1))
        self.outputs = ones + threes + fives + pooled

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class Head(nn.Module):
    """Figure 3: means over 5 x 5 every 3, 128 filters of 1 x 1, 1024 units, dropout of 70 %, the scores."""

    def __init__(self, inputs, side, classes, dropout):
        super().__init__()
        self.conv = Rectified(inputs, 128, 1)
        self.fc1 = nn.Linear(128 * ((side[0] - 5) // 3 + 1) * ((side[1] - 5) // 3 + 1), 1024)
        self.fc2 = nn.Linear(1024, classes)
        self.dropout = dropout(0.7)

    def forward(self, x):
        x = torch.flatten(self.conv(F.avg_pool2d(x, 5, 3)), 1)
        return self.fc2(self.dropout(F.relu(self.fc1(x))))


class GoogLeNet(nn.Module):
    def __init__(self, shape=(3, 224, 224), classes=1000, dropout=nn.Dropout):
        super().__init__()
        self.conv1 = Rectified(shape[0], 64, 7, stride=2, padding=3)
        self.conv2 = Rectified(64, 64, 1)
        self.conv3 = Rectified(64, 192, 3, padding=1)
        inputs = 192
        for place, widths in TABLE.items():
            module = Inception(inputs, *widths)
            self.add_module(f"inception{place}", module)
            inputs = module.outputs
        side = (shape[1] // 16, shape[2] // 16)
        self.aux1 = Head(512, side, classes, dropout)
        self.aux2 = Head(528, side, classes, dropout)
        self.dropout = dropout(0.4)
        self.fc = nn.Linear(1024, classes)

    def forward(self, x):
        halved = lambda x: F.max_pool2d(x, 3, 2, ceil_mode=True)
        norm = lambda x: F.local_response_norm(x, 5, 1e-4, 0.75, 1.0)
        x = norm(halved(self.conv1(x)))
        x = halved(norm(self.conv3(self.conv2(x))))
        x = halved(self.inception3b(self.inception3a(x)))
        x = self.inception4a(x)
        heads = [(0.3, self.aux1(x))] if self.training else []
        x = self.inception4d(self.inception4c(self.inception4b(x)))
        heads += [(0.3, self.aux2(x))] if self.training else []
        x = halved(self.inception4e(x))
        x = self.inception5b(self.inception5a(x))
        scores = self.fc(self.dropout(x.mean((2, 3))))
        return (scores, heads) if self.training else scores
