"""Trains the starter model.

    python train.py --data DATA --out RUN --minutes 60                    stable phase
    python train.py --data DATA --out RUN --minutes 60 --init WEIGHTS     the same, from weights written before
    python train.py --data DATA --out RUN --resume --decay-steps 900      decay, then stop

`--resume` continues from `RUN/checkpoint.pt`. The learning rate is
warmed up, held, and decays linearly to zero once `--decay-steps` is given, so
the decay can be started whenever time is up. Writing a number of steps to the
file `RUN/decay-steps` does the same to a running trainer, or plans its decay anew.

A moving average of the weights is kept beside them. It shows, at a constant
rate, about what a decay would give.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import signal
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from measure import autocast, measures, with_start
from model import BioGpt, ModelConfig
from tokenizer import EOS_ID
from weights import load_weights

BLOCK = 512
SNAP = 64


class Blocks:
    """Windows of a token stream, in an order that depends only on the seed.

    Every window starts with `</s>` and, where one is near, at the beginning of
    a sentence or document: the context an editor hands to the model.
    """

    def __init__(self, stream: np.ndarray, sentence_end: int, seed: int) -> None:
        self._stream = stream
        self._seed = seed
        self.count = (len(stream) - 1 - SNAP) // BLOCK - 1
        begins = np.zeros(len(stream) + 1, dtype=bool)
        begins[1:] = (stream == sentence_end) | (stream == EOS_ID)
        # For each place, the nearest following place where text begins.
        places = np.where(begins, np.arange(len(begins)), len(begins))
        self._next = np.minimum.accumulate(places[::-1])[::-1]

    def _start(self, place: int) -> int:
        snapped = int(self._next[place])
        if snapped - place > SNAP:
            snapped = place
        return snapped + 1 if self._stream[snapped] == EOS_ID else snapped

    def batch(self, first: int, blocks: int, length: int) -> tuple[Tensor, Tensor]:
        """Inputs and targets, [blocks * BLOCK / length, length] each, of blocks first, first + 1, …"""
        rows = []
        for number in range(first, first + blocks):
            epoch, place = divmod(number, self.count)
            block = int(self._order(epoch)[place])
            shift = 0 if epoch == 0 else (epoch * 197) % BLOCK
            for part in range(0, BLOCK, length):
                start = self._start(block * BLOCK + shift + part)
                rows.append(self._stream[start : start + length])
        targets = torch.from_numpy(np.stack(rows).astype(np.int64))
        return with_start(targets), targets

    def _order(self, epoch: int) -> np.ndarray:
        if getattr(self, "_epoch", None) != epoch:
            self._epoch = epoch
            self._permutation = np.random.default_rng([self._seed, epoch]).permutation(self.count)
        return self._permutation


def optimizers(model: nn.Module, kind: str, lr: float, weight_decay: float) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices and AdamW for the rest, or AdamW for all."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and ".layers." in n]
    tables = [p for n, p in model.named_parameters() if p.ndim == 2 and ".layers." not in n]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    groups: list[dict[str, Any]] = [
        {"params": tables, "weight_decay": 0.0},
        {"params": vectors, "weight_decay": 0.0},
    ]
    result: list[torch.optim.Optimizer] = []
    if kind == "muon":
        # "match_rms_adamw" makes one learning rate serve both optimizers.
        result.append(
            torch.optim.Muon(matrices, lr=lr, weight_decay=weight_decay, adjust_lr_fn="match_rms_adamw", nesterov=True)
        )
    else:
        groups.append({"params": matrices, "weight_decay": weight_decay})
    result.append(torch.optim.AdamW(groups, lr=lr, betas=(0.9, 0.98), eps=1e-8, fused=True))
    return result


@dataclass(frozen=True)
class Decay:
    """Linear decay of the learning rate's factor from `begin` to zero in `steps` steps after step `start`."""

    start: int
    steps: int
    begin: float = 1.0


def schedule(step: int, warmup: int, decay: Decay | None) -> float:
    """Factor on the peak learning rate: linear warm-up, hold, linear decay to zero."""
    if decay is not None and step >= decay.start:
        return decay.begin * max(0.0, 1.0 - (step - decay.start) / decay.steps)
    return min(1.0, (step + 1) / warmup)


class Average:
    """Exponential moving average of a model's weights, in fp32.

    Early on its horizon is a tenth of the steps, so that the start is soon forgotten.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._decay = decay
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Takes in the weights after `step` steps."""
        keep = min(self._decay, step / (step + 9))
        averages, values = list(self.weights.values()), [value.detach() for value in model.state_dict().values()]
        torch._foreach_lerp_(averages, values, 1 - keep)


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Writes beside the old checkpoint and then replaces it, so that a crash loses nothing."""
    temporary = path.with_suffix(".tmp")
    torch.save(state, temporary)
    os.replace(temporary, path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder written by data.py")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and log.jsonl")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--init", type=Path, help="weights (.safetensors) to start from, where nothing is resumed")
    parser.add_argument("--lr", type=float, default=4e-3)
    parser.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--warmup", type=int, default=100)
    parser.add_argument("--blocks", type=int, default=16, help=f"blocks of {BLOCK} tokens per step")
    parser.add_argument("--length", type=int, default=256, help="window length")
    parser.add_argument("--decay-steps", type=int, default=0, help="begin the decay at this step and stop after it")
    parser.add_argument("--decay-length", type=int, help="window length once the decay has begun")
    parser.add_argument("--max-steps", type=int)
    parser.add_argument("--minutes", type=float, help="stop after this long, with a checkpoint")
    parser.add_argument("--checkpoint-minutes", type=float, default=5)
    parser.add_argument("--eval-every", type=int, default=100, help="steps between measurements on the held text")
    parser.add_argument("--report-every", type=int, default=0, help="steps between those on the validation text")
    parser.add_argument("--eval-tokens", type=int, default=16384)
    parser.add_argument("--average", type=float, default=0.995, help="decay of the moving average, each step")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-bf16", action="store_true")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    bf16 = not options.no_bf16
    options.out.mkdir(parents=True, exist_ok=True)
    vocabulary = json.loads((options.data / "vocab.json").read_text(encoding="utf-8"))
    stream = np.fromfile(options.data / "train.bin", np.uint16)
    digest = hashlib.blake2b(stream.tobytes(), digest_size=16).hexdigest()
    blocks = Blocks(stream, vocabulary[".</w>"], options.seed)
    held = measures(options.data, "held", options.eval_tokens)
    valid = measures(options.data, "valid", options.eval_tokens)

    model = BioGpt(ModelConfig(vocab_size=len(vocabulary))).to(device)
    step, cursor = 0, 0
    if options.init and not options.resume:
        weights, origin = load_weights(options.init)
        model.load_state_dict(weights)
        if (origin.data, origin.seed) == (digest, options.seed):
            cursor = origin.cursor
    average = Average(model, options.average)
    averaged = BioGpt(model.config).to(device).eval()
    chosen = optimizers(model, options.optimizer, options.lr, options.weight_decay)
    decay: Decay | None = None
    checkpoint = options.out / "checkpoint.pt"
    if options.resume:
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        if (state["data"], state["seed"]) != (digest, options.seed):
            raise SystemExit(f"{checkpoint} was trained on another train.bin or with another --seed")
        model.load_state_dict(state["model"])
        average.weights = state["average"]
        for optimizer, saved in zip(chosen, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        step, cursor = state["step"], state["cursor"]
        decay = Decay(**state["decay"]) if state.get("decay") else None
    if options.decay_steps:
        # Also plans a decay anew that has begun, when it turns out too long or too short.
        decay = Decay(step, options.decay_steps, schedule(step, options.warmup, decay))
    loss_function = torch.compile(model.loss, dynamic=False) if options.compile else model.loss

    def save() -> None:
        state = {
            "model": model.state_dict(),
            "average": average.weights,
            "optimizers": [optimizer.state_dict() for optimizer in chosen],
            "config": model.config.as_dict(),
            "step": step,
            "cursor": cursor,
            "data": digest,
            "seed": options.seed,
            "decay": asdict(decay) if decay else None,
        }
        save_checkpoint(checkpoint, state)

    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    plan = options.out / "decay-steps"
    log = (options.out / "log.jsonl").open("a", encoding="utf-8")
    began = saved_at = logged_at = time.monotonic()
    losses: list[Tensor] = []
    per_step = options.blocks * BLOCK
    print(
        f"{sum(p.numel() for p in model.parameters())} parameters, {blocks.count} blocks, step {step}, block {cursor}",
        flush=True,
    )

    while not stopping:
        if plan.exists():
            decay = Decay(step, int(plan.read_text()), schedule(step, options.warmup, decay))
            plan.unlink()
        if decay is not None and step >= decay.start + decay.steps:
            break
        if options.max_steps is not None and step >= options.max_steps:
            break
        length = options.decay_length if decay and options.decay_length else options.length
        inputs, targets = (part.to(device) for part in blocks.batch(cursor, options.blocks, length))
        factor = schedule(step, options.warmup, decay)
        for optimizer in chosen:
            for group in optimizer.param_groups:
                group["lr"] = options.lr * factor
        with autocast(device, bf16):
            loss = loss_function(inputs, targets)
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in chosen:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(loss.detach())
        step += 1
        cursor += options.blocks
        average.update(model, step)

        now = time.monotonic()
        if step % 10 == 0:
            entry: dict[str, Any] = {
                "step": step,
                "tokens": cursor * BLOCK,
                "loss": round(torch.stack(losses).mean().item(), 4),
                "lr": round(options.lr * factor, 6),
                "norm": round(norm.item(), 3),
                "tokens_per_second": round(len(losses) * per_step / (now - logged_at)),
            }
            losses.clear()
            if not math.isfinite(entry["loss"]):
                raise SystemExit(f"loss is not finite at step {step}")
            if step % options.eval_every == 0:
                averaged.load_state_dict(average.weights)
                for measure in held:
                    entry[f"{measure.name}_bits"] = round(measure.bits(model, bf16), 4)
                    entry[f"{measure.name}_average_bits"] = round(measure.bits(averaged, bf16), 4)
            if options.report_every and step % options.report_every == 0:
                averaged.load_state_dict(average.weights)
                for measure in valid:
                    entry[f"{measure.name}_average_bits"] = round(measure.bits(averaged, bf16), 4)
            print(json.dumps(entry), flush=True)
            print(json.dumps(entry), file=log, flush=True)
            logged_at = time.monotonic()
        if now - saved_at > 60 * options.checkpoint_minutes:
            save()
            saved_at = now
        if options.minutes is not None and now - began > 60 * options.minutes:
            break
    save()
    print(f"stopped at step {step}, checkpoint written", flush=True)


if __name__ == "__main__":
    main()
