"""Runs of partrain that are disturbed, gone on with, and held to the undisturbed one. For Scripts/kill-test and Scripts/term-test."""

import hashlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FAULT = "PARTRAIN_TEST_FAULT"
JOB = ["--model", "lenet5", "--data", "synthetic:classes=4,train=192,val=40,difficulty=easy", "--batch-size", "16",
       "--learning-rate", "0.05", "--devices", "2", "--evaluate-every", "2"]


class Wrong(Exception):
    """A promise that does not hold."""


def program(path):
    """The program to test: the one given, or the release build, made if need be."""
    if path:
        return str(pathlib.Path(path).resolve())
    build = ["swift", "build", "-c", "release", "--package-path", str(REPOSITORY)]
    subprocess.run(build + ["--product", "partrain"], check=True, stdout=sys.stderr)
    folder = subprocess.run(build + ["--show-bin-path"], check=True, capture_output=True, text=True).stdout.strip()
    return folder + "/partrain"


class Outcome:
    """How one process ended and what it said."""

    def __init__(self, code, output, errors):
        self.code, self.output, self.errors = code, output, errors

    def event(self, name):
        events = [json.loads(line) for line in self.output.splitlines() if line.endswith("}")]
        return next((event for event in reversed(events) if event["event"] == name), None)

    @property
    def result(self):
        """What must be the same, however often a run was interrupted."""
        finished = self.event("finished")
        return finished and {key: finished[key] for key in (
            "steps", "weights_sha256", "loss", "training_top1", "validation_loss", "top1", "top5")}


class Trial:
    """One run in a folder of its own, disturbed and gone on with until it ends by itself."""

    def __init__(self, program, root, name, job):
        self.program, self.root, self.name, self.job = program, root, name, job
        self.folder = pathlib.Path(root) / "runs" / name

    @property
    def is_begun(self):
        return (self.folder / "configuration.yaml").exists()

    def start(self, fault=None):
        arguments = ["--resume", "auto", "--run", self.name, "--json"] if self.is_begun else \
            self.job + ["--run", self.name, "--json"]
        environment = {key: value for key, value in os.environ.items() if key != FAULT}
        if fault:
            environment[FAULT] = fault
        self.began = time.monotonic()
        self.files = [tempfile.TemporaryFile("w+", dir=self.root) for _ in range(2)]
        self.began_with = self.checkpoints[-1] if self.is_begun and self.checkpoints else None
        self.began_step = saved_step(self.began_with) if self.began_with else 0
        self.process = subprocess.Popen([self.program] + arguments, cwd=self.root, env=environment,
                                        stdout=self.files[0], stderr=self.files[1], preexec_fn=hear_signals)

    def wait(self):
        try:
            code = self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Wrong(f"{self.name}: the program does not end")
        texts = []
        for file in self.files:
            file.seek(0)
            texts.append(file.read())
            file.close()
        self.check_files()
        outcome = Outcome(code, *texts)
        self.check_beginning(outcome)
        return outcome

    def run(self, fault=None):
        self.start(fault)
        return self.wait()

    def send(self, number, seconds):
        """Sends a signal so many seconds after the start, if the process is still there."""
        time.sleep(max(0, self.began + seconds - time.monotonic()))
        self.process.send_signal(number)

    @property
    def checkpoints(self):
        return sorted((self.folder / "checkpoints").glob("step-*.safetensors"))

    def check_beginning(self, outcome):
        """Goes on from the last checkpoint that was there, and not from the beginning."""
        run = outcome.event("run")
        if run is None:
            return
        if run["step"] != self.began_step or bool(run["resumed_from"]) != bool(self.began_with):
            raise Wrong(f"{self.name} begins at step {run['step']}, from {run['resumed_from'] or 'nothing'}, and had {self.began_with}")

    def check_files(self):
        """Whatever has a checkpoint's name is one, whole."""
        for path in self.checkpoints:
            check(path)

    def finish(self, expected):
        """Goes on undisturbed, and holds the result to the one expected."""
        outcome = self.run()
        if outcome.code != 0 or outcome.result != expected:
            raise Wrong(f"{self.name} ends with {outcome.code} and {outcome.result}, not {expected}\n{outcome.errors}")
        if list(self.folder.rglob("*.partial")):
            raise Wrong(f"{self.name} leaves unfinished files: {list(self.folder.rglob('*.partial'))}")
        check_metrics(self.folder, expected["steps"])
        shutil.rmtree(self.folder)


def hear_signals():
    """A background job is begun deaf to SIGINT, and would hand that on."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def saved_step(path):
    """How many steps the checkpoint says have been done."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return int(json.loads(file.read(length))["__metadata__"]["partrain.step"])


def check(path):
    """Raises if a checkpoint is not what was written: by its own SHA-256, counted with zeros in its place."""
    content = bytearray(path.read_bytes())
    length = struct.unpack("<Q", content[:8])[0]
    digest = json.loads(content[8:8 + length])["__metadata__"]["partrain.sha256"]
    place = content.index(digest.encode(), 8, 8 + length)
    content[place:place + 64] = b"0" * 64
    if hashlib.sha256(content).hexdigest() != digest:
        raise Wrong(f"{path} is damaged")


def check_metrics(folder, steps):
    """Every epoch has one row, in order, in both files."""
    rows = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    lines = (folder / "metrics.csv").read_text().splitlines()[1:]
    if [str(row["step"]) for row in rows] != [line.split(",")[0] for line in lines]:
        raise Wrong(f"{folder}: metrics.jsonl and metrics.csv differ")
    told = [row["step"] for row in rows if row["event"] == "epoch"]
    if told != sorted(set(told)) or told != list(range(12, steps + 1, 12)):
        raise Wrong(f"{folder}: epochs are told after the steps {told}")


class Bench:
    """A folder for trials, and the result that they must have."""

    def __init__(self, program, mode, epochs, save_every):
        self.program, self.mode = program, mode
        self.job = JOB + ["--mode", mode, "--epochs", str(epochs), "--save-every", str(save_every)]
        self.root = tempfile.mkdtemp(prefix="partrain-survival-")
        self.count = 0
        undisturbed = self.trial()
        outcome = undisturbed.run()
        self.seconds = time.monotonic() - undisturbed.began
        if outcome.code != 0:
            raise Wrong(outcome.errors)
        self.expected = outcome.result

    def trial(self):
        self.count += 1
        return Trial(self.program, self.root, f"{self.mode}-{self.count}", self.job)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root, ignore_errors=True)


KILLED = -signal.SIGKILL
