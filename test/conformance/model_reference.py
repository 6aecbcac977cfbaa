"""Writes BioGPT checkpoints and what transformers computes with them.

    python model_reference.py --size tiny --vocabulary DIR --out DIR

OUT/safetensors and OUT/bin are Hugging Face model folders written by transformers itself, the
second with `pytorch_model.bin`. OUT/reference.json and OUT/logits.f32 hold the reference: the
logits of one long sequence, and what `generate` returns for twenty prompts in several settings.

The weights are random. Biases and layer norms are random too, so that a forgotten one shows;
positions and layers are scaled up, or every text would repeat its last token for ever.
"""

import argparse
import json
import shutil
import time
from pathlib import Path

import torch
from transformers import BioGptConfig, BioGptForCausalLM

EOS = 2
SIZES = {
    "tiny": dict(hidden_size=64, num_hidden_layers=3, num_attention_heads=4, intermediate_size=160,
                 max_position_embeddings=320),
    "full": dict(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096,
                 max_position_embeddings=1024),
}
NEW_TOKENS = 20
# At full size each takes seconds.
PROMPTS = {"tiny": 20, "full": 8}
GAIN = 1.5
GENERATIONS = {
    "greedy": dict(num_beams=1),
    "beam5": dict(num_beams=5),
}
# Beam search's corners, at tiny size only: they cost as many runs again.
MORE_GENERATIONS = {
    "beam5-early-stopping": dict(num_beams=5, early_stopping=True),
    "beam5-never": dict(num_beams=5, early_stopping="never", length_penalty=1.5),
    "beam4-short": dict(num_beams=4, length_penalty=-1.0),
    "beam3-no-penalty": dict(num_beams=3, length_penalty=0.0, early_stopping=True),
    "beam5-min": dict(num_beams=5, min_new_tokens=12, early_stopping=True),
    "greedy-min": dict(num_beams=1, min_new_tokens=12),
}


def random_model(size: str, vocab_size: int, seed: int) -> BioGptForCausalLM:
    torch.manual_seed(seed)
    config = BioGptConfig(vocab_size=vocab_size, hidden_act="gelu", scale_embedding=True, **SIZES[size])
    model = BioGptForCausalLM(config).eval()
    embedding_std = float(model.biogpt.embed_tokens.weight.std()) * model.biogpt.embed_tokens.embed_scale
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("layer_norm.weight"):
                parameter.normal_(1.0, 0.1)
            elif name.endswith(".bias"):
                parameter.normal_(0.0, 0.05)
            elif name.endswith("embed_positions.weight"):
                parameter.normal_(0.0, embedding_std)
            elif ".layers." in name:
                parameter.normal_(0.0, GAIN / parameter.shape[1] ** 0.5)
        # A lively </s>, so that generations end, at different lengths.
        model.biogpt.embed_tokens.weight[EOS].mul_(1.5)
    return model


def generate(model: BioGptForCausalLM, prompt: list[int], settings: dict) -> list[int]:
    """New token ids, `</s>` included where the model wrote one."""
    ids = torch.tensor([prompt])
    out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=NEW_TOKENS,
                         pad_token_id=1, eos_token_id=EOS, bos_token_id=0, **settings)
    new = out[0, len(prompt):].tolist()
    return new[: new.index(EOS) + 1] if EOS in new else new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.json and merges.txt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=20220919)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    started = time.monotonic()
    if arguments.size == "tiny":
        torch.set_num_threads(1)  # Threads cost more than they bring.

    vocab_size = len(json.loads((arguments.vocabulary / "vocab.json").read_text("utf-8")))
    model = random_model(arguments.size, vocab_size, arguments.seed)
    for folder, safe in (("safetensors", True), ("bin", False)):
        model.save_pretrained(arguments.out / folder, safe_serialization=safe)
        for file in ("vocab.json", "merges.txt"):
            shutil.copy(arguments.vocabulary / file, arguments.out / folder / file)
    print(f"checkpoints written after {time.monotonic() - started:.0f} s", flush=True)

    generator = torch.Generator().manual_seed(arguments.seed)
    def random_ids(length: int) -> list[int]:
        return [EOS] + torch.randint(4, vocab_size, (length - 1,), generator=generator).tolist()

    ids = random_ids(200)
    logits = model(torch.tensor([ids])).logits[0]
    logits.numpy().astype("<f4").tofile(arguments.out / "logits.f32")
    prompts = [random_ids(3 + 2 * index) for index in range(PROMPTS[arguments.size])]
    settings = GENERATIONS | (MORE_GENERATIONS if arguments.size == "tiny" else {})
    generations = {}
    for name, options in settings.items():
        generations[name] = {"settings": options, "outputs": [generate(model, prompt, options) for prompt in prompts]}
        print(f"{name} after {time.monotonic() - started:.0f} s", flush=True)
    (arguments.out / "reference.json").write_text(json.dumps({
        "ids": ids, "vocabSize": vocab_size, "newTokens": NEW_TOKENS, "prompts": prompts, "generations": generations,
    }))


if __name__ == "__main__":
    main()
