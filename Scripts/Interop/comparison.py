"""What both directions have in common: running partrain, and holding its logits to PyTorch's."""
import argparse
import pathlib
import subprocess
import sys

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

# How many times PyTorch's own distance between f32 and double precision partrain's f32 may be from the double precision: another order of sums
# is another draw of the same rounding errors, of which a run of PyTorch is one. The golden files' tests allow as much. A wrong weight, layout
# or layer is off by thousands of times this.
NOISE_FACTOR = 16


def asked(document, networks):
    """The program, and the networks that the command line names: all of them where it names none."""
    p = argparse.ArgumentParser(description=document.split("\n")[0])
    p.add_argument("networks", nargs="*", metavar="NETWORK", help=f"all of them if none is named: {', '.join(networks)}")
    p.add_argument("--partrain", type=pathlib.Path, required=True, help="the program")
    a = p.parse_args()
    if unknown := [name for name in a.networks if name not in networks]:
        p.error(f"no network is called {unknown[0]}; there are {', '.join(networks)}")
    torch.set_num_threads(1)
    return a.partrain, a.networks or list(networks)


def run(partrain, *arguments):
    """Runs partrain; ends the script with what it said where it fails."""
    done = subprocess.run([str(partrain), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"partrain {' '.join(map(str, arguments))} exits {done.returncode}: {done.stderr.strip()}")


def random_images(count, shape, seed, path):
    """Normal pixels [count, C, H, W], which also stand in the file `path` for `partrain predict --images`."""
    images = np.random.default_rng(seed).standard_normal((count, *shape), dtype=np.float32)
    save_file({"images": images}, path)
    return torch.from_numpy(images)


def logits_of(network, images):
    """The logits in double precision, and how far f32 is from them at most."""
    network.eval()
    with torch.no_grad():
        single = network.float()(images).double()
        double = network.double()(images.double())
    return double.numpy(), (single - double).abs().max().item()


def agrees(label, logits_path, expected, noise):
    """Prints how far the logits in a file are from those expected; whether that is within rounding."""
    actual = load_file(logits_path)["logits"]
    if actual.shape != expected.shape:
        print(f"{label}: logits {list(actual.shape)}, expected {list(expected.shape)}")
        return False
    # A logit is rounded to f32 whatever happens before.
    tolerance = NOISE_FACTOR * noise + 2.0**-24 * np.abs(expected).max()
    difference = np.abs(actual - expected).max()
    good = bool(difference <= tolerance)  # false for NaN
    print(f"{label}: largest difference {difference:.2e}, allowed {tolerance:.2e}, largest logit {np.abs(expected).max():.3g}: "
          f"{'the same' if good else 'NOT THE SAME'}", flush=True)
    return good
