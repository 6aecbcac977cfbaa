"""Tunes BioGPT for a text-mining task by the original recipe (Luo et al. 2022; `train.sh` of microsoft/BioGPT).

    python finetune.py bc5cdr --base microsoft-biogpt --data train.jsonl.xz --out bc5cdr-model
    python finetune.py own --task task.json --base microsoft-biogpt --data table.tsv --out our-model

The folder is installed with `biogpt models install FOLDER` or *BioGPT: Choose Model…*. A run that was stopped goes on
with --resume.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import signal
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from base_model import add_rows, read_base
from declaration import LARGE_SYMBOLS, LICENCES, RECIPES, declare
from documents import read_pairs
from low_rank import add_low_rank
from sequences import Example, TextEncoder, example
from task_folder import TASK_FILE, write_task_folder
from tuning import Clock, Tuning, duration


def say(line: str) -> None:
    print(line, flush=True)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=tuple(RECIPES), help="a task of the paper, or own")
    parser.add_argument("--base", type=Path, required=True, help="folder of the model to tune, also a task model")
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="JSON lines or TSV, also .xz")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; must not exist")
    parser.add_argument("--resume", action="store_true", help="go on with a run that was stopped")
    parser.add_argument("--estimate", action="store_true", help="say how long it will take, and stop")
    parser.add_argument("--task-file", "--task", type=Path, help="declaration of an own task")
    choice = parser.add_argument_group("choices that the original does not have")
    choice.add_argument("--answer-only", action="store_true", help="loss on the answer alone")
    choice.add_argument("--with-empty", action="store_true", help="take in documents without relations")
    choice.add_argument("--lora", type=int, metavar="RANK", help="train low-rank updates and the prompt alone")
    choice.add_argument("--lora-alpha", type=float, help="default: twice the rank")
    choice.add_argument("--with-conclusion", action="store_true", help="PubMedQA: the source holds the conclusion too")
    recipe = parser.add_argument_group("recipe; defaults: the task's own")
    recipe.add_argument("--lr", type=float, help="peak of the learning rate")
    for name in ("warmup", "epochs", "updates", "averaged", "batch-tokens", "accumulate"):
        recipe.add_argument(f"--{name}", type=int)
    recipe.add_argument("--dropout", type=float)
    recipe.add_argument("--weight-decay", type=float)
    machine = parser.add_argument_group("machine")
    machine.add_argument("--device", help="cuda, mps or cpu; default: the best there is")
    machine.add_argument("--precision", choices=("auto", "fp32", "bf16"), default="auto")
    machine.add_argument("--threads", type=int)
    machine.add_argument("--checkpoint-minutes", type=float, default=5)
    machine.add_argument("--seed", type=int, default=1)
    return parser


def best_device() -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def fingerprint(base: Path, examples: list[Example], settings: dict[str, Any]) -> str:
    """Tells runs apart by all that decides on their weights but for their length, which may change on the way."""
    digest = hashlib.blake2b(digest_size=16)
    length = ("epochs", "updates", "averaged")
    recipe = {name: value for name, value in settings["recipe"].items() if name not in length}
    digest.update(json.dumps([str(base.resolve()), {**settings, "recipe": recipe}], sort_keys=True).encode())
    for each in examples:
        digest.update(repr((each.input, each.answer)).encode())
    return digest.hexdigest()


def main() -> None:
    parser = arguments()
    options = parser.parse_args()
    if (options.task == "own") != (options.task_file is not None):
        parser.error("an own task needs its declaration (--task FILE), and no other takes one")
    if options.with_conclusion and options.task != "pubmedqa":
        parser.error("--with-conclusion is PubMedQA's")
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is there already")
    told = {name: getattr(options, name) for name in RECIPES[options.task].__dataclass_fields__}
    recipe = replace(RECIPES[options.task], **{name: value for name, value in told.items() if value is not None})
    if options.threads:
        torch.set_num_threads(options.threads)
    device = options.device or best_device()

    encode = TextEncoder(options.base)
    model = read_base(options.base, recipe.dropout)
    own = json.loads(options.task_file.read_text(encoding="utf-8")) if options.task_file else None
    large = encode.symbols == LARGE_SYMBOLS
    rows, positions = model.config.vocab_size, model.config.max_position_embeddings
    task = declare(options.task, encode.symbols, positions, with_conclusion=options.with_conclusion, own=own)
    prompt_rows = len(task["prompt"])
    known = options.base / TASK_FILE
    if known.exists():
        task["prompt"] = json.loads(known.read_text(encoding="utf-8"))["prompt"][:prompt_rows]
    else:
        task["prompt"] = list(range(rows, rows + prompt_rows))
        model = add_rows(model, prompt_rows, options.seed)
    if len(task["prompt"]) != prompt_rows:
        parser.error(f"{options.base} has {len(task['prompt'])} prompt rows; {options.task} takes {prompt_rows}")
    alpha = options.lora_alpha or 2.0 * (options.lora or 0)
    if options.lora:
        add_low_rank(model, options.lora, alpha, prompt_rows, options.seed)
    model.to(device)

    pairs = read_pairs(options.data, options.task, task, with_empty=options.with_empty, cased=large)
    examples = [example(encode, task, source, answer) for source, answer in pairs]
    settings = {
        "task": task,
        "recipe": asdict(recipe),
        "answerOnly": options.answer_only,
        "lora": [options.lora, alpha] if options.lora else None,
        "seed": options.seed,
    }
    tuning = Tuning(model, examples, prompt_rows, recipe, answer_only=options.answer_only, seed=options.seed)
    run = options.out.with_name(f"{options.out.name}.training")
    checkpoint, mark = run / "checkpoint.pt", fingerprint(options.base, examples, settings)
    if options.resume:
        if not checkpoint.exists():
            parser.error(f"there is no {checkpoint} to resume from")
    elif checkpoint.exists() and not options.estimate:
        parser.error(f"{run} is of a run that was stopped: add --resume, or delete it")

    speed = tuning.measure(options.precision)
    updates = tuning.updates
    trained = sum(value.numel() for value in model.parameters() if value.requires_grad)
    say(
        f"{len(examples)} documents, {trained / 1e6:.1f} M parameters to train, "
        f"{updates} updates in {tuning.epochs} epochs on {device} in {'bf16' if speed.bf16 else 'fp32'}"
    )
    if options.resume:
        tuning.restore(checkpoint, mark)
    left = 1 - tuning.place.update / updates
    say(f"this will take about {duration(speed.seconds_per_token * tuning.padded_tokens() * left)}")
    if options.task in LICENCES:
        say(f"note: {LICENCES[options.task]}")
    if options.estimate:
        return

    run.mkdir(parents=True, exist_ok=True)
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    clock, saved = Clock(tuning, say), time.monotonic()
    for loss in tuning.run():
        clock.update(loss, updates)
        if stopping:
            tuning.save(checkpoint, mark)
            raise SystemExit(f"stopped after update {tuning.place.update}; --resume goes on")
        if time.monotonic() - saved > 60 * options.checkpoint_minutes:
            tuning.save(checkpoint, mark)
            saved = time.monotonic()

    tuning.take_mean()
    record = {
        "base": options.base.name,
        "documents": len(examples),
        **settings,
        "bf16": tuning.bf16,
        "losses": [round(loss, 4) for loss in tuning.place.losses],
        "torch": torch.__version__,
    }
    write_task_folder(options.out, model, options.base, task, record, (options.lora, alpha) if options.lora else None)
    shutil.rmtree(run)
    say(f"written to {options.out}; install it with: biogpt models install {options.out}")


if __name__ == "__main__":
    main()
