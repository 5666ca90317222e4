#!/usr/bin/env python3
"""Writes evaluation.txt: images as torchvision's evaluation transform has them, for EvaluationTransformTests.

    python3 Tests/DatasetsTests/Golden/evaluation.py > Tests/DatasetsTests/Golden/evaluation.txt

The transform is Resize(resize), bilinear and antialiased, on a PIL image, and CenterCrop(window); ToTensor and Normalize are arithmetic on
what is left, which the test does. It is done here by Pillow alone, and where torchvision is installed held to its own, pixel by pixel.
A line: name, format, height, width, resize, window, the file in base64 ('-' for the pattern of resize.py, which the test makes by the same
rule; '=' for the file of the line before), SAMPLES pixels of three bytes in base64 (sample k is pixel k * STRIDE modulo all, row by row),
and the sums over all pixels of each channel. Made with Pillow 13.0.0, numpy 2.4.6 and held to torchvision 0.28.0.
"""
import base64, io, sys

import numpy as np
from PIL import Image

SAMPLES, STRIDE = 1024, 31013
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def pattern(height, width):
    """The rule of resize.py, whose file prints when it is run and is no module."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    grain = ((x * 2654435761 ^ y * 40503 ^ c * 977) >> 7) & 63
    edge = np.where((x // 5 + y // 7 + c) % 2 == 1, 120, 20)
    return Image.fromarray(((edge + grain + (x * 3 + y * 2) // 4) & 255).astype(np.uint8))


def photo(height, width, seed):
    """What photos are made of: light that falls off as 1 / f, colours that go along with it, and objects with edges and shading."""
    random = np.random.default_rng(seed)
    fy, fx = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    falloff = 1 / np.maximum(np.hypot(fy, fx), 1 / max(height, width)) ** 1.5

    def field():
        phase = np.exp(2j * np.pi * random.random(falloff.shape))
        values = np.fft.irfft2(falloff * phase, s=(height, width))
        return values / values.std()

    light = field()
    planes = [128 + 38 * light + 14 * field() for _ in range(3)]
    y, x = np.mgrid[:height, :width]
    for _ in range(7):
        cy, cx, r = random.random() * height, random.random() * width, (0.05 + 0.2 * random.random()) * min(height, width)
        inside = np.hypot(y - cy, (x - cx) * (0.6 + random.random())) < r
        for plane in planes:
            plane[inside] = 255 * random.random() + 20 * light[inside] + 30 * (x[inside] - cx) / r
    return Image.fromarray(np.clip(np.stack(planes, axis=-1), 0, 255).astype(np.uint8))


def jpeg(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", optimize=True, **options)
    return out.getvalue()


def evaluated(image, resize, window):
    w, h = image.size
    w, h = (resize, int(resize * h / w)) if w <= h else (int(resize * w / h), resize)
    image = image.resize((w, h), Image.Resampling.BILINEAR)
    top, left = int(round((h - window) / 2.0)), int(round((w - window) / 2.0))
    return image.crop((left, top, left + window, top + window))


def hold_to_torchvision(image, resize, window, result):
    try:
        from torchvision import transforms
    except ImportError:
        return False
    chain = transforms.Compose([transforms.Resize(resize), transforms.CenterCrop(window), transforms.ToTensor(),
                                transforms.Normalize(MEAN, DEVIATION)])
    theirs = chain(image).numpy()
    ours = ((np.asarray(result).transpose(2, 0, 1) / 255 - np.reshape(MEAN, (3, 1, 1))) / np.reshape(DEVIATION, (3, 1, 1)))
    assert theirs.shape == (3, window, window) and np.abs(theirs - ours).max() < 1e-5, "torchvision has other pixels"
    return True


def corpus():
    """(name, format, file, image)"""
    for name, (height, width), options in [
        ("landscape", (480, 640), {"quality": 60}), ("portrait", (640, 480), {"quality": 60}),
        ("usual", (375, 500), {"quality": 75}), ("square", (256, 256), {"quality": 90, "subsampling": 0}),
        ("small", (150, 200), {"quality": 85}), ("twice", (512, 683), {"quality": 60}), ("large", (1040, 1300), {"quality": 30}),
        ("wide", (260, 900), {"quality": 60}), ("high", (700, 300), {"quality": 60}),
        ("progressive", (333, 501), {"quality": 70, "progressive": True}), ("odd", (511, 257), {"quality": 70, "subsampling": 1}),
    ]:
        data = jpeg(photo(height, width, len(name) + height), **options)
        yield name, "jpeg", (height, width), base64.b64encode(data).decode(), Image.open(io.BytesIO(data)).convert("RGB")
    data = jpeg(photo(400, 300, 5).convert("L"), quality=70)
    yield "grey", "jpeg", (400, 300), base64.b64encode(data).decode(), Image.open(io.BytesIO(data)).convert("RGB")
    for height, width in [(300, 400), (512, 512), (230, 150)]:
        yield f"pattern-{height}x{width}", "png", (height, width), "-", pattern(height, width)


# torchvision's networks are evaluated at 256 and 224, or 232 and 224; odd margins show which way a half is rounded.
SETTINGS = [(256, 224), (232, 224), (255, 224), (256, 227)]


def main():
    held = True
    for number, (name, kind, (height, width), file, image) in enumerate(corpus()):
        for place, (resize, window) in enumerate(SETTINGS if number % 3 == 1 else SETTINGS[:1]):
            result = evaluated(image, resize, window)
            held = hold_to_torchvision(image, resize, window, result) and held
            pixels = np.asarray(result).reshape(-1, 3)
            samples = pixels[np.arange(SAMPLES) * STRIDE % len(pixels)]
            print(name, kind, height, width, resize, window, file if place == 0 else "=",
                  base64.b64encode(samples.tobytes()).decode(), *pixels.astype(int).sum(0))
    print("held to torchvision" if held else "torchvision is not installed: not held to it", file=sys.stderr)


if __name__ == "__main__":
    main()
