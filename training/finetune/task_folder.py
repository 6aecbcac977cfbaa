"""Writes a tuned model as a folder that the product installs: transformers' form, and `task.json`."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from export import hugging_face_config
from low_rank import plain_weights, save_adapter
from model import BioGpt

TASK_FILE = "task.json"
_TEXT_FILES = ("vocab.json", "merges.txt", "tokenizer_config.json", "added_tokens.json", "special_tokens_map.json")


def write_task_folder(
    out: Path,
    model: BioGpt,
    base: Path,
    task: dict[str, Any],
    record: dict[str, Any],
    lora: tuple[int, float] | None,
) -> None:
    """Writes the folder beside `out` and renames it when it is whole.

    `record` (`training.json`) says how the model was made. With LoRA the weights are merged, and `adapter/` holds the
    adapter itself in PEFT's form.
    """
    temporary = out.with_name(f".{out.name}.{os.getpid()}")
    temporary.mkdir(parents=True)
    try:
        weights = plain_weights(model)
        save_file(weights, temporary / "model.safetensors", metadata={"format": "pt"})
        for name, value in (
            ("config.json", hugging_face_config(model.config, torch.float32)),
            (TASK_FILE, task),
            ("training.json", record),
        ):
            text = json.dumps(value, indent=2, ensure_ascii=False)
            (temporary / name).write_text(text + "\n", encoding="utf-8")
        for name in _TEXT_FILES:
            if (base / name).exists():
                shutil.copyfile(base / name, temporary / name)
        if lora is not None:
            save_adapter(model, temporary / "adapter", *lora, base=str(base))
        if out.exists():
            out.rmdir()
        temporary.rename(out)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
