"""LoRA (Hu et al. 2021) on the layers' matrices, and its adapter in PEFT's form.

W + (α / r) · B · A, where A and B alone are trained, with the rows of the soft prompt. A's input has no dropout.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

from model import BioGpt

MODULES = ("q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")


class LowRank(nn.Module):
    """A weight [out, in] plus scale · B · A."""

    def __init__(self, weight: Tensor, rank: int, scale: float, chance: torch.Generator) -> None:
        super().__init__()
        rows, columns = weight.shape
        bound = 1 / math.sqrt(columns)
        self.a = nn.Parameter((torch.rand(rank, columns, generator=chance) * 2 - 1) * bound)
        self.b = nn.Parameter(torch.zeros(rows, rank))
        self.scale = scale

    def forward(self, weight: Tensor) -> Tensor:
        return weight + self.scale * (self.b @ self.a)


class TunedRows(nn.Module):
    """An embedding whose last rows are trained and whose others are not."""

    def __init__(self, weight: Tensor, rows: int) -> None:
        super().__init__()
        self.rows = nn.Parameter(weight[len(weight) - rows :].detach().clone())

    def forward(self, weight: Tensor) -> Tensor:
        return torch.cat((weight[: len(weight) - len(self.rows)], self.rows))


def add_low_rank(model: BioGpt, rank: int, alpha: float, prompt_rows: int, seed: int) -> None:
    """Freezes a model but for low-rank updates of its layers and the last `prompt_rows` rows of the embedding."""
    model.requires_grad_(False)
    chance = torch.Generator().manual_seed(seed)
    for layer in model.biogpt.layers:
        for name, module in layer.named_modules():
            if name.split(".")[-1] in MODULES:
                low_rank = LowRank(module.weight, rank, alpha / rank, chance)
                parametrize.register_parametrization(module, "weight", low_rank)
    embedding = model.biogpt.embed_tokens
    parametrize.register_parametrization(embedding, "weight", TunedRows(embedding.weight, prompt_rows))


def plain_weights(model: BioGpt) -> dict[str, Tensor]:
    """All weights under the model's own names, with low-rank updates merged in."""
    weights: dict[str, Tensor] = {}
    for prefix, module in model.named_modules():
        for name in ("weight", "bias"):
            value = getattr(module, name, None)
            if isinstance(value, Tensor) and not isinstance(module, parametrize.ParametrizationList):
                weights[f"{prefix}.{name}"] = value.detach().cpu().contiguous()
    return weights


def save_adapter(model: BioGpt, folder: Path, rank: int, alpha: float, base: str) -> None:
    """Writes PEFT's `adapter_config.json` and `adapter_model.safetensors`.

    The embedding is saved whole, as PEFT does where it was resized; the base has to be resized before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {"base_model.model.biogpt.embed_tokens.weight": model.biogpt.embed_tokens.weight}
    for name, module in model.named_modules():
        if isinstance(module, LowRank):
            owner = name.removesuffix(".parametrizations.weight.0")
            tensors[f"base_model.model.{owner}.lora_A.weight"] = module.a
            tensors[f"base_model.model.{owner}.lora_B.weight"] = module.b
    config: dict[str, Any] = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": list(MODULES),
        "inference_mode": True,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    save_file(
        {name: value.detach().cpu().contiguous() for name, value in tensors.items()},
        folder / "adapter_model.safetensors",
    )
