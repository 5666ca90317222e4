#!/usr/bin/env python3
"""Which seed a golden file is to have: how near a unit of its first step comes to ReLU's corner, or two of a max pooling's window to a tie.

  peer/bin/python Scripts/Golden/margins.py densenet121 --seeds 8

A margin is a unit's distance from the corner in double precision, in units of the farthest that single precision moves any unit of its channel;
of a window, that of its two largest units from each other. Below 1 another order of summation may carry it across. See README.md in the files' folder.
"""
import argparse

import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from recipes import FAMILIES, SEED

# Largest of a run: (settings of training.Outcome: last image first, channels innermost; whether oneDNN takes part).
ORDERS = [(False, False, True), (True, False, True), (False, True, True), (False, False, False)]


class Watch(TorchFunctionMode):
    """Keeps what enters each ReLU and each max pooling, in order, with the images in their own order."""

    def __init__(self, is_turned=False):
        super().__init__()
        self.is_turned, self.seen = is_turned, []

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if function in (F.relu, torch.relu, F.max_pool2d):
            entered = args[0].detach().flip(0) if self.is_turned else args[0].detach()
            self.seen.append((function is F.max_pool2d, entered.double().contiguous(), args[1:], kwargs))
        return function(*args, **kwargs)


def entered(recipe, kind, is_turned=False, is_innermost=False, has_library=True):
    """What enters the corners of the first step's network in training: [(is a pooling, values, arguments)]."""
    network, dropouts = recipe.prepared()
    network.to(kind).train()
    inputs = recipe.batch_of(0)[0].to(kind)
    for layer in dropouts:
        layer.turned = is_turned
    if is_turned:
        inputs = inputs.flip(0)
    if is_innermost:
        network, inputs = network.to(memory_format=torch.channels_last), inputs.to(memory_format=torch.channels_last)
    torch.backends.mkldnn.enabled = has_library
    with torch.no_grad(), Watch(is_turned) as watch:
        network(inputs)
    torch.backends.mkldnn.enabled = True
    return watch.seen


def gaps(values, size, stride=None, padding=0, dilation=1, ceil_mode=False, **_):
    """[N, C, windows]: how far the largest unit of each window is above the next; infinite where ReLU lets neither pass a gradient."""
    stride = stride or size
    count, channels, *extent = values.shape
    more = [-(side + 2 * padding - size) % stride if ceil_mode else 0 for side in extent]
    padded = F.pad(values, (padding, padding + more[1], padding, padding + more[0]), value=-1e300)
    windows = padded.unfold(2, size, stride).unfold(3, size, stride).reshape(count, channels, -1, size * size)
    largest = windows.topk(2, dim=3).values
    return torch.where(largest[..., 0] > 0, largest[..., 0] - largest[..., 1], torch.inf)


def margins(recipe):
    """[(margin, units within 4, what and where)], of each corner."""
    double = entered(recipe, torch.float64)
    noise = [torch.zeros(()) for _ in double]
    for order in ORDERS:
        for number, (_, values, _, _) in enumerate(entered(recipe, torch.float32, *order)):
            moved = (values - double[number][1]).abs().transpose(0, 1).flatten(1).amax(1)
            noise[number] = torch.maximum(noise[number], moved)
    found = []
    for number, (is_pooling, values, arguments, options) in enumerate(double):
        distance = gaps(F.relu(values), *arguments, **options) / 2 if is_pooling else values.abs()
        share = distance.transpose(0, 1).flatten(1) / noise[number][:, None].clamp_min(1e-300)
        place = int(share.argmin())
        found.append((float(share.min()), int((share < 4).sum()), int((values < 0).sum()), values.numel(),
                      f"{'pooling' if is_pooling else 'ReLU'} {number}, channel {place // share.shape[1]}"))
    return found


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("network", choices=FAMILIES)
    p.add_argument("--seeds", type=int, default=1, help="how many are tried, from 0 on")
    p.add_argument("--from", type=int, default=0, dest="first")
    p.add_argument("--shift", type=float)
    a = p.parse_args()
    torch.set_num_threads(1)
    recipe = FAMILIES[a.network]
    if a.shift is not None:
        recipe.shift = a.shift
    for seed in range(a.first, a.first + a.seeds):
        recipe.seed = SEED + seed
        found = margins(recipe)
        nearest = sorted(found)[:3]
        print(f"{a.network}, shift {recipe.shift:g}, seed {seed}: margin {nearest[0][0]:.3g}, {sum(f[1] for f in found)} within 4, "
              f"{sum(f[2] for f in found) / sum(f[3] for f in found):.2%} of {sum(f[3] for f in found):,} units below the corner; "
              + "; ".join(f"{where} {margin:.3g}" for margin, _, _, _, where in nearest), flush=True)


if __name__ == "__main__":
    main()
