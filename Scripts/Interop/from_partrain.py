#!/usr/bin/env python3
"""Does PyTorch read a checkpoint of partrain, and get the same logits from the same network?

partrain trains each network for a few steps and saves; the `safetensors` package reads the file; the network of Scripts/Peers/networks.py
with those weights and `partrain predict` classify the same images. Exits 1 where they disagree.
"""
import pathlib
import sys
import tempfile

from safetensors import safe_open
from torch import nn

from comparison import agrees, asked, logits_of, random_images, run

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Peers"))
import networks  # noqa: E402

BUILDERS = {"lenet5": (networks.lenet5, (1, 28, 28)), "alexnet-small": (networks.alexnet_small, (3, 67, 67)),
            "alexnet": (networks.alexnet, (3, 227, 227))}
MODES = [("single", 1), ("data", 2), ("model", 2), ("hybrid", 2)]


def with_weights(build, path):
    """The network with the weights of a checkpoint, whose layers are called conv1, conv2, ... fc6, ... in order."""
    with safe_open(path, "pt") as file:
        names = [name for name in file.keys() if not name.startswith("optimizer.")]
        weights = {name: file.get_tensor(name) for name in names}
        step = file.metadata()["partrain.step"]
    layers = [layer for layer in build().modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    last = f"fc{len(layers)}.bias"
    network = build(classes=weights[last].numel())
    layers = [layer for layer in network.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    for number, layer in enumerate(layers, 1):
        label = f"{'conv' if isinstance(layer, nn.Conv2d) else 'fc'}{number}"
        layer.load_state_dict({"weight": weights.pop(f"{label}.weight"), "bias": weights.pop(f"{label}.bias")})
    if weights:
        sys.exit(f"{path} has tensors that the network has not: {', '.join(weights)}")
    return network, step


def check(name, partrain, folder):
    build, shape = BUILDERS[name]
    run(partrain, "--model", name, "--steps", 3, "--batch-size", 8, "--data", "synthetic:train=64,val=16", "--run", folder / name)
    checkpoint = max((folder / name / "checkpoints").glob("*.safetensors"))
    network, step = with_weights(build, checkpoint)
    images = random_images(12, shape, 2012, folder / "images.safetensors")
    expected, noise = logits_of(network, images)
    good = True
    for mode, devices in MODES:
        output = folder / "logits.safetensors"
        # Twelve images in batches of eight: the last batch is not full.
        run(partrain, "predict", "--init-from", checkpoint, "--images", folder / "images.safetensors", "--mode", mode, "--devices", devices,
            "--batch-size", 8, "--output", output)
        good &= agrees(f"{name} after step {step}, read by PyTorch; partrain in {mode} mode", output, expected, noise)
    return good


def main():
    partrain, names = asked(__doc__, BUILDERS)
    with tempfile.TemporaryDirectory() as folder:
        good = [check(name, partrain, pathlib.Path(folder)) for name in names]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
