"""Training a recipe: in double precision, which is the truth, and in single precision with sums taken in several orders, which is the noise."""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import torch

from recipes import RECIPES, STEPS, named_parameters, named_states
from summaries import noise

# Ways to take the same sums in another order: by (settings of this process, variables of its environment).
ORDERS = {
    "one thread": ({}, {}),
    "two threads": ({"threads": 2}, {}),
    "without oneDNN": ({"library": False}, {}),
    "channels innermost": ({"innermost": True}, {}),
    "last image first": ({"turned": True}, {}),
    "vectors of 256 bits": ({}, {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"}),
    "vectors of 128 bits": ({}, {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_ENABLE_INSTRUCTIONS": "SSE4_2"}),
}


class AlexNetDescent:
    """The update of Krizhevsky et al. 2012, section 5: the velocity holds past learning rates."""

    def __init__(self, groups, momentum):
        self.param_groups, self.momentum = groups, momentum
        self.velocities = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            rate, decay = group["lr"], group["weight_decay"]
            for w in group["params"]:
                v = self.velocities.setdefault(w, torch.zeros_like(w))
                v.mul_(self.momentum).sub_(decay * rate * w).sub_(rate * w.grad)
                w.add_(v)


def optimizer(rule, decay, network):
    parameters = list(named_parameters(network))
    decay = decay if rule.decays else 0.0
    groups = [{"params": [t for _, t, fan_in in parameters if fan_in is not None], "weight_decay": decay},
              {"params": [t for _, t, fan_in in parameters if fan_in is None], "weight_decay": decay if rule.decays_biases else 0.0}]
    if not rule.updates_biases:
        groups = groups[:1]
    return torch.optim.SGD(groups, lr=0.0, momentum=rule.momentum) if rule.form == "common" else AlexNetDescent(groups, rule.momentum)


class Outcome:
    """Losses before each update, the first step's scores without dropout and its gradients, and the weights' change in all steps."""

    def __init__(self, recipe, rule, kind, turned=False, innermost=False, rates=None, change=lambda network: None):
        network, dropouts = recipe.prepared()
        change(network)
        network.to(kind)
        if innermost:
            network.to(memory_format=torch.channels_last)
        descent = optimizer(rule, recipe.decay, network)
        self.losses, self.gradients = [], None
        for step, rate in enumerate(rates or recipe.learning_rates):
            for layer in dropouts:
                layer.step, layer.turned = step, turned
            inputs, labels = recipe.batch_of(step)
            inputs = inputs.to(kind)
            if turned:
                inputs, labels = inputs.flip(0), labels.flip(0)
            if innermost:
                inputs = inputs.to(memory_format=torch.channels_last)
            if step == 0:
                with torch.no_grad():
                    scores = recipe.scores(network.eval()(inputs))
                self.scores = (scores.flip(0) if turned else scores).reshape(-1).numpy().copy()
                network.train()
            network.zero_grad()
            loss = recipe.loss(network(inputs), labels)
            loss.backward()
            if self.gradients is None:
                self.gradients = [tensor.grad.reshape(-1).numpy().copy() for _, tensor, _ in named_parameters(network)]
                self.kept = [layer.kept[0] for layer in dropouts]
            for group in descent.param_groups:
                group["lr"] = rate
            descent.step()
            self.losses.append(loss.item())
        assert len(self.losses) == STEPS
        self.states = [state.reshape(-1).numpy().astype(np.float64) for _, state in named_states(network)]
        self.changes = [tensor.detach().reshape(-1).numpy().astype(np.float64) - recipe.first_values(stream, name, tensor, fan_in)
                        for stream, (name, tensor, fan_in) in enumerate(named_parameters(network))]

    def tensors(self, rule):
        """What is stored of a run by the rule of that number: (kind, number of the tensor, values). All rules share the first step."""
        if rule == 0:
            yield "scores", len(self.gradients), self.scores
            for number, gradient in enumerate(self.gradients):
                yield "gradient", number, gradient
        for number, change in enumerate(self.changes):
            yield "change", number, change
        for number, state in enumerate(self.states):
            yield "state", len(self.gradients) + 1 + number, state


def place(folder, rule, kind, number):
    return pathlib.Path(folder) / f"{rule}-{kind}-{number}.npy"


def truth(recipe, folder):
    """Writes all tensors in double precision to the folder; returns the losses of each rule and what dropout kept."""
    losses = []
    for number, rule in enumerate(recipe.rules):
        outcome = Outcome(recipe, rule, torch.float64)
        for kind, tensor, values in outcome.tensors(number):
            np.save(place(folder, number, kind, tensor), values)
        losses.append(outcome.losses)
    return losses, outcome.kept


def write_noise(name, order, folder):
    """In a process of its own: trains in single precision with sums in that order, and writes how far it is from the truth."""
    settings, _ = ORDERS[order]
    torch.set_num_threads(settings.get("threads", 1))
    torch.backends.mkldnn.enabled = settings.get("library", True)
    recipe, noises, losses = RECIPES[name], {}, []
    for number, rule in enumerate(recipe.rules):
        outcome = Outcome(recipe, rule, torch.float32, settings.get("turned", False), settings.get("innermost", False))
        for kind, tensor, values in outcome.tensors(number):
            double = np.load(place(folder, number, kind, tensor), mmap_mode="r")
            noises[f"{number} {kind} {tensor}"] = noise(values, double, recipe.seed, tensor, kind)
        losses.append(outcome.losses)
    (pathlib.Path(folder) / "noise.json").write_text(json.dumps({"noises": noises, "losses": losses}))


def noises(name, folder):
    """By order: how far each tensor is from the truth, and the losses."""
    found = {}
    for order, (_, environment) in ORDERS.items():
        script = pathlib.Path(__file__).resolve().parent / "make_goldens.py"
        subprocess.run([sys.executable, str(script), name, "--noise", order, "--folder", str(folder)], check=True,
                       env={**os.environ, **environment})
        found[order] = json.loads((pathlib.Path(folder) / "noise.json").read_text())
    return found
