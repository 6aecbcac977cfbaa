"""Exports a training checkpoint as a Hugging Face BioGPT folder and checks it there.

    python export.py --data DATA --checkpoint RUN/checkpoint.pt --out FOLDER [--dtype float16] [--average]

The folder receives `config.json`, `vocab.json`, `merges.txt` and
`model.safetensors`. The check loads it with transformers' `BioGptForCausalLM`
and `BioGptTokenizer` and compares logits and token ids with ours.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from transformers import BioGptForCausalLM, BioGptTokenizer

from model import BioGpt, ModelConfig
from tokenizer import EOS_ID, MosesWords, WordEncoder, normalize

SAMPLE = "Patients with type 2 diabetes (n = 120) were randomised to placebo–controlled “add-on” therapy, p < 0.05."


def hugging_face_config(config: ModelConfig, dtype: torch.dtype) -> dict[str, Any]:
    """The `config.json` that describes the model to transformers."""
    return {
        "architectures": ["BioGptForCausalLM"],
        "model_type": "biogpt",
        **config.as_dict(),
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        "activation_dropout": 0.0,
        "layerdrop": 0.0,
        "initializer_range": 0.02,
        "layer_norm_eps": 1e-12,
        "scale_embedding": True,
        "tie_word_embeddings": True,
        "use_cache": True,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "torch_dtype": str(dtype).removeprefix("torch."),
    }


def load_checkpoint(path: Path, average: bool = False) -> tuple[BioGpt, dict[str, Any]]:
    """The model of a training checkpoint in fp32, or its moving average, and the rest of the checkpoint."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    model = BioGpt(ModelConfig(**state["config"]))
    model.load_state_dict(state.pop("average" if average else "model"))
    return model.eval(), state


def verify(folder: Path, model: BioGpt, dtype: torch.dtype) -> float:
    """Largest difference of logits between transformers and `model` rounded to `dtype`, both run in fp32."""
    theirs = BioGptForCausalLM.from_pretrained(folder, torch_dtype=torch.float32).eval()
    rounded = BioGpt(model.config).eval()
    rounded.load_state_dict({name: value.to(dtype).float() for name, value in model.state_dict().items()})
    words, encoder = MosesWords(), WordEncoder.load(folder)
    ids = [EOS_ID] + [piece for word in words(SAMPLE) for piece in encoder.ids(word)]
    their_ids = BioGptTokenizer.from_pretrained(folder)(normalize(SAMPLE))["input_ids"]
    if ids != their_ids:
        raise SystemExit(f"token ids differ: {ids} and {their_ids}")
    whole = (ids * model.config.max_position_embeddings)[: model.config.max_position_embeddings]
    batch = torch.tensor([whole])
    with torch.no_grad():
        difference = (theirs(batch).logits - rounded(batch)).abs().max().item()
    if difference > 1e-3:
        raise SystemExit(f"logits differ by {difference}")
    return difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder written by data.py")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--average", action="store_true", help="the moving average instead of the last weights")
    parser.add_argument("--dtype", choices=("float32", "float16"), default="float32")
    options = parser.parse_args()

    model, state = load_checkpoint(options.checkpoint, options.average)
    dtype = getattr(torch, options.dtype)
    options.out.mkdir(parents=True, exist_ok=True)
    # The output projection is the token embedding; transformers ties it on loading.
    weights = {name: value.to(dtype).contiguous() for name, value in model.state_dict().items()}
    save_file(weights, options.out / "model.safetensors", metadata={"format": "pt"})
    config = json.dumps(hugging_face_config(model.config, dtype), indent=2)
    (options.out / "config.json").write_text(config + "\n", encoding="utf-8")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(options.data / name, options.out / name)
    difference = verify(options.out, model, dtype)
    size = sum(file.stat().st_size for file in options.out.iterdir())
    print(f"step {state['step']}: logits equal to {difference:.1e}, {size / 1e6:.2f} MB in {options.out}")


if __name__ == "__main__":
    main()
