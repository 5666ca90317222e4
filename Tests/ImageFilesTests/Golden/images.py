#!/usr/bin/env python3
"""Writes images.txt: small images of every kind in Scripts/image-corpus, each with the pixels that Pillow decodes.

    swift build -c release --product decode
    PYTHON/bin/python Tests/ImageFilesTests/Golden/images.py .build/release/decode > Tests/ImageFilesTests/Golden/images.txt

A line: kind, name, height, width, the file and its pixels [height, width, 3] in base64. Where Documentation/images.md states another rule
than Pillow's, the pixels are the rule's. Made with Pillow 13.0.0.
"""
import base64, os, sys
from importlib.machinery import SourceFileLoader

import numpy as np

folder = os.path.dirname(os.path.abspath(__file__))
corpus = SourceFileLoader("corpus", os.path.join(folder, "../../../Scripts/image-corpus")).load_module()
corpus.SIZES = [(7, 9)]
corpus.make_jpeg(os.path.abspath(sys.argv[1]))
corpus.make_png(), corpus.make_webp(), corpus.make_gif(), corpus.make_bmp(), corpus.make_netpbm()
kinds = {}
for kind, name, data, expected, reference in corpus.corpus:
    limit = 20 if kind.endswith("exif") or kind == "jpeg warnings" or kind.startswith(("bmp", "gif")) else 2
    if expected == "refused" or len(data) > 2500 or (kind == "jpeg exif" and ("be" in name or "17x33" in name or "60x40" in name)):
        continue
    pixels = reference if expected == "differs" else corpus.pillow(reference if expected == "extra" else data)
    if isinstance(pixels, Exception) or pixels.shape[0] * pixels.shape[1] > 1200 or kinds.get(kind, 0) >= limit:
        continue
    kinds[kind] = kinds.get(kind, 0) + 1
    texts = [base64.b64encode(bytes_).decode() for bytes_ in (data, np.ascontiguousarray(pixels).tobytes())]
    print(kind.replace(" ", "_"), name, pixels.shape[0], pixels.shape[1], *texts)
