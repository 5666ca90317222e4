#!/usr/bin/env python3
"""Time one training step of PyTorch on the CPU: a forward and a backward pass and an update, on random data that is already in memory.

Prints one JSON line. See README.md beside this file.
"""
import argparse
import json
import os
import resource
import statistics
import time

import torch
from torch import nn

import networks

MODELS = {
    "alexnet": (networks.alexnet, (3, 227, 227), 1000),
    "alexnet-small": (networks.alexnet_small, (3, 67, 67), 10),
    "alexnet-simplified": (networks.alexnet_simplified, (3, 32, 32), 10),
    "lenet5": (networks.lenet5, (1, 28, 28), 10),
}


def join_group():
    """This process's rank and the number of processes; each is pinned to a core of its own, as partrain's devices are."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.distributed.init_process_group("gloo")
    rank = torch.distributed.get_rank()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[rank % len(cores)]})
    return rank, torch.distributed.get_world_size()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", choices=MODELS, default="alexnet")
    p.add_argument("--batch", type=int, default=64, help="the global batch, over all processes")
    p.add_argument("--threads", type=int, default=1, help="in each process")
    p.add_argument("--ddp", action="store_true", help="DistributedDataParallel over gloo; start with torchrun")
    p.add_argument("--steps", type=int, default=6, help="timed ones, after the warm-up")
    p.add_argument("--warm-up", type=int, default=2)
    p.add_argument("--compile", action="store_true")
    p.add_argument("--channels-last", action="store_true")
    a = p.parse_args()

    torch.set_num_threads(a.threads)
    rank, world = join_group() if a.ddp else (0, 1)
    if a.batch % world:
        raise SystemExit(f"--batch {a.batch} does not divide by {world} processes")
    build, shape, classes = MODELS[a.model]
    layout = torch.channels_last if a.channels_last else torch.contiguous_format
    torch.manual_seed(0)
    network = build(classes)
    networks.initialize_he(network)
    network.to(memory_format=layout)
    torch.manual_seed(rank)
    inputs = torch.randn(a.batch // world, *shape).to(memory_format=layout)
    labels = torch.randint(0, classes, (a.batch // world,))
    run = nn.parallel.DistributedDataParallel(network) if a.ddp else network
    run = torch.compile(run) if a.compile else run
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4, fused=True)

    seconds = []
    for _ in range(a.warm_up + a.steps):
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        nn.functional.cross_entropy(run(inputs), labels).backward()
        optimizer.step()
        seconds.append(time.perf_counter() - began)
    seconds = seconds[a.warm_up:]

    if rank == 0:
        median = statistics.median(seconds)
        print(json.dumps({
            "model": a.model, "batch": a.batch, "processes": world, "threads": a.threads, "compile": a.compile, "channels_last": a.channels_last,
            "step_seconds_median": round(median, 5), "step_seconds_min": round(min(seconds), 5), "step_seconds_max": round(max(seconds), 5),
            "images_per_second": round(a.batch / median, 2), "images_per_second_best": round(a.batch / min(seconds), 2),
            "peak_bytes_of_this_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "torch": torch.__version__}))
    if a.ddp:
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
