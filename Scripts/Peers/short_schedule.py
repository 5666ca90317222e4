#!/usr/bin/env python3
"""Train a network for a few epochs on small images with PyTorch on the CPU, by partrain's recipe; one JSON line per epoch. See README.md.

The recipe: He normal weights, zero biases, scales of one; images padded by 4 black pixels and cropped at random, half of them mirrored; SGD with
momentum and weight decay on every parameter; the learning rate rises linearly over the first steps and falls to zero along a half cosine,
step by step. Batch normalisation by halves of the batch, as two devices have it.
"""
import argparse
import json
import math
import pathlib
import sys
import time

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Golden"))
import resnet_cifar  # noqa: E402
from families import densenet, mobile, resnet, small  # noqa: E402


class SmallVGG(nn.Sequential):
    """partrain's vgg16-small-bn: net D with a quarter of the channels."""

    def __init__(self):
        layers, inputs = [], 3
        for filters, count in zip([16, 32, 64, 128, 128], [2, 2, 3, 3, 3]):
            for _ in range(count):
                layers += [nn.Conv2d(inputs, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()]
                inputs = filters
            layers.append(nn.MaxPool2d(2))
        dense = [nn.Flatten(), nn.Linear(128, 128), nn.ReLU(), nn.Dropout(), nn.Linear(128, 128), nn.ReLU(), nn.Dropout(), nn.Linear(128, 10)]
        super().__init__(*layers, *dense)


# partrain's name of each network.
NETWORKS = {
    "nin-cifar": small.network_in_network,
    "vgg16-small-bn": SmallVGG,
    "resnet20-cifar": resnet_cifar.ResNet,
    "se-resnet20-cifar": lambda: resnet.SmallGatedResNet(20),
    "resnet18": lambda: resnet.ResNet(resnet.Basic, (2, 2, 2, 2), classes=10),
    "resnet50": lambda: resnet.ResNet(resnet.Bottleneck, (3, 4, 6, 3), classes=10),
    "resnext50-32x4d": lambda: resnet.ResNet(resnet.Bottleneck, (3, 4, 6, 3), classes=10, groups=32, group_width=4),
    "densenet121": lambda: densenet.DenseNet(classes=10),
    "mobilenet": lambda: mobile.MobileNet(classes=10),
    "shufflenet": lambda: mobile.ShuffleNet(classes=10),
    "highway-20": lambda: small.Highway(20),
}


def cifar(folder):
    """(images u8 [N, 3, 32, 32], labels) of training and of validation, from CIFAR-10's binary files."""
    def read(names):
        records = np.concatenate([np.fromfile(folder / name, np.uint8) for name in names]).reshape(-1, 3073)
        return torch.from_numpy(records[:, 1:].reshape(-1, 3, 32, 32).copy()), torch.from_numpy(records[:, 0].astype(np.int64))

    return read([f"data_batch_{number}.bin" for number in range(1, 6)]), read(["test_batch.bin"])


def idx(folder):
    """The same, from MNIST's files."""
    def read(kind):
        images = np.fromfile(folder / f"{kind}-images-idx3-ubyte", np.uint8)[16:].reshape(-1, 1, 28, 28)
        labels = np.fromfile(folder / f"{kind}-labels-idx1-ubyte", np.uint8)[8:]
        return torch.from_numpy(images.copy()), torch.from_numpy(labels.astype(np.int64))

    return read("train"), read("t10k")


def he(network, generator):
    with torch.no_grad():
        for layer in network.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.weight.normal_(0, math.sqrt(2 / layer.weight[0].numel()), generator=generator)
                if layer.bias is not None:
                    layer.bias.zero_()
    return network


def augmented(images, padding, generator):
    """Crops at random places of images with black rows and columns around them, each second one mirrored."""
    count, _, height, width = images.shape
    padded = nn.functional.pad(images, (padding,) * 4)
    rows, columns = torch.randint(0, 2 * padding + 1, (2, count), generator=generator)
    mirrored = torch.rand(count, generator=generator) < 0.5
    i = torch.arange(count)[:, None, None]
    y = rows[:, None, None] + torch.arange(height)[None, :, None]
    x = torch.arange(width).repeat(count, 1)
    x[mirrored] = x[mirrored].flip(1)
    x = columns[:, None, None] + x[:, None, :]
    return padded.permute(0, 2, 3, 1)[i, y, x].permute(0, 3, 1, 2)


def rate(step, steps, a):
    if step < a.warm_up:
        return a.learning_rate * (step + 1) / a.warm_up
    return a.learning_rate / 2 * (1 + math.cos(math.pi * (step - a.warm_up) / (steps - a.warm_up)))


def evaluate(network, images, labels):
    network.eval()
    loss, right = 0.0, 0
    with torch.no_grad():
        for own, truth in zip(images.split(500), labels.split(500)):
            scores = network(own)
            loss += nn.functional.cross_entropy(scores, truth, reduction="sum").item()
            right += (scores.argmax(1) == truth).sum().item()
    network.train()
    return loss / len(labels), right / len(labels)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", required=True, choices=NETWORKS)
    p.add_argument("--data", type=pathlib.Path, required=True, help="a folder of CIFAR-10's binary files, or of MNIST's")
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--batch", type=int, default=50)
    p.add_argument("--micro-batches", type=int, default=2)
    p.add_argument("--learning-rate", type=float, default=0.05)
    p.add_argument("--warm-up", type=int, default=100)
    p.add_argument("--momentum", type=float, default=0.9)
    p.add_argument("--weight-decay", type=float, default=1e-4)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=2)
    a = p.parse_args()
    torch.set_num_threads(a.threads)
    torch.manual_seed(a.seed)
    generator = torch.Generator().manual_seed(a.seed + 1)
    is_cifar = (a.data / "test_batch.bin").exists()
    (images, labels), (held_out, truth) = (cifar if is_cifar else idx)(a.data)
    scaled = images.float() / 255
    mean, deviation = scaled.mean((0, 2, 3), keepdim=True), scaled.std((0, 2, 3), keepdim=True)
    prepared = lambda own: ((own.float() / 255 - mean) / deviation).contiguous(memory_format=torch.channels_last)
    network = he(NETWORKS[a.model](), generator).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), lr=0, momentum=a.momentum, weight_decay=a.weight_decay)
    each_epoch = len(images) // a.batch
    steps, step, begin = each_epoch * a.epochs, 0, time.monotonic()
    for epoch in range(1, a.epochs + 1):
        order = torch.randperm(len(images), generator=generator)[:each_epoch * a.batch]
        total = 0.0
        for chosen in order.split(a.batch):
            batch = images[chosen]
            batch = prepared(augmented(batch, 4, generator) if is_cifar else batch)
            for group in optimizer.param_groups:
                group["lr"] = rate(step, steps, a)
            optimizer.zero_grad()
            for own, target in zip(batch.chunk(a.micro_batches), labels[chosen].chunk(a.micro_batches)):
                loss = nn.functional.cross_entropy(network(own), target) * (len(target) / a.batch)
                loss.backward()
                total += loss.item()
            optimizer.step()
            step += 1
        last = evaluate(network, prepared(held_out), truth) if epoch == a.epochs else (math.nan, math.nan)
        print(json.dumps({"event": "epoch", "epoch": epoch, "train_loss": total / each_epoch, "validation_loss": last[0], "top1": last[1],
                          "seconds": time.monotonic() - begin}), flush=True)


if __name__ == "__main__":
    main()
