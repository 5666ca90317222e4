#!/usr/bin/env python3
"""Train published AlexNet on a folder of photos with PyTorch on the CPU; one JSON line per epoch. See README.md beside this file.

The recipe is partrain's own: He normal weights, zero biases; the shorter side resized to 256 (bilinear, antialiased) and the centre cut out;
in training a random 227x227 crop, a random mirror image and the PCA colour noise of Krizhevsky et al. 2012, section 4.1; SGD with momentum
and weight decay on every parameter; the learning rate rises linearly over the first steps and falls to zero along a half cosine, step by
step. The rise is needed: these weights start near loss 8, and a full 0.01 from the first step throws the network onto the plateau at
ln(classes), where it stayed for as long as it was watched (two epochs).
Every random number of an epoch comes from (seed, epoch), so a run that is killed continues from its checkpoint as if it had not been.
"""
import argparse
import json
import math
import os
import pathlib
import time

import numpy as np
import torch
from PIL import Image

import networks

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, channel by channel


def load(folder, side):
    """Every image of `folder/class/`, as u8 [count, 3, side, side], and the class of each, classes in the order of their bytes."""
    images, labels = [], []
    classes = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    for label, name in enumerate(classes):
        for path in sorted((folder / name).iterdir()):
            image = Image.open(path).convert("RGB")
            scale = side / min(image.size)
            size = tuple(max(side, round(length * scale)) for length in image.size)
            image = image.resize(size, Image.Resampling.BILINEAR)
            left, top = (size[0] - side) // 2, (size[1] - side) // 2
            images.append(np.asarray(image)[top:top + side, left:left + side].transpose(2, 0, 1))
            labels.append(label)
    return torch.from_numpy(np.stack(images)), torch.tensor(labels), classes


def principal_colours(images):
    """Eigenvalues and eigenvectors (columns) of the covariance of RGB over all pixels, in the unit 0...1."""
    total, outer, count = np.zeros(3), np.zeros((3, 3)), 0
    for image in images.numpy():
        pixels = image.reshape(3, -1).astype(np.float64) / 255
        total, outer, count = total + pixels.sum(1), outer + pixels @ pixels.T, count + pixels.shape[1]
    mean = total / count
    return np.linalg.eigh(outer / count - np.outer(mean, mean))


def augmented(images, side, colours, generator):
    """A crop, a mirror image half of the time and a colour shift for each image: f32 [N, 3, side, side] in 0...1."""
    values, vectors = colours
    room = images.shape[-1] - side + 1
    count = len(images)
    out = torch.empty(count, 3, side, side)
    corners = torch.randint(0, room, (count, 2), generator=generator).tolist()
    mirrored = torch.randint(0, 2, (count,), generator=generator).tolist()
    shifts = torch.randn(count, 3, generator=generator, dtype=torch.float64) * 0.1 * torch.from_numpy(values) @ torch.from_numpy(vectors).T
    for i, (top, left) in enumerate(corners):
        crop = images[i, :, top:top + side, left:left + side]
        out[i] = crop.flip(-1) if mirrored[i] else crop
    return out / 255 + shifts.float()[:, :, None, None]


def centred(images, side):
    edge = (images.shape[-1] - side) // 2
    return images[:, :, edge:edge + side, edge:edge + side].float() / 255


def standardized(batch):
    return (batch - torch.tensor(MEAN)[:, None, None]) / torch.tensor(DEVIATION)[:, None, None]


def evaluate(network, images, labels, side, batch):
    network.eval()
    loss, first, fifth = 0.0, 0, 0
    with torch.no_grad():
        for start in range(0, len(labels), batch):
            truth = labels[start:start + batch]
            scores = network(standardized(centred(images[start:start + batch], side)))
            loss += torch.nn.functional.cross_entropy(scores, truth, reduction="sum").item()
            hits = scores.topk(min(5, scores.shape[1])).indices == truth[:, None]
            first, fifth = first + hits[:, 0].sum().item(), fifth + hits.any(1).sum().item()
    network.train()
    return loss / len(labels), first / len(labels), fifth / len(labels)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--data", type=pathlib.Path, required=True, help="folder with train/CLASS/*.jpg and val/CLASS/*.jpg")
    p.add_argument("--epochs", type=int, default=30)
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--learning-rate", type=float, default=0.005)
    p.add_argument("--warm-up", type=int, default=84, help="steps over which the learning rate rises linearly")
    p.add_argument("--momentum", type=float, default=0.9)
    p.add_argument("--weight-decay", type=float, default=5e-4)
    p.add_argument("--resize", type=int, default=256)
    p.add_argument("--crop", type=int, default=227)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--compile", action="store_true")
    p.add_argument("--max-steps", type=int, default=0, help="stop early, for a trial; 0: never")
    p.add_argument("--trace", action="store_true", help="print the loss of every tenth step")
    p.add_argument("--log", type=pathlib.Path, help="file that gets the JSON lines too")
    p.add_argument("--checkpoint", type=pathlib.Path, help="file to continue from and to save to")
    p.add_argument("--checkpoint-every", type=int, default=3, help="epochs")
    a = p.parse_args()

    torch.set_num_threads(a.threads)
    train, truth, classes = load(a.data / "train", a.resize)
    held_out, held_out_truth, held_out_classes = load(a.data / "val", a.resize)
    if classes != held_out_classes:
        raise SystemExit(f"{a.data}: train and val hold different classes")
    colours = principal_colours(train)

    torch.manual_seed(a.seed)
    network = networks.alexnet(len(classes))
    networks.initialize_he(network)
    optimizer = torch.optim.SGD(network.parameters(), lr=a.learning_rate, momentum=a.momentum, weight_decay=a.weight_decay, fused=True)
    steps_per_epoch = len(truth) // a.batch
    total = a.epochs * steps_per_epoch
    done = 0
    if a.checkpoint and a.checkpoint.exists():
        saved = torch.load(a.checkpoint)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["epochs"]

    def say(line, append=True):
        print(json.dumps(line), flush=True)
        if a.log:
            with open(a.log, "a" if append else "w") as file:
                file.write(json.dumps(line) + "\n")

    if a.log and done:
        kept = [line for line in a.log.read_text().splitlines() if json.loads(line).get("epoch", 0) <= done]
        a.log.write_text("".join(line + "\n" for line in kept))
    else:
        say({"event": "recipe", "classes": len(classes), "train": len(truth), "val": len(held_out_truth), "steps_per_epoch": steps_per_epoch,
             "colour_eigenvalues": colours[0].tolist(), "colour_eigenvectors_in_columns": colours[1].tolist(), "torch": torch.__version__,
             **{key: str(value) if isinstance(value, pathlib.Path) else value for key, value in vars(a).items()}}, append=False)

    run = torch.compile(network) if a.compile else network
    for epoch in range(done + 1, a.epochs + 1):
        began = time.perf_counter()
        torch.manual_seed(a.seed * 1_000_003 + epoch)
        generator = torch.Generator().manual_seed(a.seed * 1_000_003 + epoch + 500_000)
        order = torch.randperm(len(truth), generator=generator)
        sum_of_losses = 0.0
        for step in range(steps_per_epoch):
            index = (epoch - 1) * steps_per_epoch + step
            if index < a.warm_up:
                rate = a.learning_rate * (index + 1) / a.warm_up
            else:
                rate = a.learning_rate * 0.5 * (1 + math.cos(math.pi * (index - a.warm_up) / max(total - a.warm_up, 1)))
            optimizer.param_groups[0]["lr"] = rate
            chosen = order[step * a.batch:(step + 1) * a.batch]
            batch = standardized(augmented(train[chosen], a.crop, colours, generator))
            optimizer.zero_grad(set_to_none=True)
            loss = torch.nn.functional.cross_entropy(run(batch), truth[chosen])
            loss.backward()
            optimizer.step()
            sum_of_losses += loss.item()
            if a.trace and (index + 1) % 10 == 0:
                print(json.dumps({"step": index + 1, "loss": round(loss.item(), 4), "seconds": round(time.perf_counter() - began, 1)}), flush=True)
            if a.max_steps and index + 1 >= a.max_steps:
                return
        trained = time.perf_counter() - began
        val_loss, top1, top5 = evaluate(network, held_out, held_out_truth, a.crop, a.batch)
        say({"event": "epoch", "epoch": epoch, "train_loss": round(sum_of_losses / steps_per_epoch, 4), "val_loss": round(val_loss, 4),
             "top1": round(top1, 4), "top5": round(top5, 4), "train_seconds": round(trained, 1),
             "seconds": round(time.perf_counter() - began, 1)})
        if a.checkpoint and (epoch % a.checkpoint_every == 0 or epoch == a.epochs):
            partial = a.checkpoint.with_suffix(".partial")
            torch.save({"network": network.state_dict(), "optimizer": optimizer.state_dict(), "epochs": epoch}, partial)
            os.replace(partial, a.checkpoint)


if __name__ == "__main__":
    main()
