"""Who takes turns in the comparison of a step: partrain and, of each rival, every configuration that its users have."""
import dataclasses
import os
import pathlib
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "Scripts" / "Peers"
OWN, TORCH, TENSORFLOW = "partrain", "PyTorch", "TensorFlow"

# Lines: what is compared with each other, since it is the same work on the same cores in the same number format.
ONE, PLAIN, BF16, TWO = "one core, f32", "one core, f32, without response normalisation", "one core, bf16", "two cores, f32"


@dataclasses.dataclass(frozen=True)
class Contestant:
    name: str
    library: str
    line: str
    command: tuple
    cores: int = 1
    # What a user of the library has who asks for nothing. Of a rival, it keeps all its turns, however slow.
    default: bool = False
    environment: tuple = ()


# Networks that Scripts/Peers/tensorflow_speed.py has, too.
TENSORFLOWS = {"alexnet", "alexnet-torchvision", "lenet5", "vgg16", "resnet18", "resnet50", "googlenet-torchvision", "densenet121", "mobilenet",
               "resnet20-cifar"}

# Of each own contestant the one that it is held to besides rivals, by name.
OWN_PAIRS = [
    ("partrain", "partrain, standard kernels"), ("partrain, bf16", "partrain"), ("partrain, 2 devices, data", "partrain"),
    ("partrain, 2 devices, model", "partrain"), ("partrain", "partrain without LRN"),
]


def contestants(model, batch, steps, warm_up, step, python, bf16=True):
    """All of them, those of a line together. `step` is partrain's timer; `python` has the rivals; without `bf16` that line is left out."""
    everyone = [*own(model, batch, steps, warm_up, step), *torch(model, batch, steps, warm_up, python),
                *(tensorflow(model, batch, steps, warm_up, python) if model in TENSORFLOWS else [])]
    return [each for each in everyone if bf16 or each.line != BF16]


def own(model, batch, steps, warm_up, step):
    base = (step, "--model", model, "--batch", batch, "--steps", steps, "--warm-up", warm_up)
    standard = ("--kernels", "standard")
    data, split = ("--mode", "data", "--devices", 2), ("--mode", "model", "--devices", 2)
    yield Contestant("partrain", OWN, ONE, base, default=True)
    yield Contestant("partrain, standard kernels", OWN, ONE, (*base, *standard))
    if model == "alexnet":
        yield Contestant("partrain without LRN", OWN, PLAIN, (*base, "--without-lrn"), default=True)
        yield Contestant("partrain without LRN, standard kernels", OWN, PLAIN, (*base, "--without-lrn", *standard))
    yield Contestant("partrain, bf16", OWN, BF16, (*base, "--precision", "bf16"), default=True)
    yield Contestant("partrain, bf16, standard kernels", OWN, BF16, (*base, "--precision", "bf16", *standard))
    yield Contestant("partrain, 2 devices, data", OWN, TWO, (*base, *data), cores=2, default=True)
    yield Contestant("partrain, 2 devices, model", OWN, TWO, (*base, *split), cores=2)
    yield Contestant("partrain, 2 devices, data, standard kernels", OWN, TWO, (*base, *data, *standard), cores=2)


def torch(model, batch, steps, warm_up, python):
    def command(model=model, threads=1, warm_up=warm_up, launcher=()):
        return (python, *launcher, SCRIPTS / "torch_speed.py", "--model", model, "--batch", batch, "--steps", steps, "--warm-up", warm_up,
                "--threads", threads)

    # A pool of compiling processes would be measured along with the one that trains; the first step compiles, the second settles.
    quiet = (("TORCHINDUCTOR_COMPILE_THREADS", "1"),)
    last, compiled = "--channels-last", "--compile"
    long = max(2, warm_up)

    def configurations(prefix, line, cores=1, **keywords):
        yield Contestant(prefix, TORCH, line, command(**keywords), cores, default=True)
        yield Contestant(f"{prefix}, channels last", TORCH, line, (*command(**keywords), last), cores)
        keywords["warm_up"] = long
        yield Contestant(f"{prefix}, compiled", TORCH, line, (*command(**keywords), compiled), cores, environment=quiet)
        yield Contestant(f"{prefix}, compiled, channels last", TORCH, line, (*command(**keywords), compiled, last), cores, environment=quiet)

    yield from configurations("PyTorch", ONE)
    if model == "alexnet":
        yield from configurations("PyTorch without LRN", PLAIN, model=f"{model}-without-lrn")
    half = ("--dtype", "bf16", last)
    yield Contestant("PyTorch, bf16, channels last", TORCH, BF16, (*command(), *half), default=True)
    yield Contestant("PyTorch, bf16, compiled, channels last", TORCH, BF16, (*command(warm_up=long), *half, compiled), environment=quiet)
    processes = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", 2)
    ddp = "PyTorch DDP, 2 processes"
    yield Contestant(ddp, TORCH, TWO, (*command(launcher=processes), "--ddp"), 2, default=True)
    yield Contestant(f"{ddp}, channels last", TORCH, TWO, (*command(launcher=processes), "--ddp", last), 2)
    yield Contestant(f"{ddp}, compiled, channels last", TORCH, TWO,
                     (*command(launcher=processes, warm_up=long), "--ddp", compiled, last), 2, environment=quiet)
    threads = "PyTorch, 2 threads"
    yield Contestant(threads, TORCH, TWO, command(threads=2), 2, default=True)
    yield Contestant(f"{threads}, channels last", TORCH, TWO, (*command(threads=2), last), 2)
    yield Contestant(f"{threads}, compiled, channels last", TORCH, TWO, (*command(threads=2, warm_up=long), compiled, last), 2,
                     environment=quiet)


def tensorflow(model, batch, steps, warm_up, python):
    # The first step traces the graph, the second settles.
    def command(model=model, threads=1):
        return (python, SCRIPTS / "tensorflow_speed.py", "--model", model, "--batch", batch, "--steps", steps, "--warm-up", max(2, warm_up),
                "--threads", threads)

    yield Contestant("TensorFlow", TENSORFLOW, ONE, command(), default=True)
    yield Contestant("TensorFlow, XLA", TENSORFLOW, ONE, (*command(), "--xla"))
    if model == "alexnet":
        yield Contestant("TensorFlow without LRN", TENSORFLOW, PLAIN, command(model=f"{model}-without-lrn"), default=True)
    yield Contestant("TensorFlow, bf16", TENSORFLOW, BF16, (*command(), "--dtype", "bf16"), default=True)
    yield Contestant("TensorFlow, 2 threads", TENSORFLOW, TWO, command(threads=2), 2, default=True)


def too_slow(standing, margin):
    """The names of rivals' configurations that need no further turn: slower than their library's best of the same line by more than
    `margin` in the round just taken. `standing` is seconds by contestant. partrain's own and defaults always go on."""
    best = {}
    for each, seconds in standing.items():
        key = each.library, each.line
        best[key] = min(seconds, best.get(key, seconds))
    return {each.name for each, seconds in standing.items()
            if each.library != OWN and not each.default and seconds > margin * best[each.library, each.line]}


def pinned(contestant):
    """The command on the first cores that this process may use: partrain pins its threads, and its rivals shall fare no worse."""
    allowed = sorted(os.sched_getaffinity(0))[:contestant.cores]
    if len(allowed) < contestant.cores:
        sys.exit(f"{contestant.name} needs {contestant.cores} cores; this process may use {len(allowed)}")
    return ["taskset", "-c", ",".join(map(str, allowed)), *map(str, contestant.command)]
