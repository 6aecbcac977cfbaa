"""What transformers needs for greedy answers of a fixed length, with its KV cache, prompts sorted by length.

    python mining.py MODEL INPUTS

INPUTS: {"threads": n, "newTokens": n, "inputs": [[id]], "precisions": ["bf16"], "batches": [8], "trial": n}. Each batch size is
tried on the first `trial` prompts; the best one of each precision reads all. Prints a JSON object a line.
"""

import json
import sys
import time

import torch
import transformers
from transformers import BioGptForCausalLM

PAD, EOS, BOS = 1, 2, 0


def seconds(model: BioGptForCausalLM, prompts: list[list[int]], batch: int, new_tokens: int) -> float:
    started = time.perf_counter()
    ordered = sorted(prompts, key=len)
    for at in range(0, len(ordered), batch):
        part = ordered[at:at + batch]
        longest = max(map(len, part))
        ids = torch.tensor([[PAD] * (longest - len(prompt)) + prompt for prompt in part])
        mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in part])
        out = model.generate(ids, attention_mask=mask, do_sample=False, min_new_tokens=new_tokens,
                             max_new_tokens=new_tokens, use_cache=True,
                             pad_token_id=PAD, eos_token_id=EOS, bos_token_id=BOS)
        assert out.shape[1] == longest + new_tokens
    return time.perf_counter() - started


def main() -> None:
    with open(sys.argv[2], encoding="utf-8") as file:
        wanted = json.load(file)
    torch.set_num_threads(wanted["threads"])
    torch.set_grad_enabled(False)
    inputs, new_tokens = wanted["inputs"], wanted["newTokens"]
    version = f"transformers {transformers.__version__}, torch {torch.__version__}"
    for precision in wanted["precisions"]:
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        model = BioGptForCausalLM.from_pretrained(sys.argv[1], dtype=dtype, attn_implementation="sdpa").eval()
        seconds(model, inputs[:1], 1, 2)
        trials = {batch: seconds(model, inputs[:wanted["trial"]], batch, new_tokens) for batch in wanted["batches"]}
        for batch, taken in trials.items():
            print(json.dumps({"precision": precision, "batch": batch, "documents": wanted["trial"], "seconds": taken,
                              "version": version, "trial": True}), flush=True)
        best = min(trials, key=trials.get)
        taken = seconds(model, inputs, best, new_tokens)
        print(json.dumps({"precision": precision, "batch": best, "documents": len(inputs), "seconds": taken,
                          "version": version, "trial": False}), flush=True)


main()
