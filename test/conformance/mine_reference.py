"""Writes a BioGPT with rows for a learned prompt, and what transformers makes of inputs that end in these rows.

    python mine_reference.py --size tiny --vocabulary DIR --out DIR --prompt-rows 9
    python mine_reference.py --out DIR --inputs FILE

The first writes OUT/base, a Hugging Face model folder whose network has more rows than its vocabulary. The second reads
`{"inputs": [[id]], "choices": [[id]], "maxTokens": n}` and writes OUT/answers.json: for each input the greedy answer and the
best of three beams, each with the natural logarithms of its tokens' probabilities, and those of the choices.
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from model_reference import EOS, SIZES, random_model
from transformers import BioGptForCausalLM


def write_base(arguments: argparse.Namespace) -> None:
    vocab_size = len(json.loads((arguments.vocabulary / "vocab.json").read_text("utf-8")))
    model = random_model(arguments.size, vocab_size + arguments.prompt_rows, 31)
    model.save_pretrained(arguments.out / "base")
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(arguments.vocabulary / file, arguments.out / "base" / file)


def log_probabilities(model: BioGptForCausalLM, prompt: list[int], answer: list[int]) -> list[float]:
    logits = model(torch.tensor([prompt + answer])).logits[0, len(prompt) - 1:-1]
    return torch.log_softmax(logits.double(), -1)[torch.arange(len(answer)), torch.tensor(answer)].tolist()


def answer(model: BioGptForCausalLM, prompt: list[int], most: int, beams: int) -> dict:
    ids = torch.tensor([prompt])
    out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=beams,
                         max_new_tokens=most - len(prompt), pad_token_id=1, eos_token_id=EOS, bos_token_id=0)
    new = out[0, len(prompt):].tolist()
    new = new[: new.index(EOS) + 1] if EOS in new else new
    return {"ids": new, "logProbabilities": log_probabilities(model, prompt, new)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES)
    parser.add_argument("--vocabulary", type=Path)
    parser.add_argument("--prompt-rows", type=int, default=9)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--inputs", type=Path)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    if arguments.inputs is None:
        write_base(arguments)
        return
    model = BioGptForCausalLM.from_pretrained(arguments.out / "base").eval()
    wanted = json.loads(arguments.inputs.read_text("utf-8"))
    answers = [
        {
            "greedy": answer(model, prompt, wanted["maxTokens"], 1),
            "beams": answer(model, prompt, wanted["maxTokens"], 3),
            "choices": [sum(log_probabilities(model, prompt, choice)) for choice in wanted["choices"]],
        }
        for prompt in wanted["inputs"]
    ]
    (arguments.out / "answers.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
