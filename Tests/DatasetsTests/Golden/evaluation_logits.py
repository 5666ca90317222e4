#!/usr/bin/env python3
"""Writes evaluation_logits.txt: what torchvision's AlexNet says of the images of evaluation.txt, for TorchvisionLogitsTests.

    PYTHON/bin/python Tests/DatasetsTests/Golden/evaluation_logits.py > Tests/DatasetsTests/Golden/evaluation_logits.txt

PYTHON has torch and Pillow. The network is alexnet_torchvision of Scripts/Peers/networks.py for CLASSES classes, its weights normal as He
has them and its biases zero, from partrain's random numbers by index. The images are decoded, brought to 256, cropped to 224 and normalised
here, from the files.
First line: seed, classes, and the largest distance of single from double precision over all logits. Then a line for each image: its name, the
logits in double precision, and how far the largest change is when the crop lies a pixel further to the right. Made with torch 2.13.0 and Pillow 13.0.0.
"""
import base64, io, pathlib, sys

import numpy as np
import torch
from PIL import Image

folder = pathlib.Path(__file__).resolve().parent
root = folder.parents[2]
sys.path[:0] = [str(folder), str(root / "Scripts" / "Golden"), str(root / "Scripts" / "Peers")]
import networks  # noqa: E402
from evaluation import DEVIATION, MEAN, evaluated  # noqa: E402
from random_source import INITIALIZATION, RandomSource, check_published_vectors  # noqa: E402

SEED, CLASSES, IMAGES = (3 << 32) + 1404, 10, 8


def network():
    net = networks.alexnet_torchvision(CLASSES).eval()
    for stream, tensor in enumerate(net.parameters()):
        with torch.no_grad():
            if tensor.dim() == 1:
                tensor.zero_()
            else:
                deviation = float(np.sqrt(np.float32(2) / np.float32(tensor[0].numel())))
                tensor.copy_(torch.from_numpy(RandomSource(SEED, INITIALIZATION, stream).normal(tensor.numel(), deviation=deviation))
                             .reshape(tensor.shape))
    return net


def seen(image):
    return (np.asarray(image).transpose(2, 0, 1) / 255 - np.reshape(MEAN, (3, 1, 1))) / np.reshape(DEVIATION, (3, 1, 1))


def main():
    check_published_vectors()
    torch.set_num_threads(1)
    images, moved, names = [], [], []
    for line in (folder / "evaluation.txt").read_text().splitlines():
        name, kind, _, _, resize, window, file = line.split(" ")[:7]
        if kind != "jpeg" or file == "=" or len(images) == IMAGES:
            continue
        assert (resize, window) == ("256", "224")
        image = Image.open(io.BytesIO(base64.b64decode(file))).convert("RGB")
        images.append(seen(evaluated(image, 256, 224)))
        whole = np.asarray(evaluated(image, 256, 226))
        moved.append(seen(whole[1:225, 2:226]))
        names.append(name)
    net = network()
    batch = torch.from_numpy(np.stack(images).astype(np.float32))
    with torch.no_grad():
        single = net(batch).double().numpy()
        net.double()
        double = net(batch.double()).numpy()
        shifted = net(torch.from_numpy(np.stack(moved).astype(np.float32)).double()).numpy()
    print(SEED, CLASSES, float(np.abs(single - double).max()))
    for name, logits, other in zip(names, double, shifted):
        print(name, *[repr(float(value)) for value in logits], float(np.abs(other - logits).max()))


if __name__ == "__main__":
    main()
