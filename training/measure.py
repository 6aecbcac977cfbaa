"""Bits per character of token streams."""

from __future__ import annotations

import json
import math
import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from model import BioGpt
from tokenizer import EOS_ID

WINDOW = 512


def autocast(device: str, enabled: bool) -> AbstractContextManager[Any]:
    """bf16 autocast, or nothing."""
    return torch.autocast(device, dtype=torch.bfloat16) if enabled else nullcontext()


def with_start(targets: Tensor) -> Tensor:
    """Inputs for targets [batch, length]: the targets shifted right, after `</s>`."""
    return torch.cat((torch.full_like(targets[:, :1], EOS_ID), targets[:, :-1]), dim=1)


def stream_nats(model: BioGpt, stream: np.ndarray, batch: int = 16, length: int = WINDOW) -> tuple[float, int]:
    """Negative log-likelihood in nats and number of targets of a stream in consecutive windows.

    Every token after the first is a target once; its context is at most one window.
    """
    device = next(model.parameters()).device
    targets = stream[1:].astype(np.int64)
    whole = len(targets) // length * length
    pieces = list(torch.from_numpy(targets[:whole].reshape(-1, length)).split(batch))
    if whole < len(targets):
        pieces.append(torch.from_numpy(targets[None, whole:]))
    nats, count = 0.0, 0
    with torch.no_grad():
        for piece in pieces:
            piece = piece.to(device)
            nats += model.loss(with_start(piece), piece).item() * piece.numel()
            count += piece.numel()
    return nats, count


@dataclass(frozen=True)
class Measure:
    """A stream that is measured, and its tokens per character."""

    name: str
    stream: np.ndarray
    tokens_per_character: float

    def bits(self, model: BioGpt, bf16: bool) -> float:
        """Bits per character of the stream in windows of 512 tokens."""
        with autocast(next(model.parameters()).device.type, bf16):
            nats, count = stream_nats(model, self.stream)
        return nats / count / math.log(2) * self.tokens_per_character


def measures(data: Path, part: str, tokens: int | None = None) -> list[Measure]:
    """`part.bin`, `part2.bin`, … of a folder written by data.py, or their first `tokens` tokens.

    The tokens per character are those of the whole stream.
    """
    summary = json.loads((data / "data.json").read_text(encoding="utf-8"))
    names = sorted((name for name in summary if re.fullmatch(rf"{part}\d*", name)), key=lambda name: (len(name), name))
    found = []
    for name in names:
        stream = np.fromfile(data / f"{name}.bin", np.uint16)
        per_character = summary[name]["tokens"] / summary[name]["characters"]
        found.append(Measure(name, stream if tokens is None else stream[: tokens + 1], per_character))
    return found
