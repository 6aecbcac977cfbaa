"""Bare weights in bfloat16: what is left of a run when its checkpoint, four times as large, is not kept.

    python weights.py --checkpoint RUN/checkpoint.pt --out WEIGHTS.safetensors [--average]

`train.py --init WEIGHTS.safetensors` goes on from them with fresh optimizers, and
after the text that was read when the data are the same.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


@dataclass(frozen=True)
class Origin:
    """Where weights come from: the digest of the training stream, the seed of its order, and how far it was read."""

    data: str = ""
    seed: int = 0
    step: int = 0
    cursor: int = 0


def save_weights(path: Path, weights: dict[str, Tensor], origin: Origin) -> None:
    """Writes the weights rounded to bfloat16."""
    rounded = {name: value.detach().bfloat16().contiguous() for name, value in weights.items()}
    save_file(rounded, path, metadata={name: str(value) for name, value in vars(origin).items()})


def load_weights(path: Path) -> tuple[dict[str, Tensor], Origin]:
    """Weights of a `.safetensors` file in fp32, and their origin; an empty one where the file tells none."""
    with safe_open(path, framework="pt") as file:
        told = file.metadata() or {}
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    if "cursor" not in told:
        return weights, Origin()
    return weights, Origin(told["data"], int(told["seed"]), int(told["step"]), int(told["cursor"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--average", action="store_true", help="the moving average instead of the last weights")
    options = parser.parse_args()
    state: dict[str, Any] = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    origin = Origin(state["data"], state["seed"], state["step"], state["cursor"])
    save_weights(options.out, state["average" if options.average else "model"], origin)
    print(f"step {origin.step}: {options.out.stat().st_size / 1e6:.1f} MB in {options.out}")


if __name__ == "__main__":
    main()
