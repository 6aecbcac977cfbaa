"""Writes a BioGPT, LoRA adapters over it, and what PEFT's own merge computes with them.

    python adapter_reference.py --vocabulary DIR --out DIR

OUT/base is a Hugging Face model folder; OUT/<name> an adapter in PEFT's form; OUT/<name>.f32 the logits of
OUT/ids.json after `merge_and_unload`. The names say what each adapts; factors are random, both of them, since a fresh
adapter adds nothing.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from model_reference import EOS, random_model
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import BioGptForCausalLM

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
ADAPTERS = {
    "projections": dict(r=8, lora_alpha=16, target_modules=PROJECTIONS),
    "with-output": dict(r=8, lora_alpha=16, target_modules=[*PROJECTIONS, "output_projection"]),
    "patterns": dict(r=8, lora_alpha=16, target_modules=PROJECTIONS, use_rslora=True,
                     rank_pattern={"self_attn.q_proj": 4}, alpha_pattern={"self_attn.q_proj": 4, "layers.1.fc1": 3}),
    "embedding": dict(r=4, lora_alpha=8, target_modules=["embed_tokens", "fc1"]),
    "biases": dict(r=4, lora_alpha=8, target_modules=["q_proj", "fc2"], bias="all"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.json and merges.txt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)
    vocab_size = len(json.loads((arguments.vocabulary / "vocab.json").read_text("utf-8")))
    base = arguments.out / "base"
    random_model("tiny", vocab_size, 7).save_pretrained(base)
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(arguments.vocabulary / file, base / file)
    generator = torch.Generator().manual_seed(7)
    ids = [EOS] + torch.randint(4, vocab_size, (59,), generator=generator).tolist()
    (arguments.out / "ids.json").write_text(json.dumps(ids))

    for name, settings in ADAPTERS.items():
        model = get_peft_model(BioGptForCausalLM.from_pretrained(base).eval(), LoraConfig(task_type="CAUSAL_LM", **settings))
        torch.manual_seed(11)
        for parameter, values in model.named_parameters():
            if "lora_" in parameter or (settings.get("bias") and values.requires_grad):
                values.normal_(0.0, 0.2)
        model.save_pretrained(arguments.out / name)
        # Read again: what counts is what was saved.
        fresh = BioGptForCausalLM.from_pretrained(base).eval()
        merged = PeftModel.from_pretrained(fresh, arguments.out / name).merge_and_unload()
        merged(torch.tensor([ids])).logits[0].numpy().astype("<f4").tofile(arguments.out / f"{name}.f32")


if __name__ == "__main__":
    main()
