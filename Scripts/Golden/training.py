"""Training a recipe: in double precision, which is the truth, and in single precision with sums taken in several orders, which is the noise."""
import json
import os
import pathlib
import subprocess
import sys

import numpy as np
import torch

from recipes import ORDERS, RECIPES
from summaries import noise

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


def optimizer(recipe, rule, network):
    parameters = list(recipe.named_parameters(network))
    decay = recipe.decay if rule.decays else 0.0
    groups = [{"params": [t for _, t, part in parameters if isinstance(part, int)], "weight_decay": decay},
              {"params": [t for _, t, part in parameters if not isinstance(part, int)], "weight_decay": decay if rule.decays_biases else 0.0}]
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
        descent = optimizer(recipe, rule, network)
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
                first = inputs
                self.scores = self.scores_of(recipe, network, first, turned)
            network.zero_grad()
            loss = recipe.loss(network(inputs), labels)
            loss.backward()
            if self.gradients is None:
                self.gradients = [tensor.grad.reshape(-1).numpy().copy() for _, tensor, _ in recipe.named_parameters(network)]
                self.kept = [layer.kept[0] for layer in dropouts]
            for group in descent.param_groups:
                group["lr"] = rate
            descent.step()
            self.losses.append(loss.item())
        self.scores_after = self.scores_of(recipe, network, first, turned)
        self.states = [state.reshape(-1).numpy().astype(np.float64) for _, state in recipe.named_states(network)]
        self.changes = [tensor.detach().reshape(-1).numpy().astype(np.float64) - recipe.first_values(stream, name, tensor, part)
                        for stream, (name, tensor, part) in enumerate(recipe.named_parameters(network))]

    @staticmethod
    @torch.no_grad()
    def scores_of(recipe, network, inputs, turned):
        scores = recipe.scores(network.eval()(inputs))
        network.train()
        return (scores.flip(0) if turned else scores).reshape(-1).numpy().copy()

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
        if self.states:
            yield "scores after", len(self.gradients), self.scores_after


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


def noise_of(name, order, folder):
    """Trains in single precision with sums in that order, and says how far it is from the truth."""
    settings, _ = ORDERS[order]
    recipe, noises, losses = RECIPES[name], {}, []
    torch.set_num_threads(settings.get("threads", 1))
    torch.backends.mkldnn.enabled = settings.get("library", True)
    for number, rule in enumerate(recipe.rules):
        outcome = Outcome(recipe, rule, torch.float32, settings.get("turned", False), settings.get("innermost", False))
        for kind, tensor, values in outcome.tensors(number):
            double = np.load(place(folder, number, kind, tensor), mmap_mode="r")
            noises[f"{number} {kind} {tensor}"] = noise(values, double, recipe, tensor, kind)
        losses.append(outcome.losses)
    return {"noises": noises, "losses": losses}


def write_noise(name, order, folder):
    """For a process of its own: writes the noise to the folder."""
    (pathlib.Path(folder) / "noise.json").write_text(json.dumps(noise_of(name, order, folder)))


def noises(name, folder):
    """By order: how far each tensor is from the truth, and the losses. Libraries read their environment once, hence other processes."""
    found = {}
    for order in RECIPES[name].orders:
        _, environment = ORDERS[order]
        if environment:
            script = pathlib.Path(__file__).resolve().parent / "make_goldens.py"
            subprocess.run([sys.executable, str(script), name, "--noise", order, "--folder", str(folder)], check=True,
                           env={**os.environ, **environment})
            found[order] = json.loads((pathlib.Path(folder) / "noise.json").read_text())
        else:
            found[order] = noise_of(name, order, folder)
    torch.set_num_threads(1)
    torch.backends.mkldnn.enabled = True
    return found
