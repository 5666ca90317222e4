#!/usr/bin/env python3
"""Time one training step of PyTorch on the CPU: a forward and a backward pass and an update, on random data that is already in memory.

Prints one JSON line. See README.md beside this file.
"""
import argparse
import functools
import json
import os
import re
import statistics
import time

import torch
from torch import nn

import later_networks
import memory
import networks

MODELS = {
    "alexnet": (networks.alexnet, (3, 227, 227), 1000),
    "alexnet-without-lrn": (functools.partial(networks.alexnet, normalise=False), (3, 227, 227), 1000),
    "alexnet-torchvision": (networks.alexnet_torchvision, (3, 224, 224), 1000),
    "alexnet-small": (networks.alexnet_small, (3, 67, 67), 10),
    "alexnet-simplified": (networks.alexnet_simplified, (3, 32, 32), 10),
    "lenet5": (networks.lenet5, (1, 28, 28), 10),
    **later_networks.MODELS,
}


def join_group():
    """This process's rank and the number of processes; each is pinned to a core of its own, as partrain's devices are."""
    os.environ.setdefault("GLOO_SOCKET_IFNAME", "lo")
    torch.distributed.init_process_group("gloo")
    rank = torch.distributed.get_rank()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[rank % len(cores)]})
    return rank, torch.distributed.get_world_size()


def over_all_processes(number):
    """The sum, once all have come here."""
    total = torch.tensor([number], dtype=torch.int64)
    torch.distributed.all_reduce(total)
    return int(total)


def take_step_of_one_element(forward_type):
    """So that what comes after is the network's own: threads, tables and pages that any step needs are there."""
    layer = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1e-3, momentum=0.9, weight_decay=5e-4, fused=True)
    with forward_type():
        loss = nn.functional.cross_entropy(layer(torch.ones(1, 1)), torch.zeros(1, dtype=torch.int64))
    loss.backward()
    optimizer.step()


def build_facts():
    """What of this library speed and memory hang on."""
    found = re.search(r"MKL-DNN v([0-9.]+)", torch.__config__.show())
    on = torch.backends.mkldnn.is_available() and torch.backends.mkldnn.enabled
    return {"torch": torch.__version__, "cuda": torch.version.cuda, "onednn_on": on, "onednn": found.group(1) if found else None,
            "instructions": torch.backends.cpu.get_cpu_capability()}


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--model", choices=MODELS, default="alexnet")
    p.add_argument("--batch", type=int, default=64, help="the global batch, over all processes")
    p.add_argument("--threads", type=int, default=1, help="in each process")
    p.add_argument("--ddp", action="store_true", help="DistributedDataParallel over gloo; start with torchrun")
    p.add_argument("--steps", type=int, default=6, help="timed ones, after the warm-up")
    p.add_argument("--warm-up", type=int, default=2)
    p.add_argument("--compile", action="store_true")
    p.add_argument("--channels-last", action="store_true", help="the memory format that oneDNN likes best")
    p.add_argument("--dtype", choices=["f32", "bf16"], default="f32", help="bf16: autocast, as PyTorch's documents have it")
    a = p.parse_args()

    torch.set_num_threads(a.threads)
    # As partrain and TensorFlow do.
    torch.set_flush_denormal(True)
    rank, world = join_group() if a.ddp else (0, 1)
    if a.batch % world:
        raise SystemExit(f"--batch {a.batch} does not divide by {world} processes")
    forward_type = functools.partial(torch.autocast, "cpu", dtype=torch.bfloat16, enabled=a.dtype == "bf16")
    take_step_of_one_element(forward_type)
    growth = memory.Growth(over_all_processes) if a.ddp else memory.Growth()
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
    for number in range(a.warm_up + a.steps):
        if number == a.warm_up:
            growth.warm()
        began = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        with forward_type():
            loss = later_networks.training_loss(run(inputs), labels)
        loss.backward()
        optimizer.step()
        seconds.append(time.perf_counter() - began)
    seconds = seconds[a.warm_up:]
    filled = growth.line()

    if rank == 0:
        median = statistics.median(seconds)
        print(json.dumps({
            "model": a.model, "batch": a.batch, "processes": world, "threads": a.threads, "compile": a.compile, "channels_last": a.channels_last,
            "dtype": a.dtype,
            "step_seconds_median": round(median, 5), "step_seconds_min": round(min(seconds), 5), "step_seconds_max": round(max(seconds), 5),
            "images_per_second": round(a.batch / median, 2), "images_per_second_best": round(a.batch / min(seconds), 2),
            **filled, **build_facts()}))
    if a.ddp:
        # A process that leaves while another still closes its connections can take that one down with it.
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main()
