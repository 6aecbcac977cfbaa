"""What a task model declares of its task (`task.json`), and the recipe that it is tuned by.

Lengths and rates are those of `examples/<task>/train.sh` in microsoft/BioGPT.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LARGE_SYMBOLS = 57_717
"""Symbols of BioGPT-Large's vocabulary."""


@dataclass(frozen=True)
class Recipe:
    """How a task is learned.

    It ends after `epochs`, whose last `averaged` make the final weights, or after `updates`, with what it has then.
    """

    lr: float
    warmup: int
    epochs: int = 100
    updates: int | None = None
    averaged: int = 5
    batch_tokens: int = 1024
    accumulate: int = 32
    dropout: float = 0.1
    weight_decay: float = 0.01


RECIPES = {
    "bc5cdr": Recipe(1e-5, 100),
    "ddi": Recipe(1e-4, 500),
    "kd-dti": Recipe(1e-5, 1000, epochs=30),
    "hoc": Recipe(1e-5, 1000, epochs=1_000_000, updates=20_000, averaged=1),
    "pubmedqa": Recipe(1e-5, 100),
    "own": Recipe(1e-5, 100),
}

# Prompt rows, most tokens of the source, most tokens in all.
_SHAPES = {"hoc": (1, 900, 1024), "pubmedqa": (9, 900, 1024)}
_RELATIONS = (9, 640, 1024)
_LARGE_PUBMEDQA = (9, 1900, 2048)

LICENCES = {
    "ddi": "the DDI corpus is CC BY-NC 4.0: don't publish weights that were trained on it",
    "hoc": "the Hallmarks of Cancer are GPL-3.0: don't publish weights that were trained on them under other terms",
}


def declare(
    task: str,
    symbols: int,
    positions: int,
    *,
    with_conclusion: bool = False,
    own: dict[str, Any] | None = None,
    prompt: list[int] | None = None,
) -> dict[str, Any]:
    """The declaration of a task for a model, as `task` of the product's `model.json` (`src/modelFolder/modelTask.ts`).

    The prompt's rows come behind `symbols` unless `prompt` gives their ids. A model with fewer positions than the
    original lengths gets shares of them. `own` is the declaration of a lab's task, whose lengths may be given there.
    """
    large = symbols == LARGE_SYMBOLS
    if own is None:
        rows, source, total = _LARGE_PUBMEDQA if large and task == "pubmedqa" else _SHAPES.get(task, _RELATIONS)
    else:
        rows = int(own.get("promptRows", _RELATIONS[0]))
        source, total = int(own.get("maxSourceTokens", _RELATIONS[1])), int(own.get("maxTokens", _RELATIONS[2]))
    fitting = min(total, positions)
    if own:
        lower = own.get("lowerCase", False)
    else:
        lower = with_conclusion and not large if task == "pubmedqa" else task != "hoc"
    declared = {
        "id": own["id"] if own else task,
        "prompt": prompt or list(range(symbols, symbols + rows)),
        "lowerCase": bool(lower),
        "maxSourceTokens": source * fitting // total,
        "maxTokens": fitting,
    }
    if with_conclusion:
        declared["withConclusion"] = True
    if own:
        declared["form"] = own["form"]
    return declared
