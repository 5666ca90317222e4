#!/usr/bin/env python3
"""Make the golden files that hold partrain's training to PyTorch's: NAME.json and NAME.bin for each network. See README.md in their folder.

Weights, inputs, labels and dropout masks are not stored: both sides draw them from the same counter-based source (random_source.py).
Each network is trained in f64, which is the truth, and in f32 with sums taken in several orders, from the same f32 numbers: how far those
come from the truth says how near another f32 implementation can be asked to come.
"""
import argparse
import json
import pathlib
import tempfile

import numpy as np
import torch

import mutants
from random_source import check_published_vectors
from recipes import FAMILIES, ORDERS, RECIPES, lenet5_1998
from summaries import Storage
from training import noises, place, truth, write_noise

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "SessionsTests" / "Golden"
WIDTH = 220

NOTES = {
    "random": "source(purpose, stream) at (step, index) as in Sources/Tensors/RandomSource.swift, index global and row-major",
    "parameter": "element i of parameter p is mean + standard_deviation * normal(seed, initialization = 1, stream p, step 0, i), in f32",
    "input": "element i of step s is normal(seed, synthesis = 5, stream 0, step s, i) over [N, C, H, W]",
    "label": "label i of step s is integer(seed, synthesis = 5, stream 1, step s, i, below classes)",
    "dropout": "layer d in forward order, from 0: element i over [N, features] of step s is kept, and scaled by 1 / (1 - p), where "
               "uniform(seed, dropout = 2, stream d, step s, i) >= p",
    "rules": "common: v = momentum * v + (g + weight_decay * w), w = w - rate * v; alexnet: v = momentum * v - weight_decay * rate * w - "
             "rate * g, w = w + v; v = 0 before step 0, the rate of step s is learning_rates[s], weight_decay is 0 for biases where "
             "decays_biases is false; losses are those before the update of each step, in f64",
    "tensor": "number gives its signs: element i counts negative where bit i mod 32 of word i div 32 of (seed, synthesis = 5, stream 2, step "
              "number) is 1; the signed sums of runs of `run` elements, the last one shorter, stand in the .bin file (little-endian f32, count "
              "of them from element offset on); norm and sum are over all elements, without signs",
    "noise": "the largest over the orders of summation: norm of the difference from f64, difference of sums (at least that norm), difference of "
             "the signed sum of a run; losses: relative difference; what is allowed is noise_factor times this",
    "scores": "the network's output for step 0's input by the first weights, without dropout; scores_after: after all steps, by the running "
              "statistics",
    "gradient": "of step 0's loss, without weight decay",
    "changes": "the parameters after all steps less the first ones",
    "state_names": "where there are any, parameters and states are matched by their names, and not by their order; has_heads: whether auxiliary heads "
                   "take part",
    "states": "running means and variances after all steps, which began with 0 and 1, one layer after the other",
}


def rendered(value, indent=0):
    """JSON in which whatever fits a line stands on one, and lists of numbers do anyway."""
    text = json.dumps(value)
    is_flat = isinstance(value, list) and not any(isinstance(part, (dict, list)) for part in value)
    if indent + len(text) <= WIDTH or is_flat or not isinstance(value, (dict, list)):
        return text
    space = " " * (indent + 1)
    if isinstance(value, dict):
        parts = [f"{space}{json.dumps(key)}: {rendered(part, indent + 1)}" for key, part in value.items()]
        return "{\n" + ",\n".join(parts) + "\n" + space[1:] + "}"
    return "[\n" + ",\n".join(space + rendered(part, indent + 1) for part in value) + "\n" + space[1:] + "]"


def rule_entry(recipe, rule, double, singles):
    distances = [abs(a - b) / abs(b) for losses in singles for a, b in zip(losses, double)]
    return {"form": rule.form, "decays_biases": rule.decays_biases, "momentum": rule.momentum, "weight_decay": recipe.decay,
            "losses": double, "losses_noise": float(f"{max(distances):.4g}")}


def make(name, folder, shows_mutants):
    recipe, storage, entries = RECIPES[name], Storage(RECIPES[name]), {}
    with tempfile.TemporaryDirectory() as scratch:
        losses, kept = truth(recipe, scratch)
        found = noises(name, scratch)
        network, dropouts = recipe.prepared()
        parameters = list(recipe.named_parameters(network))

        def entry(rule, kind, number):
            double = np.load(place(scratch, rule, kind, number))
            entries[rule, kind, number] = storage.entry(
                double, [order["noises"][f"{rule} {kind} {number}"] for order in found.values()], number, kind)
            return entries[rule, kind, number]

        described = []
        scores = {"shape": [recipe.batch, recipe.classes], "values": entry(0, "scores", len(parameters))}
        for number, (label, tensor, part) in enumerate(parameters):
            described.append({"name": label, "shape": list(tensor.shape), "standard_deviation": recipe.deviation(label, part),
                              "mean": recipe.mean(part), "gradient": entry(0, "gradient", number)})
        rules = []
        for number, rule in enumerate(recipe.rules):
            rules.append({**rule_entry(recipe, rule, losses[number], [order["losses"][number] for order in found.values()]),
                          "changes": [entry(number, "change", i) for i in range(len(parameters))],
                          "states": [entry(number, "state", len(parameters) + 1 + i) for i, _ in enumerate(recipe.named_states(network))]})
            if rules[-1]["states"]:
                rules[-1]["scores_after"] = entry(number, "scores after", len(parameters))
    if name == "alexnet-torchvision":
        for parameter, published in zip(described, network.state_dict()):
            parameter["published_name"] = published
    inputs, labels = recipe.batch_of(0)
    document = {
        "network": name, "batch": recipe.batch, "input": list(recipe.shape), "classes": recipe.classes, "seed": recipe.seed,
        "steps": len(recipe.learning_rates), "loss": recipe.loss_name, "learning_rates": recipe.learning_rates, "dropout": [layer.p for layer in dropouts],
        "noise_factor": recipe.noise_factor, "orders": list(found), "scores": scores, "parameters": described, "rules": rules,
        "first_step": {"input": inputs.reshape(-1)[:8].tolist(), "labels": labels.tolist(), "kept_by_dropout": kept,
                       "parameters": [tensor.detach().reshape(-1)[:4].tolist() for _, tensor, _ in parameters]},
        "notes": NOTES, "made_by": "Scripts/Golden/make_goldens.py", "torch": torch.__version__.split("+")[0],
    }
    if name in FAMILIES:
        document |= {"network": recipe.published, "has_heads": recipe.has_heads,
                     "state_names": [name for name, _ in recipe.named_states(network)]}
    if name == "lenet5-1998":
        document["rival"] = lenet5_1998.RIVAL
        document["subsets"] = {"threes": lenet5_1998.THREES, "fours": lenet5_1998.FOURS, "six": lenet5_1998.SIX}
    (folder / f"{name}.json").write_text(rendered(document) + "\n")
    (folder / f"{name}.bin").write_bytes(storage.bytes())
    show(name, parameters, found, entries, losses[0])
    if shows_mutants:
        mutants.report(recipe, storage, entries)


def show(name, parameters, found, entries, losses):
    """How far each order comes from the truth: a gradient or a change, as a share of its norm; an order far from the others has met a tie."""
    print(f"{name}: {sum(t.numel() for _, t, _ in parameters):,} parameters, losses {losses[0]:.4f} ... {losses[-1]:.4f}", flush=True)
    for order, values in found.items():
        shares = {kind: max(values["noises"][f"{rule} {k} {number}"]["norm"] / max(entry["norm"], 1e-9)
                            for (rule, k, number), entry in entries.items() if k == kind) for kind in ("scores", "gradient", "change")}
        gap = max(abs(a - b) / abs(b) for a, b in zip(values["losses"][0], losses))
        print(f"    {order}: losses {gap:.1e}, " + ", ".join(f"{kind} {share:.1e}" for kind, share in shares.items()), flush=True)


def entries_of(document):
    """What a file of one's own making says of each tensor: by rule, kind and number."""
    entries = {(0, "scores", document["scores"]["values"]["number"]): document["scores"]["values"]}
    entries |= {(0, "gradient", p["gradient"]["number"]): p["gradient"] for p in document["parameters"]}
    rule = document["rules"][0]
    entries |= {(0, kind, entry["number"]): entry for kind, key in [("change", "changes"), ("state", "states")] for entry in rule.get(key, [])}
    if "scores_after" in rule:
        entries[0, "scores after", rule["scores_after"]["number"]] = rule["scores_after"]
    return entries


def show_mutants(name, folder):
    """Of the file that is there."""
    print(f"{name}:", flush=True)
    document, recipe = json.loads((folder / f"{name}.json").read_text()), RECIPES[name]
    if (document["seed"], document["learning_rates"]) != (recipe.seed, recipe.learning_rates):
        raise SystemExit(f"{folder / name}.json was made by another recipe than that of recipes.py; make it anew")
    mutants.report(recipe, Storage.read(recipe, folder / f"{name}.bin"), entries_of(document))


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("networks", nargs="*", metavar="NETWORK", help=f"all of them if none is named: {', '.join(RECIPES)}")
    p.add_argument("--folder", type=pathlib.Path, default=FOLDER)
    p.add_argument("--mutants", action="store_true", help="also say of several mistakes how clearly the files show them")
    p.add_argument("--stored", action="store_true", help="with --mutants: of the files that are there, and make none")
    p.add_argument("--noise", choices=ORDERS, metavar="ORDER", help=argparse.SUPPRESS)
    a = p.parse_args()
    if unknown := [name for name in a.networks if name not in RECIPES]:
        p.error(f"no network is called {unknown[0]}; there are {', '.join(RECIPES)}")
    check_published_vectors()
    torch.set_num_threads(1)
    if a.noise:
        return write_noise(a.networks[0], a.noise, a.folder)
    if a.stored and a.mutants:
        return [show_mutants(name, a.folder) for name in a.networks or RECIPES]
    a.folder.mkdir(parents=True, exist_ok=True)
    (a.folder / "digit_bitmaps.txt").write_text(lenet5_1998.DIGITS.lstrip("\n"))
    for name in a.networks or RECIPES:
        make(name, a.folder, a.mutants)


if __name__ == "__main__":
    main()
