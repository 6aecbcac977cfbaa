"""Writes one BioGPT in every form that can be installed, and what transformers computes with it.

    python install_reference.py --size tiny --vocabulary DIR --out DIR

Each line of standard input names a form: it becomes OUT/<form>, a folder, or OUT/<form>.tgz, and then
its name is printed. So large forms can be written one after the other. OUT/reference.json and
OUT/reference.f32 hold the logits of one sequence. `fairseq-prompt` is another model, with rows for a
soft prompt: its reference is OUT/prompt.json and OUT/prompt.f32.

The fairseq checkpoints are laid out as fairseq's Trainer.state_dict lays them out, with a dictionary
made from the vocabulary.
"""

import argparse
import collections
import json
import pathlib
import shutil
import sys
import tarfile
from argparse import Namespace
from pathlib import Path

import numpy
import torch
from transformers import BioGptForCausalLM

from model_reference import EOS, SIZES, random_model

SEED = 20230313
LENGTH = 40
PROMPT_TOKENS = 9
FORMS = ("safetensors", "bin-copy", "bin-tied", "bin-archive", "fairseq", "fairseq-args", "fairseq-archive",
         "fairseq-prompt")


def write_reference(model: BioGptForCausalLM, out: Path, name: str, last_ids: list[int]) -> None:
    generator = torch.Generator().manual_seed(SEED)
    vocab_size = model.config.vocab_size
    random_ids = torch.randint(4, vocab_size - len(last_ids), (LENGTH - 1 - len(last_ids),), generator=generator)
    ids = [EOS] + random_ids.tolist() + last_ids
    logits = model(torch.tensor([ids])).logits[0]
    logits.numpy().astype("<f4").tofile(out / f"{name}.f32")
    (out / f"{name}.json").write_text(json.dumps({"ids": ids, "vocabSize": vocab_size}))


def write_hugging_face(model: BioGptForCausalLM, form: str, vocabulary: Path, folder: Path) -> None:
    model.save_pretrained(folder, safe_serialization=form == "safetensors")
    if form != "safetensors":
        state = model.state_dict()
        if form == "bin-copy":
            state["output_projection.weight"] = state["output_projection.weight"].clone()
        else:
            del state["output_projection.weight"]
        torch.save(state, folder / "pytorch_model.bin")
    for file in ("vocab.json", "merges.txt"):
        shutil.copy(vocabulary / file, folder / file)


def fairseq_settings(model: BioGptForCausalLM, prompt_tokens: int) -> tuple[dict, dict]:
    config = model.config
    model_settings = {
        "_name": "transformer_lm_prompt_biogpt" if prompt_tokens else "transformer_lm_gpt2_small",
        "activation_fn": "gelu", "dropout": 0.1, "attention_dropout": 0.1, "activation_dropout": 0.0,
        "relu_dropout": 0.0, "decoder_embed_dim": config.hidden_size, "decoder_output_dim": config.hidden_size,
        "decoder_input_dim": config.hidden_size, "decoder_ffn_embed_dim": config.intermediate_size,
        "decoder_layers": config.num_hidden_layers, "decoder_attention_heads": config.num_attention_heads,
        "decoder_normalize_before": True, "no_decoder_final_norm": False, "adaptive_softmax_cutoff": None,
        "adaptive_softmax_dropout": 0.0, "adaptive_softmax_factor": 4.0, "no_token_positional_embeddings": False,
        "share_decoder_input_output_embed": True, "character_embeddings": False,
        "character_filters": "[(1, 64), (2, 128)]", "character_embedding_dim": 4, "adaptive_input": False,
        "adaptive_input_cutoff": None, "tie_adaptive_weights": False, "decoder_learned_pos": True,
        "decoder_layerdrop": 0.0, "decoder_layers_to_keep": None, "layernorm_embedding": False,
        "no_scale_embedding": False, "checkpoint_activations": False, "offload_activations": False,
        "quant_noise_pq": 0.0, "min_params_to_wrap": 100000000, "base_layers": 0, "scale_fc": False,
        "scale_attn": False, "scale_heads": False, "scale_resids": False, "add_bos_token": False,
        "tokens_per_sample": config.max_position_embeddings,
        "max_target_positions": config.max_position_embeddings, "tpu": False,
    }
    task_settings = {"_name": "language_modeling", "data": "data-bin", "sample_break_mode": "none", "seed": 1,
                     "tokens_per_sample": config.max_position_embeddings, "add_bos_token": False}
    if prompt_tokens:
        task_settings |= {"_name": "language_modeling_prompt", "learned_prompt": prompt_tokens, "manual_prompt": None,
                          "learned_prompt_pattern": "learned", "prefix": False, "sep_token": "<seqsep>"}
    return model_settings, task_settings


def fairseq_weights(model: BioGptForCausalLM, shared: bool) -> dict[str, torch.Tensor]:
    """The model's tensors under fairseq's names, in its order."""
    state = model.state_dict()
    weights = collections.OrderedDict({"decoder.version": torch.tensor([3.0])})
    for name, tensor in state.items():
        if name.startswith("biogpt."):
            weights["decoder." + name.removeprefix("biogpt.")] = tensor
    embedding = weights["decoder.embed_tokens.weight"]
    weights["decoder.output_projection.weight"] = embedding if shared else embedding.clone()
    return weights


def write_fairseq(model: BioGptForCausalLM, form: str, vocabulary: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    prompt_tokens = PROMPT_TOKENS if form == "fairseq-prompt" else 0
    model_settings, task_settings = fairseq_settings(model, prompt_tokens)
    cfg = {"_name": None, "common": {"seed": 1, "fp16": False, "log_format": "simple", "user_dir": None},
           "dataset": {"max_tokens": 1024, "max_tokens_valid": int(1e30)}, "optimization": {"lr": [0.0002]},
           "model": model_settings, "task": task_settings, "criterion": {"_name": "cross_entropy"},
           "optimizer": {"_name": "adam", "adam_betas": "(0.9, 0.98)", "lr": [0.0002]}, "bpe": None, "ema": {}}
    args = None
    if form == "fairseq-args":
        # As older versions and other entry points wrote it: objects instead of plain values.
        args, cfg = Namespace(**(task_settings | model_settings), arch=model_settings["_name"], choices={1, 2},
                              save_dir=pathlib.PurePosixPath("out"), lr=numpy.float64(2e-4)), None
    weights = fairseq_weights(model, shared=form != "fairseq-prompt")
    small = torch.ones(1000)
    torch.save({
        "args": args,
        "cfg": cfg,
        "model": weights,
        "criterion": {},
        "optimizer_history": [{"criterion_name": "CrossEntropyCriterion", "optimizer_name": "FairseqAdam",
                               "lr_scheduler_state": {"best": None}, "num_updates": 200000}],
        "task_state": {},
        "extra_state": {
            "train_iterator": {"epoch": 3, "iterations_in_epoch": 0, "shuffle": True},
            "previous_training_time": numpy.float64(12.5), "val_loss": torch.tensor(3.5),
            "metrics": [(10, "train", "AverageMeter", collections.defaultdict(list, {"val": numpy.array([1.0])}))],
        },
        "last_optimizer_state": {"state": {0: {"step": 7, "exp_avg": small, "exp_avg_sq": small.half()}},
                                 "param_groups": [{"lr": 2e-4, "betas": [0.9, 0.98], "params": [0]}]},
    }, folder / ("checkpoint_avg.pt" if prompt_tokens else "checkpoint.pt"))
    ids = json.loads((vocabulary / "vocab.json").read_text("utf-8"))
    symbols = [symbol for symbol, id in sorted(ids.items(), key=lambda item: item[1]) if id >= 4]
    lines = [symbol.removesuffix("</w>") if symbol.endswith("</w>") else f"{symbol}@@" for symbol in symbols]
    dictionary = "".join(f"{line} {len(lines) - index}\n" for index, line in enumerate(lines))
    (folder / "dict.txt").write_bytes(dictionary.encode())
    shutil.copy(vocabulary / "merges.txt", folder / "bpecodes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, required=True)
    parser.add_argument("--vocabulary", type=Path, required=True, help="folder with vocab.json and merges.txt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    torch.set_grad_enabled(False)
    if arguments.size == "tiny":
        torch.set_num_threads(1)  # Threads cost more than they bring.
    out = arguments.out
    vocab_size = len(json.loads((arguments.vocabulary / "vocab.json").read_text("utf-8")))
    models: dict[str, BioGptForCausalLM] = {}

    for form in map(str.strip, sys.stdin):
        if form not in FORMS:
            raise SystemExit(f"unknown form {form!r}")
        name, prompt_tokens = ("prompt", PROMPT_TOKENS) if form == "fairseq-prompt" else ("reference", 0)
        if name not in models:
            models[name] = random_model(arguments.size, vocab_size + prompt_tokens, SEED + (prompt_tokens > 0))
            write_reference(models[name], out, name, list(range(vocab_size, vocab_size + prompt_tokens)))
        folder = out / form
        if form.startswith("fairseq"):
            write_fairseq(models[name], form, arguments.vocabulary, folder)
        else:
            write_hugging_face(models[name], form, arguments.vocabulary, folder)
        if form.endswith("-archive"):
            # Random weights don't shrink, however hard one tries.
            with tarfile.open(out / f"{form}.tgz", "w:gz", compresslevel=1) as archive:
                archive.add(folder, "BioGPT")
            shutil.rmtree(folder)
        print(form, flush=True)


if __name__ == "__main__":
    main()
