"""The training loop: updates, schedule, the mean of the last epochs, checkpoints, and how long it will take."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import parametrize

from declaration import Recipe
from fairseq_adam import FairseqAdam, rate
from measure import autocast
from model import BioGpt, LinearCrossEntropy
from sequences import Batch, Example, batches, collate
from train import save_checkpoint

BF16_TOLERANCE = 0.01
"""How far the loss in bf16 may be from that in fp32, as a share."""


@dataclass(frozen=True)
class Speed:
    """Seconds that a padded token takes, forward and backward, and the precision that was chosen for it."""

    seconds_per_token: float
    bf16: bool


@dataclass
class Place:
    """How far a run is. `group`: updates done within the epoch."""

    epoch: int = 0
    group: int = 0
    update: int = 0
    losses: list[float] = field(default_factory=list)


class Tuning:
    """A run over examples. Everything random depends on the seed and the place alone, so it can stop anywhere."""

    def __init__(
        self,
        model: BioGpt,
        examples: Sequence[Example],
        prompt_rows: int,
        recipe: Recipe,
        *,
        answer_only: bool,
        seed: int,
    ) -> None:
        self.model, self._examples, self._prompt_rows = model, examples, prompt_rows
        self._recipe, self._answer_only, self._seed = recipe, answer_only, seed
        self._device = next(model.parameters()).device
        self._trained = {name: value for name, value in model.named_parameters() if value.requires_grad}
        self._optimizer = FairseqAdam(self._trained.values(), recipe.weight_decay)
        self._sum: dict[str, Tensor] | None = None
        self._bf16 = False
        self.place = Place()

    def _batches(self, epoch: int) -> list[list[int]]:
        return batches(self._examples, self._prompt_rows, self._recipe.batch_tokens, self._seed, epoch)

    def _batch(self, places: Sequence[int]) -> Batch:
        return collate([self._examples[place] for place in places], self._answer_only).to(self._device)

    def _loss(self, batch: Batch, bf16: bool) -> Tensor:
        """Mean loss of a batch's tokens that count, in nats."""
        with autocast(self._device.type, bf16), parametrize.cached():
            hidden = self.model.biogpt(batch.inputs)[batch.counts]
            weight = self.model.biogpt.embed_tokens.weight
            return LinearCrossEntropy.apply(hidden, weight, batch.targets[batch.counts])

    def measure(self, precision: str) -> Speed:
        """Times the first batches without learning from them, and chooses the precision by that.

        `auto` takes bf16 where its loss agrees with that in fp32 and it is the faster.
        """
        first = [self._batch(places) for places in self._batches(0)[:3]]
        tokens = sum(batch.inputs.numel() for batch in first)
        losses, seconds = {}, {}
        for bf16 in {"auto": (False, True), "fp32": (False,), "bf16": (True,)}[precision]:
            try:
                torch.manual_seed(self._seed)
                losses[bf16] = self._loss(first[0], bf16).item()
                self._loss(first[0], bf16).backward()
                began = time.monotonic()
                for batch in first:
                    self._loss(batch, bf16).backward()
                if self._device.type == "cuda":
                    torch.cuda.synchronize()
                seconds[bf16] = time.monotonic() - began
            except (RuntimeError, NotImplementedError):
                # A device without bf16 says so in ways of its own.
                if not bf16 or precision == "bf16":
                    raise
        self.model.zero_grad(set_to_none=True)
        holds = True in seconds and (
            False not in losses or abs(losses[True] - losses[False]) <= BF16_TOLERANCE * losses[False]
        )
        self._bf16 = holds and seconds[True] < seconds.get(False, math.inf)
        return Speed(seconds[self._bf16] / tokens, self._bf16)

    @property
    def _end(self) -> list[int | None]:
        return [self._recipe.epochs, self._recipe.updates, self._recipe.averaged]

    @property
    def bf16(self) -> bool:
        """Whether products are taken in bf16."""
        return self._bf16

    def _updates_an_epoch(self) -> int:
        return math.ceil(len(self._batches(0)) / self._recipe.accumulate)

    @property
    def epochs(self) -> int:
        """Epochs in all, the last perhaps not whole."""
        if self._recipe.updates is None:
            return self._recipe.epochs
        return math.ceil(self._recipe.updates / self._updates_an_epoch())

    @property
    def updates(self) -> int:
        """Updates in all."""
        return self._recipe.updates or self._recipe.epochs * self._updates_an_epoch()

    def padded_tokens(self) -> int:
        """Tokens of the whole run, padding included."""
        epoch = self._batches(0)
        tokens = sum(len(each) * max(self._examples[place].loss_tokens for place in each) for each in epoch)
        if self._recipe.updates is None:
            return tokens * self._recipe.epochs
        return round(tokens / self._updates_an_epoch() * self._recipe.updates)

    def _update(self, group: list[list[int]]) -> float:
        """One update over a group of batches: the sum of their gradients over the number of their tokens."""
        made = [self._batch(places) for places in group]
        counts = [int(batch.counts.sum()) for batch in made]
        torch.manual_seed(self._seed + 1_000_003 * self.place.update)
        self._optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for batch, count in zip(made, counts, strict=True):
            loss = self._loss(batch, self._bf16) * (count / sum(counts))
            loss.backward()
            total += loss.item()
        for options in self._optimizer.param_groups:
            options["lr"] = rate(self.place.update, self._recipe.lr, self._recipe.warmup)
        self._optimizer.step()
        if not math.isfinite(total):
            raise SystemExit(f"the loss is not finite at update {self.place.update + 1}")
        self.place.update += 1
        return total

    def run(self) -> Iterator[float]:
        """Goes on to the end; gives the mean loss of a token after each update, after which it may be left."""
        self.model.train()
        while self.place.epoch < self.epochs and self.place.update < self.updates:
            made, size = self._batches(self.place.epoch), self._recipe.accumulate
            groups = [made[start : start + size] for start in range(0, len(made), size)]
            while self.place.group < len(groups):
                loss = self._update(groups[self.place.group])
                self.place.group += 1
                self.place.losses.append(loss)
                ended = self.place.update == self._recipe.updates
                if ended or self.place.group == len(groups):
                    self._end_epoch()
                yield loss
                if ended:
                    return
                if self.place.group == 0:
                    break

    def _end_epoch(self) -> None:
        self.place.epoch += 1
        self.place.group = 0
        if self._recipe.updates is None and self.place.epoch > self.epochs - self._recipe.averaged:
            if self._sum is None:
                self._sum = {name: torch.zeros_like(value) for name, value in self._trained.items()}
            for name, value in self._trained.items():
                self._sum[name] += value.detach()

    @torch.no_grad()
    def take_mean(self) -> None:
        """Gives the model its final weights: the mean of the last epochs, or those it has."""
        if self._sum is not None:
            for name, value in self._trained.items():
                value.copy_(self._sum[name] / min(self._recipe.averaged, self.epochs))
        self.model.eval()

    def save(self, path: Path, fingerprint: str) -> None:
        """Writes all that a run needs to go on, bit for bit."""
        state: dict[str, Any] = {
            "trained": {name: value.detach() for name, value in self._trained.items()},
            "optimizer": self._optimizer.state_dict(),
            "sum": self._sum,
            "place": vars(self.place),
            "bf16": self._bf16,
            "end": self._end,
            "fingerprint": fingerprint,
        }
        save_checkpoint(path, state)

    @torch.no_grad()
    def restore(self, path: Path, fingerprint: str) -> None:
        """Goes back to where `save` was called; the run may end earlier or later than was planned then.

        @raises SystemExit for a run of other data or settings
        """
        state = torch.load(path, map_location=self._device, weights_only=True)
        if state["fingerprint"] != fingerprint:
            raise SystemExit(f"{path} is of a run with other data, another base, or other settings")
        if state["sum"] is not None and state["end"] != self._end:
            raise SystemExit(f"{path} is of a run whose last epochs have begun: its end can't be moved any more")
        for name, value in self._trained.items():
            value.copy_(state["trained"][name])
        self._optimizer.load_state_dict(state["optimizer"])
        self._sum, self._bf16 = state["sum"], state["bf16"]
        self.place = Place(**state["place"])


class Clock:
    """Says how a run goes: a line a minute, and at the end of each epoch."""

    def __init__(self, tuning: Tuning, say: Callable[[str], None], every: float = 60) -> None:
        self._tuning, self._say, self._every = tuning, say, every
        self._began = self._said = time.monotonic()
        self._first = tuning.place.update
        self._epoch = tuning.place.epoch

    def update(self, loss: float, updates: int) -> None:
        """After each update, of `updates` in all."""
        place, now = self._tuning.place, time.monotonic()
        if place.epoch == self._epoch and now - self._said < self._every:
            return
        left = (now - self._began) / (place.update - self._first) * (updates - place.update)
        self._said, self._epoch = now, place.epoch
        line = {"update": place.update, "of": updates, "epoch": place.epoch, "loss": round(loss, 4)}
        self._say(f"{json.dumps(line)} about {duration(left)} left")


def duration(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
