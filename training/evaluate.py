"""Measures an exported model: bits per character on validation text, and samples.

    python evaluate.py --data DATA --model FOLDER [--tokens 100000] [--samples]

Each validation stream is read in consecutive windows of 512 tokens, each token
being predicted once; bits are divided by the characters of the text after
punctuation normalisation. `--float16` rounds the weights to fp16 first.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from transformers import BioGptForCausalLM, BioGptTokenizer

from measure import measures, stream_nats
from model import BioGpt, ModelConfig

PROMPTS = (
    "Alzheimer's disease is",
    "Patients with type 2 diabetes were randomly",
    "In this study, we",
    "The primary outcome was",
    "Cystic fibrosis is a genetic disorder",
    "There was no significant difference between",
)
SAMPLING: dict[str, dict[str, Any]] = {
    "greedy": {"do_sample": False},
    "sampled": {"do_sample": True, "temperature": 0.8, "top_p": 0.9, "top_k": 0},
}


def load_model(folder: Path, float16: bool) -> BioGpt:
    """The exported model in fp32, its weights rounded to fp16 first if asked."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    sizes = {name: config[name] for name in ModelConfig().as_dict()}
    weights = load_file(folder / "model.safetensors")
    if float16:
        weights = {name: value.half() for name, value in weights.items()}
    model = BioGpt(ModelConfig(**sizes)).eval()
    model.load_state_dict({name: value.float() for name, value in weights.items()})
    return model


def print_samples(folder: Path, new_tokens: int) -> None:
    """Greedy and sampled continuations of a few prompts, as text."""
    tokenizer = BioGptTokenizer.from_pretrained(folder)
    model = BioGptForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()
    for prompt in PROMPTS:
        inputs = tokenizer(prompt, return_tensors="pt")
        for label, choice in SAMPLING.items():
            torch.manual_seed(1)
            output = model.generate(**inputs, **choice, max_new_tokens=new_tokens)
            print(f"[{label}] {tokenizer.decode(output[0], skip_special_tokens=True)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder written by data.py")
    parser.add_argument("--model", type=Path, required=True, help="folder written by export.py")
    parser.add_argument("--tokens", type=int, help="only this many tokens of each validation stream")
    parser.add_argument("--length", type=int, default=512, help="window length")
    parser.add_argument("--float16", action="store_true")
    parser.add_argument("--samples", action="store_true", help="print samples instead")
    parser.add_argument("--new-tokens", type=int, default=40)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    if options.samples:
        print_samples(options.model, options.new_tokens)
        return
    model = load_model(options.model, options.float16)
    for measure in measures(options.data, "valid", options.tokens):
        began = time.monotonic()
        nats, count = stream_nats(model, measure.stream, length=options.length)
        # A part's characters are taken from the average length of a token.
        characters = count / measure.tokens_per_character
        print(
            f"{measure.name}: {count} tokens, {characters:.0f} characters, loss {nats / count:.4f} nats per token, "
            f"perplexity {math.exp(nats / count):.2f}, {nats / math.log(2) / characters:.4f} bits per character, "
            f"{time.monotonic() - began:.0f} s"
        )


if __name__ == "__main__":
    main()
