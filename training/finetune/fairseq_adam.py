"""fairseq's Adam (`fairseq/optim/adam.py`) and its inverse square root rate (`inverse_square_root_schedule.py`).

It is AdamW but for ε, which is added before the bias is corrected; the decay is decoupled and falls on every parameter.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

WARMUP_FROM = 1e-7


class FairseqAdam(torch.optim.Optimizer):
    """Adam with β 0.9 and 0.98, ε 1e-8, and decoupled weight decay."""

    def __init__(self, parameters: Iterable[Tensor], weight_decay: float) -> None:
        super().__init__(parameters, {"lr": 0.0, "betas": (0.9, 0.98), "eps": 1e-8, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """One update at the group's `lr`; parameters without a gradient stay as they are."""
        for group in self.param_groups:
            lr, eps, (beta1, beta2) = group["lr"], group["eps"], group["betas"]
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["step"] = 0
                    state["mean"] = torch.zeros_like(parameter)
                    state["square"] = torch.zeros_like(parameter)
                state["step"] += 1
                mean = state["mean"].mul_(beta1).add_(parameter.grad, alpha=1 - beta1)
                square = state["square"].mul_(beta2).addcmul_(parameter.grad, parameter.grad, value=1 - beta2)
                corrected = lr * math.sqrt(1 - beta2 ** state["step"]) / (1 - beta1 ** state["step"])
                parameter.mul_(1 - lr * group["weight_decay"])
                parameter.addcdiv_(mean, square.sqrt().add_(eps), value=-corrected)


def rate(update: int, peak: float, warmup: int) -> float:
    """Learning rate of an update, counted from 0: linear from 1e-7 to the peak, then peak · √(warmup / update)."""
    if update < warmup:
        return WARMUP_FROM + (peak - WARMUP_FROM) * update / warmup
    return peak * math.sqrt(warmup / max(update, 1)) if warmup > 0 else peak
