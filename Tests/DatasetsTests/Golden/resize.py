#!/usr/bin/env python3
"""Writes resize.txt: images resized and cropped by Pillow, for ImageGoldenTests to hold the package's own resize to.

Run with Pillow 9.1 or later: python3 resize.py > resize.txt. All images here are less than 1.8 times as high as wide:
such are resized horizontally first by every release, taller ones vertically first from release 13 on.
Each line: kind, height, width, target height, target width, the source file in hex (or '-', the pattern below), the planes in hex.
"""
import io

from PIL import Image


def pattern(height, width):
    """An image with edges, gradients and noise, which the test makes by the same rule."""
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            for c in range(3):
                grain = ((x * 2654435761 ^ y * 40503 ^ c * 977) >> 7) & 63
                edge = 120 if (x // 5 + y // 7 + c) % 2 else 20
                pixels.append((edge + grain + (x * 3 + y * 2) // 4) & 255)
    return Image.frombytes("RGB", (width, height), bytes(pixels))


def cover(image, height, width):
    """torchvision's Resize of the shorter side and CenterCrop, without torchvision."""
    w, h = image.size
    if h * width <= w * height:
        scaled_height, scaled_width = height, max(height * w // h, width)
    else:
        scaled_height, scaled_width = max(width * h // w, height), width
    image = image.resize((scaled_width, scaled_height), Image.Resampling.BILINEAR)
    top, left = int(round((scaled_height - height) / 2.0)), int(round((scaled_width - width) / 2.0))
    return image.crop((left, top, left + width, top + height))


def planes(image):
    return b"".join(channel.tobytes() for channel in image.split()).hex()


for height, width, target_height, target_width in [
    (37, 53, 16, 16), (20, 30, 24, 24), (60, 40, 16, 12), (64, 64, 16, 16), (9, 200, 8, 8), (16, 17, 16, 16), (33, 21, 20, 13),
]:
    result = cover(pattern(height, width), target_height, target_width)
    print("png", height, width, target_height, target_width, "-", planes(result))

for height, width, target in [(48, 64, 40), (48, 64, 16), (49, 67, 12), (70, 90, 8)]:
    encoded = io.BytesIO()
    pattern(height, width).save(encoded, "JPEG", quality=40, subsampling="4:2:0")
    image = Image.open(io.BytesIO(encoded.getvalue()))
    # Training decodes at a reduced size as long as that is still twice what is kept.
    image.draft("RGB", (2 * target, 2 * target))
    print("jpeg", height, width, target, target, encoded.getvalue().hex(), planes(cover(image, target, target)))
