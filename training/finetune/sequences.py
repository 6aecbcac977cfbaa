"""From sources and answers to the token sequences of training, and their batches as fairseq makes them.

A sequence is `</s>` source prompt answer `</s>`; its parts are tokenized apart, as the product does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sacremoses import MosesTokenizer
from torch import Tensor

from tokenizer import EOS_ID, UNK_ID, WordEncoder, normalize

PAD_ID = 1
_TYPOGRAPHIC = frozenset("„“”–—´‘‚’…«»`")
_BATCH_MULTIPLE = 8


class TextEncoder:
    """A model's tokenizer: its punctuation is normalized exactly where the vocabulary has no typographic characters."""

    def __init__(self, folder: Path) -> None:
        self._encoder = WordEncoder.load(folder)
        text = (folder / "vocab.json").read_text(encoding="utf-8")
        self._normalizes = not _TYPOGRAPHIC.intersection(text)
        self._moses = MosesTokenizer(lang="en")

    @property
    def symbols(self) -> int:
        return self._encoder.vocabulary_size

    def __call__(self, text: str) -> list[int]:
        """Ids of a text, without `</s>`."""
        text = normalize(text) if self._normalizes else text
        words = self._moses.tokenize(text, aggressive_dash_splits=True, return_str=False, escape=True)
        return [piece for word in words for piece in self._encoder.ids(word)]


@dataclass(frozen=True)
class Example:
    """One document: `input` is `</s>` source prompt, `answer` the ids behind it with their final `</s>`."""

    input: list[int]
    answer: list[int]

    @property
    def loss_tokens(self) -> int:
        return len(self.input) - 1 + len(self.answer)


def example(encode: TextEncoder, task: dict[str, Any], source: str, answer: str) -> Example:
    """The ids of a document, cut to the task's lengths: a source or an answer that is too long ends in `...`."""
    dots = (encode("...") or [UNK_ID])[0]
    longest, prompt = task["maxSourceTokens"], task["prompt"]
    ids = encode(source)
    if len(ids) > longest:
        ids = [*ids[: longest - 1], dots]
    room = task["maxTokens"] - longest - len(prompt)
    target = [*encode(answer), EOS_ID]
    if len(target) > room:
        target = [*target[: room - 2], dots, EOS_ID]
    return Example([EOS_ID, *ids, *prompt], target)


def batches(examples: Sequence[Example], prompt_rows: int, tokens: int, seed: int, epoch: int) -> list[list[int]]:
    """Places of examples, in batches of at most `tokens` (examples times the longest, the prompt not counted).

    Examples of like length share a batch; above eight they go by eights. Order depends on seed and epoch alone.
    """
    sizes = np.array([len(each.input) - 1 - prompt_rows + len(each.answer) for each in examples])
    chance = np.random.default_rng([seed, epoch])
    shuffled = chance.permutation(len(examples))
    order = shuffled[np.argsort(sizes[shuffled], kind="stable")]
    made: list[list[int]] = []
    start = 0
    while start < len(order):
        # Sizes rise, so the last of a batch is its longest.
        count = 1
        while start + count < len(order) and (count + 1) * sizes[order[start + count]] <= tokens:
            count += 1
        if start + count < len(order) and count > _BATCH_MULTIPLE:
            count -= count % _BATCH_MULTIPLE
        made.append([int(place) for place in order[start : start + count]])
        start += count
    return [made[place] for place in chance.permutation(len(made))]


@dataclass(frozen=True)
class Batch:
    """Inputs and targets [batch, length], padded on the right, and which targets count for the loss."""

    inputs: Tensor
    targets: Tensor
    counts: Tensor

    def to(self, device: torch.device) -> Batch:
        return Batch(self.inputs.to(device), self.targets.to(device), self.counts.to(device))


def collate(examples: Sequence[Example], answer_only: bool) -> Batch:
    """A batch of examples; the loss falls on source, prompt and answer, or on the answer alone."""
    length = max(each.loss_tokens for each in examples)
    inputs = torch.full((len(examples), length), PAD_ID)
    targets = torch.full((len(examples), length), PAD_ID)
    counts = torch.zeros((len(examples), length), dtype=torch.bool)
    for row, each in enumerate(examples):
        ids = torch.tensor([*each.input, *each.answer])
        inputs[row, : len(ids) - 1] = ids[:-1]
        targets[row, : len(ids) - 1] = ids[1:]
        counts[row, len(each.input) - 1 if answer_only else 0 : len(ids) - 1] = True
    return Batch(inputs, targets, counts)
