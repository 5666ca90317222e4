#!/usr/bin/env python3
"""Do torchvision's networks and partrain's read each other's weights, and get the same logits?

For each network that both have: torchvision's, with random weights and statistics, is saved with the `safetensors` package, and partrain
classifies with it; then partrain trains the network for a step, and torchvision's takes the checkpoint by its names, none missing and none left
over. Exits 1 where logits disagree, 69 where torchvision is missing.
"""
import pathlib
import sys
import tempfile
import types

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import nn

from comparison import agrees, asked, logits_of, random_images, run

# Networks need no compiled code of torchvision's, which may be made for another PyTorch than is installed: what declares it is left out.
sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
try:
    from torchvision import models
except ImportError:
    sys.exit(69)

PLAIN = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "densenet121", "densenet161", "densenet169", "densenet201"]
# partrain's name → how torchvision makes the network.
NETWORKS = {"alexnet-torchvision": models.alexnet,
            **{f"vgg{depth}": getattr(models, f"vgg{depth}") for depth in (11, 13, 16, 19)},
            **{f"vgg{depth}-bn": getattr(models, f"vgg{depth}_bn") for depth in (11, 13, 16, 19)},
            **{name: getattr(models, name) for name in PLAIN},
            "resnext50-32x4d": models.resnext50_32x4d, "squeezenet1-0": models.squeezenet1_0, "squeezenet1-1": models.squeezenet1_1,
            "googlenet-torchvision": lambda **options: models.googlenet(init_weights=False, aux_logits=True, **options),
            "inception-v3": lambda **options: models.inception_v3(init_weights=False, **options)}
SIDES = {"inception-v3": 299}
# Two images in batches of two, for what has statistics of a micro-batch, too.
IMAGES = 2


def with_random_values(network, seed):
    """Weights of He's deviation, and scales, shifts and statistics of which each is another, so that none can stand in another's place."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.weight.normal_(0, (2 / layer.weight[0].numel()) ** 0.5, generator=generator)
                if layer.bias is not None:
                    layer.bias.normal_(0, 0.1, generator=generator)
            elif isinstance(layer, nn.BatchNorm2d):
                layer.weight.uniform_(0.5, 1, generator=generator)
                layer.bias.normal_(0, 0.1, generator=generator)
                layer.running_mean.normal_(0, 0.1, generator=generator)
                layer.running_var.uniform_(1, 2, generator=generator)
    return network


def predicted(name, partrain, weights, folder, label, expected, noise, mode, devices):
    output = folder / "logits.safetensors"
    run(partrain, "predict", "--init-from", weights, "--model", name, "--images", folder / "images.safetensors", "--kernels", "standard",
        "--mode", mode, "--devices", devices, "--batch-size", IMAGES, "--output", output)
    return agrees(f"{label}; partrain in {mode} mode on {devices}", output, expected, noise)


def to_partrain(name, partrain, folder):
    network = with_random_values(NETWORKS[name](weights=None), 2014)
    weights = folder / "torchvision.safetensors"
    save_file(network.state_dict(), weights)
    images = random_images(IMAGES, (3, SIDES.get(name, 224), SIDES.get(name, 224)), 1404, folder / "images.safetensors")
    expected, noise = logits_of(network, images)
    good = [predicted(name, partrain, weights, folder, f"{name}, written by PyTorch", expected, noise, mode, devices)
            for mode, devices in [("single", 1), ("model", 2)]]
    return all(good)


def from_partrain(name, partrain, folder):
    side = SIDES.get(name, 224)
    run(partrain, "--model", name, "--classes", 10, "--steps", 1, "--batch-size", IMAGES, "--mode", "single", "--kernels", "standard",
        "--evaluate-every", 0, "--data", f"synthetic:classes=10,size={side},train=12,val=10", "--run", folder / name)
    checkpoint = max((folder / name / "checkpoints").glob("*.safetensors"))
    with safe_open(checkpoint, "pt") as file:
        weights = {tensor: file.get_tensor(tensor) for tensor in file.keys() if not tensor.startswith("optimizer.")}
    network = NETWORKS[name](weights=None, num_classes=10)
    network.load_state_dict(weights, strict=True)
    images = random_images(IMAGES, (3, side, side), 2012, folder / "images.safetensors")
    expected, noise = logits_of(network, images)
    return predicted(name, partrain, checkpoint, folder, f"{name} after a step, read by PyTorch", expected, noise, "single", 1)


def main():
    partrain, names = asked(__doc__, NETWORKS)
    good = True
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            for direction in (to_partrain, from_partrain):
                good &= direction(name, partrain, pathlib.Path(folder))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
