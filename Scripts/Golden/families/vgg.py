"""VGG with batch normalisation, as torchvision.models.vgg11_bn has it.

Source: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015, table 1, column A.
"""
import torch
from torch import nn

COLUMN_A = [64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"]


class VGG(nn.Module):
    def __init__(self, shape=(3, 224, 224), classes=1000, dropout=nn.Dropout):
        super().__init__()
        layers, channels = [], shape[0]
        for part in COLUMN_A:
            if part == "pool":
                layers.append(nn.MaxPool2d(2, 2))
            else:
                layers += [nn.Conv2d(channels, part, 3, padding=1), nn.BatchNorm2d(part), nn.ReLU()]
                channels = part
        self.features = nn.Sequential(*layers)
        # torchvision resizes to 7 x 7 by means here, which at 224 pixels changes nothing, and at others the program does not do.
        features = 512 * (shape[1] // 32) * (shape[2] // 32)
        self.classifier = nn.Sequential(
            nn.Linear(features, 4096), nn.ReLU(), dropout(0.5), nn.Linear(4096, 4096), nn.ReLU(), dropout(0.5), nn.Linear(4096, classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))
