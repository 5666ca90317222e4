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
    ("lars", "LARS", {"momentum": 0.8, "weight_decay": 0.05, "trust_coefficient": 0.01, "eps": 1e-8}),
    ("clipped", "SGD", {"momentum": 0.8, "weight_decay": 0.05, "clip": 0.5}),
    ("averaged", "Adam", {"betas": (0.8, 0.95), "eps": 1e-6, "weight_decay": 0.05, "ema": 0.9}),
]
SLOTS = {"SGD": ["momentum_buffer"], "LARS": ["momentum_buffer"], "Adam": ["exp_avg", "exp_avg_sq"], "AdamW": ["exp_avg", "exp_avg_sq"]}


class LARS(torch.optim.Optimizer):
    """Equation 6 of the paper, with the learning rate outside of the velocity as in torch.optim.SGD; PyTorch ships none."""

    def __init__(self, parameters, lr, momentum, weight_decay, trust_coefficient, eps):
        super().__init__(parameters, {"lr": lr})
        self.numbers = (momentum, weight_decay, trust_coefficient, eps)

    @torch.no_grad()
    def step(self):
        momentum, decay, trust, eps = self.numbers
        for group in self.param_groups:
            for parameter in group["params"]:
                norm, gradient_norm = torch.linalg.norm(parameter), torch.linalg.norm(parameter.grad)
                change = parameter.grad
                if norm > 0 and gradient_norm > 0:
                    change = (change + decay * parameter) * (trust * norm / (gradient_norm + decay * norm + eps))
                state = self.state[parameter]
                state["momentum_buffer"] = momentum * state.get("momentum_buffer", torch.zeros_like(parameter)) + change
                parameter -= group["lr"] * state["momentum_buffer"]


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
        model = torch.nn.ParameterList([torch.nn.Parameter(weights.clone())])
        parameter = model[0]
        options = dict(options)
        clip, ema = options.pop("clip", None), options.pop("ema", None)
        rule = (LARS if optimizer == "LARS" else getattr(torch.optim, optimizer))([parameter], lr=rates[0], **options)
        average = ema and torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(ema))
        history = []
        for rate, gradient in zip(rates, gradients):
            rule.param_groups[0]["lr"] = rate
            parameter.grad = gradient.clone()
            if clip:
                torch.nn.utils.clip_grad_norm_([parameter], clip)
            rule.step()
            if average:
                average.update_parameters(model)
            history.append(parameter.detach().tolist())
        state = rule.state[parameter]
        slots = [state[slot].tolist() if state.get(slot) is not None else [0.0] * COUNT for slot in SLOTS[optimizer]]
        if average:
            slots.append(average.module[0].tolist())
        if options.get("momentum") == 0.0:
            # PyTorch keeps nothing then; the velocity is the last decayed gradient.
            slots = None
        cases.append({"name": name, "weights": history, "slots": slots})
    path = pathlib.Path(__file__).resolve().parents[2] / "Tests/NetworksTests/UpdateRules/optimizers.json"
    document = {"torch": torch.__version__, "initial": weights.tolist(), "rates": rates, "gradients": [g.tolist() for g in gradients], "cases": cases}
    path.write_text(json.dumps(document, indent=None, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
