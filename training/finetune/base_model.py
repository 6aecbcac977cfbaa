"""The model that tuning starts from, with the rows of the soft prompt."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import BioGptForCausalLM

from model import BioGpt, ModelConfig


def read_config(folder: Path) -> ModelConfig:
    """Sizes of a model in transformers' form. @raises SystemExit for one that `BioGpt` doesn't compute"""
    path = folder / "config.json"
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    expected = {"model_type": "biogpt", "hidden_act": "gelu", "scale_embedding": True, "tie_word_embeddings": True}
    for name, value in expected.items():
        if config.get(name, value) != value:
            raise SystemExit(f"{path}: {name} is {config[name]!r}; only {value!r} can be tuned")
    sizes = ModelConfig().as_dict()
    missing = sizes.keys() - config.keys()
    if missing:
        raise SystemExit(f"{path} does not say {', '.join(sorted(missing))}")
    return ModelConfig(**{name: config[name] for name in sizes})


def read_base(folder: Path, dropout: float) -> BioGpt:
    """A model in fp32, from a folder in transformers' form (any weight file that it reads) or a packaged one.

    @raises SystemExit for a folder that is neither
    """
    if (folder / "config.json").exists():
        config = read_config(folder)
        # transformers knows every form of weight file, and runs no code of any.
        weights = BioGptForCausalLM.from_pretrained(folder, dtype=torch.float32, local_files_only=True).state_dict()
        weights.pop("output_projection.weight", None)
    elif (folder / "model.onnx").exists():
        # Other bases do without the onnx package.
        from packaged import read_model

        packaged = read_model(folder)
        config, weights = packaged.config, packaged.state_dict()
    else:
        raise SystemExit(f"{folder} holds neither config.json nor a packaged model")
    model = BioGpt(config, dropout)
    model.load_state_dict(weights)
    return model


def add_rows(model: BioGpt, rows: int, seed: int) -> BioGpt:
    """The same model with `rows` more rows of the embedding, drawn as fairseq draws an embedding: N(0, 1/√width)."""
    old = model.biogpt.embed_tokens.weight.detach()
    chance = torch.Generator().manual_seed(seed)
    width = model.config.hidden_size
    new = torch.randn(rows, width, generator=chance) / math.sqrt(width)
    model.config = ModelConfig(**{**model.config.as_dict(), "vocab_size": len(old) + rows})
    model.biogpt.embed_tokens = nn.Embedding.from_pretrained(torch.cat((old, new)), freeze=False)
    return model
