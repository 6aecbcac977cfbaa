"""Writes a BioGPT checkpoint and the numbers transformers computes with it, in the form of `PublishedNumbers`.

    python self_check_reference.py --vocabulary DIR --out DIR

OUT/sound is a Hugging Face model folder with random weights, OUT/faulty the same with one layer's weights
scaled. OUT/published.json holds what transformers' own tests publish of BioGPT: encodings, a corner of the
logits, greedy texts cut by `max_length`, and a beam search with `min_length` and `early_stopping`.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from model_reference import random_model
from transformers import BioGptTokenizer

TEXTS = ["COVID-19 is", "Hello, my dog is a little", "Today, I", "TNF-α and IL-1β induce NF-κB"]
BEAMS = dict(num_beams=5, min_length=60, max_length=120, early_stopping=True)
GREEDY = dict(num_beams=1, max_length=20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.json and merges.txt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    torch.set_num_threads(1)

    files = [arguments.vocabulary / name for name in ("vocab.json", "merges.txt")]
    tokenizer = BioGptTokenizer(*map(str, files))
    model = random_model("tiny", len(tokenizer), seed=7)
    inputs = [tokenizer(text)["input_ids"] for text in TEXTS]

    def generation(ids: list[int], decoding: dict, **settings) -> dict:
        prompt = torch.tensor([ids])
        out = model.generate(prompt, attention_mask=torch.ones_like(prompt), do_sample=False, pad_token_id=1,
                             eos_token_id=2, bos_token_id=0, **settings)
        lengths = {"minLength": settings.get("min_length"), "maxLength": settings.get("max_length")}
        return {"ids": ids, "decoding": decoding, "newIds": out[0, len(ids):].tolist(),
                **{name: value for name, value in lengths.items() if value is not None}}

    logits = model(torch.tensor([inputs[0]])).logits[0, :3, :3]
    published = {
        "source": "transformers",
        "encodings": [{"text": text, "ids": ids} for text, ids in zip(TEXTS, inputs)],
        "logits": [{"ids": inputs[0], "values": [[round(float(value), 4) for value in row] for row in logits]}],
        "generations": [
            generation(inputs[1], {"strategy": "greedy"}, **GREEDY),
            generation(inputs[2], {"strategy": "greedy"}, **GREEDY),
            generation(inputs[0], {"strategy": "beam", "beams": 5, "earlyStopping": True}, **BEAMS),
        ],
    }
    (arguments.out / "published.json").write_text(json.dumps(published))

    def save(name: str) -> None:
        model.save_pretrained(arguments.out / name)
        for file in files:
            shutil.copy(file, arguments.out / name / file.name)

    save("sound")
    model.biogpt.layers[1].fc2.weight.mul_(1.5)
    save("faulty")


if __name__ == "__main__":
    main()
