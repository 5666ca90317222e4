#!/usr/bin/env python3
"""Writes random_resized_crop.txt: parts of images as torchvision's RandomResizedCrop takes them, for RandomResizedCropTests.

    python3 Tests/DatasetsTests/Golden/random_resized_crop.py > Tests/DatasetsTests/Golden/random_resized_crop.txt

The algorithm is torchvision's get_params, fed with partrain's random numbers by index (Scripts/Golden/random_source.py); where torchvision is
installed, its own get_params is fed with them, too, and must choose the same part. Pillow cuts it out and scales it. Example i is the
pattern of resize.py with the height and width of SIZES[i].
A line: epoch, example, height, width, top, left, height and width of the part, SAMPLES pixels of three bytes in base64 (sample k is pixel
k * STRIDE modulo all), and the sums over all pixels of each channel. Made with Pillow 13.0.0 and held to torchvision 0.28.0.
"""
import base64, math, pathlib, sys

import numpy as np
from PIL import Image

folder = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(folder), str(folder.parents[2] / "Scripts" / "Golden")]
from evaluation import pattern  # noqa: E402
from random_source import AUGMENTATION, RandomSource, check_published_vectors, philox  # noqa: E402

SEED, WINDOW, EPOCHS = (7 << 32) + 2014, (48, 40), 6
SIZES = [(60, 80), (90, 70), (64, 64), (30, 200), (200, 30), (33, 51), (120, 100), (49, 41)]
SAMPLES, STRIDE = 96, 7
SCALE, RATIO = (0.08, 1.0), (3.0 / 4.0, 4.0 / 3.0)


def words(epoch, example):
    """Four numbers for each of ten tries."""
    source = RandomSource(SEED, AUGMENTATION, 2)
    block = np.arange(10, dtype=np.uint64) + np.uint64(16 * example)
    same = lambda word: np.full_like(block, word)
    return [[int(word) for word in row] for row in philox((block, same(epoch), same(2), same(AUGMENTATION)), source.key)]


def part(height, width, tries):
    area = height * width
    log_ratio = math.log(RATIO[0]), math.log(RATIO[1])
    for a, b, c, d in tries:
        target_area = area * (SCALE[0] + (SCALE[1] - SCALE[0]) * a * 2.0**-32)
        aspect_ratio = math.exp(log_ratio[0] + (log_ratio[1] - log_ratio[0]) * b * 2.0**-32)
        w, h = int(round(math.sqrt(target_area * aspect_ratio))), int(round(math.sqrt(target_area / aspect_ratio)))
        if 0 < w <= width and 0 < h <= height:
            return (height - h + 1) * c >> 32, (width - w + 1) * d >> 32, h, w
    in_ratio = width / height
    if in_ratio < min(RATIO):
        w, h = width, int(round(width / min(RATIO)))
    elif in_ratio > max(RATIO):
        h, w = height, int(round(height * max(RATIO)))
    else:
        w, h = width, height
    return (height - h) // 2, (width - w) // 2, h, w


def hold_to_torchvision(image, tries, expected):
    try:
        import torch
        from torchvision import transforms
    except ImportError:
        return False
    queue = [iter(row) for row in tries]
    row = [None]
    uniform, randint = torch.Tensor.uniform_, torch.randint

    def fake_uniform(self, lower, upper):
        if row[0] is None or fake_uniform.calls % 2 == 0:
            row[0] = queue.pop(0)
        fake_uniform.calls += 1
        return self.double().fill_(float(lower) + (float(upper) - float(lower)) * next(row[0]) * 2.0**-32)

    fake_uniform.calls = 0
    fake_randint = lambda lower, upper, size: torch.tensor([lower + ((upper - lower) * next(row[0]) >> 32)])
    torch.Tensor.uniform_, torch.randint = fake_uniform, fake_randint
    try:
        theirs = transforms.RandomResizedCrop.get_params(image, list(SCALE), list(RATIO))
    finally:
        torch.Tensor.uniform_, torch.randint = uniform, randint
    assert tuple(theirs) == tuple(expected), f"torchvision takes {theirs} and not {expected}"
    return True


def main():
    check_published_vectors()
    held = True
    for epoch in range(EPOCHS):
        for example, (height, width) in enumerate(SIZES):
            image, tries = pattern(height, width), words(epoch, example)
            top, left, h, w = part(height, width, tries)
            held = hold_to_torchvision(image, tries, (top, left, h, w)) and held
            cut = image.crop((left, top, left + w, top + h)).resize((WINDOW[1], WINDOW[0]), Image.Resampling.BILINEAR)
            pixels = np.asarray(cut).reshape(-1, 3)
            samples = pixels[np.arange(SAMPLES) * STRIDE % len(pixels)]
            print(epoch, example, height, width, top, left, h, w, base64.b64encode(samples.tobytes()).decode(),
                  *pixels.astype(int).sum(0))
    print("held to torchvision" if held else "torchvision is not installed: not held to it", file=sys.stderr)


if __name__ == "__main__":
    main()
