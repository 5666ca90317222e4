#!/usr/bin/env python3
"""Train networks by the same short schedule in partrain and in PyTorch, by several seeds, and print both top-1 with their standard errors.

    compare_schedules.py --partrain .build/release/partrain --data tenth --output schedules.json resnet20-cifar mobilenet

`tenth` is what Scripts/cifar-tenth makes. A run that --output has already is not made again. Both sides train by the recipe of
short_schedule.py; partrain in data mode on two devices. Networks for photos take images of 32 pixels (--input-size).
"""
import argparse
import json
import math
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
# Learning rate, and whether partrain's network is made for larger images.
RECIPES = {
    "nin-cifar": (0.05, False), "vgg16-small-bn": (0.02, False), "resnet20-cifar": (0.05, False), "se-resnet20-cifar": (0.05, False),
    "resnet18": (0.02, True), "resnet50": (0.02, True), "resnext50-32x4d": (0.02, True), "densenet121": (0.02, True),
    "mobilenet": (0.02, True), "shufflenet": (0.02, True), "highway-20": (0.01, False),
}


def events(command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} exits {done.returncode}: {done.stderr.strip()}")
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return [event for event in found if event["event"] == "epoch"]


def by_partrain(name, seed, a):
    rate, is_reduced = RECIPES[name]
    command = [a.partrain, "--model", name, "--data", a.data, "--mode", "data", "--devices", 2, "--micro-batches", 2,
               "--initialization", "he", "--batch-size", a.batch, "--epochs", a.epochs, "--learning-rate", rate,
               "--learning-rate-schedule", "cosine", "--warmup-steps", 100, "--momentum", 0.9, "--weight-decay", 1e-4, "--seed", seed,
               "--evaluate-every", a.epochs, "--no-run-folder", "--json"]
    command += ["--input-size", 32] if is_reduced else []
    command += [] if name.startswith("highway") else ["--pad-crop", 4, "--mirror"]
    last = events(command)[-1]
    return {"top1": last["validation_top1"], "loss": last["validation_loss"], "train_loss": last["training_loss"]}


def by_torch(name, seed, a):
    last = events([sys.executable, HERE / "short_schedule.py", "--model", name, "--data", a.data, "--epochs", a.epochs, "--batch", a.batch,
                   "--learning-rate", RECIPES[name][0], "--seed", seed])[-1]
    return {"top1": last["top1"], "loss": last["validation_loss"], "train_loss": last["train_loss"]}


def mean(values):
    """With its standard error."""
    average = sum(values) / len(values)
    if len(values) < 2:
        return average, math.nan
    return average, math.sqrt(sum((value - average) ** 2 for value in values) / (len(values) - 1) / len(values))


def line(name, runs, key, factor):
    own, theirs = (mean([run[key] * factor for run in runs[side]]) for side in ("partrain", "pytorch"))
    distance = abs(own[0] - theirs[0]) / math.hypot(own[1], theirs[1])
    return f"| `{name}` | {own[0]:.2f} ± {own[1]:.2f} | {theirs[0]:.2f} ± {theirs[1]:.2f} | {distance:.1f} |"


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("networks", nargs="*", metavar="NETWORK", help=f"all of them if none is named: {', '.join(RECIPES)}")
    p.add_argument("--partrain", type=pathlib.Path, required=True, help="the program")
    p.add_argument("--data", type=pathlib.Path, required=True, help="a folder that both read")
    p.add_argument("--output", type=pathlib.Path, required=True, help="a file of JSON for all runs")
    p.add_argument("--epochs", type=int, default=4)
    p.add_argument("--batch", type=int, default=50)
    p.add_argument("--seeds", type=int, default=3)
    a = p.parse_args()
    if unknown := [name for name in a.networks if name not in RECIPES]:
        p.error(f"no recipe is called {unknown[0]}; there are {', '.join(RECIPES)}")
    results = json.loads(a.output.read_text()) if a.output.exists() else {}
    for name in a.networks or RECIPES:
        runs = results.setdefault(name, {"partrain": {}, "pytorch": {}})
        for seed in map(str, range(a.seeds)):
            for side, train in (("partrain", by_partrain), ("pytorch", by_torch)):
                if seed not in runs[side]:
                    runs[side][seed] = train(name, seed, a)
                    a.output.write_text(json.dumps(results, indent=1) + "\n")
        both = {side: list(runs[side].values()) for side in runs}
        print("top-1, %:          ", line(name, both, "top1", 100), "\ntraining loss:     ", line(name, both, "train_loss", 1), flush=True)


if __name__ == "__main__":
    main()
