#!/usr/bin/env python3
"""Makes Tests/NetworksTests/UpdateRules/optimizers.json: what PyTorch's optimizers make of made-up weights and gradients in twenty steps,
in double precision, at rates that change. Needs PyTorch:

  peer/bin/python Scripts/Golden/make_optimizers.py
"""

import json
import math
import pathlib

import torch

STEPS, COUNT = 20, 12
CASES = [
    ("common", "SGD", {"momentum": 0.8, "weight_decay": 0.05}),
    ("common without momentum", "SGD", {"momentum": 0.0, "weight_decay": 0.05}),
    ("nesterov", "SGD", {"momentum": 0.8, "weight_decay": 0.05, "nesterov": True}),
    ("adam", "Adam", {"betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.05}),
    ("adam without decay", "Adam", {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0}),
    ("adamw", "AdamW", {"betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.05}),
]
SLOTS = {"SGD": ["momentum_buffer"], "Adam": ["exp_avg", "exp_avg_sq"], "AdamW": ["exp_avg", "exp_avg_sq"]}


def main():
    generator = torch.Generator().manual_seed(1)
    weights = torch.randn(COUNT, generator=generator, dtype=torch.float64).float().double()
    # Small and large ones, and some that are nothing.
    scale = torch.logspace(-6, 1, COUNT, dtype=torch.float64)
    gradients = [(torch.randn(COUNT, generator=generator, dtype=torch.float64) * scale).float().double() for _ in range(STEPS)]
    for step in range(STEPS):
        gradients[step][0] = 0
        gradients[step][step % COUNT] = 0
    rates = [float(torch.tensor(0.1 * (1 + math.cos(step)) / 2 + 0.01).float()) for step in range(STEPS)]
    cases = []
    for name, optimizer, options in CASES:
        parameter = torch.nn.Parameter(weights.clone())
        rule = getattr(torch.optim, optimizer)([parameter], lr=rates[0], **options)
        history = []
        for rate, gradient in zip(rates, gradients):
            rule.param_groups[0]["lr"] = rate
            parameter.grad = gradient.clone()
            rule.step()
            history.append(parameter.detach().tolist())
        state = rule.state[parameter]
        slots = [state[slot].tolist() if state.get(slot) is not None else [0.0] * COUNT for slot in SLOTS[optimizer]]
        if options.get("momentum") == 0.0:
            # PyTorch keeps nothing then; the velocity is the last decayed gradient.
            slots = None
        cases.append({"name": name, "weights": history, "slots": slots})
    path = pathlib.Path(__file__).resolve().parents[2] / "Tests/NetworksTests/UpdateRules/optimizers.json"
    document = {"torch": torch.__version__, "initial": weights.tolist(), "rates": rates, "gradients": [g.tolist() for g in gradients], "cases": cases}
    path.write_text(json.dumps(document, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
