"""Writes a small random BioGPT with a given vocabulary, as a model to be tuned."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import torch
from transformers import BioGptConfig, BioGptForCausalLM


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    symbols = len(json.loads((options.vocabulary / "vocab.json").read_text(encoding="utf-8")))
    torch.manual_seed(1)
    config = BioGptConfig(
        vocab_size=symbols,
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=512,
        max_position_embeddings=512,
    )
    BioGptForCausalLM(config).save_pretrained(options.out)
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(options.vocabulary / name, options.out / name)


if __name__ == "__main__":
    main()
