"""Mistakes that a golden file has to see: each made in PyTorch, its distance from the truth in units of what is allowed."""
import dataclasses

import numpy as np
import torch

from network_mutants import built_wrongly
from recipes import networks
from training import Outcome


def norms(network):
    return [layer for layer in network.modules() if isinstance(layer, networks.ColumnNorm)]


def whole(place):
    """One normalisation over all channels that should be over each column."""
    def change(network):
        norms(network)[place].columns = 1

    return change


def twice_alpha(network):
    for layer in norms(network):
        layer.alpha *= 2


def trained_wrongly(recipe):
    """(mistake, what to train with instead of the rule given)."""
    rates = recipe.learning_rates
    yield "weight decay dropped", lambda rule: {"rule": dataclasses.replace(rule, decays=False)}
    yield "biases decay, or do not, against the rule", lambda rule: {"rule": dataclasses.replace(rule, decays_biases=not rule.decays_biases)}
    yield "biases never updated", lambda rule: {"rule": dataclasses.replace(rule, updates_biases=False)}
    if len(rates) > 1:  # one step takes neither a velocity nor another rate
        yield "no momentum", lambda rule: {"rule": dataclasses.replace(rule, momentum=0.0)}
        yield "the other form of the optimizer", lambda rule: {
            "rule": dataclasses.replace(rule, form="alexnet" if rule.form == "common" else "common")}
        yield "the rate of the step after", lambda rule: {"rule": rule, "rates": rates[1:] + rates[-1:]}
        yield "the first rate kept", lambda rule: {"rule": rule, "rates": rates[:1] * len(rates)}
    if norms(recipe.prepared()[0]):
        yield "the first normalisation not by columns", lambda rule: {"rule": rule, "change": whole(0)}
        yield "the second normalisation not by columns", lambda rule: {"rule": rule, "change": whole(1)}
        yield "twice the normalisation's alpha", lambda rule: {"rule": rule, "change": twice_alpha}


def spoiled(gradient):
    """(mistake, the gradient with it): of the largest parameter, in its middle or behind what is zero there, as where a unit is dropped."""
    middle = len(gradient) // 2
    while not gradient[middle:middle + 32].any() and middle + 64 <= len(gradient):
        middle += 32
    block = gradient.copy()
    block[middle:middle + 16] = 0
    yield "16 elements of the largest gradient lost", block
    swapped = gradient.copy()
    swapped[middle:middle + 16], swapped[middle + 16:middle + 32] = gradient[middle + 16:middle + 32], gradient[middle:middle + 16]
    yield "two blocks of 16 of the largest gradient exchanged", swapped
    strongest = gradient.copy()
    strongest[np.argsort(np.abs(gradient))[len(gradient) * 9 // 10]] = 0
    yield "one element of the largest gradient lost", strongest


def report(recipe, storage, entries):
    """Prints, for each mistake, the largest of all excesses: what is below 1 no test would notice."""
    rule = recipe.rules[0]

    def excess(outcome):
        kinds = {}
        for kind, number, values in outcome.tensors(0):
            found = storage.excess(values, entries[0, kind, number])
            kinds[kind] = max(kinds.get(kind, 0), found)
        return kinds

    seen = []

    def show(mistake, kinds):
        seen.append(max(kinds.values()) > 1)
        by_kind = ", ".join(f"{kind} {value:.3g}" for kind, value in kinds.items())
        print(f"    {'seen' if seen[-1] else 'MISSED'}: {mistake}: {by_kind}", flush=True)

    right = Outcome(recipe, rule, torch.float32)
    print(f"    no mistake: {', '.join(f'{kind} {value:.3g}' for kind, value in excess(right).items())}", flush=True)
    for mistake, changed in trained_wrongly(recipe):
        arguments = changed(rule)
        show(mistake, excess(Outcome(recipe, arguments.pop("rule"), torch.float32, **arguments)))
    largest = max(range(len(right.gradients)), key=lambda i: len(right.gradients[i]))
    for mistake, gradient in spoiled(right.gradients[largest]):
        show(mistake, {"gradient": storage.excess(gradient, entries[0, "gradient", largest])})
    for mistake, change, takes_all_steps in built_wrongly(recipe):
        # Scores and gradients are the first step's.
        kinds = excess(Outcome(recipe, rule, torch.float32, change=change, rates=None if takes_all_steps else recipe.learning_rates[:1]))
        show(mistake, {kind: kinds[kind] for kind in (["state"] if takes_all_steps else ["scores", "gradient"])})
    print(f"    {sum(seen)} of {len(seen)} seen", flush=True)
