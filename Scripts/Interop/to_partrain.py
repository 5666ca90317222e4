#!/usr/bin/env python3
"""Does partrain read weights that PyTorch wrote with torchvision's names, and get the same logits?

A plain AlexNet with random weights is written with the `safetensors` package, in f32 and in f16, and judged by both. torchvision's own
network is taken where it is installed, otherwise the same one defined here. Exits 1 where they disagree.
"""
import argparse
import pathlib
import sys
import tempfile

import torch
from safetensors.torch import save_file
from torch import nn

from comparison import agrees, logits_of, random_images, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Peers"))
from networks import initialize_he  # noqa: E402


class AlexNet(nn.Module):
    """torchvision.models.AlexNet, layer by layer and name by name."""

    def __init__(self, classes=1000):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
            nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
            nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def plain_alexnet():
    try:
        from torchvision.models import alexnet
    except ImportError:
        return AlexNet(), "the AlexNet of this script"
    return alexnet(weights=None), "torchvision's AlexNet"


def check(kind, partrain, folder):
    network, label = plain_alexnet()
    initialize_he(network, torch.Generator().manual_seed(2014))
    # Biases of zero would not show a bias in the wrong place.
    generator = torch.Generator().manual_seed(2015)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.bias.normal_(0, 0.1, generator=generator)
    network.to(kind)
    weights = folder / "alexnet.safetensors"
    save_file(network.state_dict(), weights)
    images = random_images(6, (3, 224, 224), 1404, folder / "images.safetensors")
    expected, noise = logits_of(network, images)
    good = True
    for mode, devices in [("data", 1), ("data", 2), ("model", 2), ("hybrid", 2)]:
        output = folder / "logits.safetensors"
        run(partrain, "predict", "--init-from", weights, "--model", "alexnet-torchvision", "--images", folder / "images.safetensors",
            "--mode", mode, "--devices", devices, "--batch-size", 4, "--output", output)
        good &= agrees(f"{label}, {str(kind)[6:]}; partrain in {mode} mode on {devices}", output, expected, noise)
    return good


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--partrain", type=pathlib.Path, required=True, help="the program")
    a = p.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        good = [check(kind, a.partrain, pathlib.Path(folder)) for kind in (torch.float32, torch.float16)]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
