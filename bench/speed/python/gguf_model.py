"""Writes a BioGPT checkpoint as a GPT-2 model for llama.cpp, which differs only in its GELU (tanh, not erf).

    python gguf_model.py CHECKPOINT OUT.gguf Q8_0|Q4_0

The embedding is scaled by sqrt(hidden) here, as GPT-2 doesn't; the LM head is not, so it is a tensor of its own.
"""

import math
import sys
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file
from transformers import BioGptConfig

#: BioGPT's table of positions begins with two rows that no text uses.
POSITION_OFFSET = 2
EOS = 2


def byte_symbols() -> list[str]:
    """The 256 symbols that GPT-2's vocabulary has to begin with for llama.cpp to accept it."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(others))]


def main() -> None:
    source, out, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    quantisation = gguf.GGMLQuantizationType[kind]
    config = BioGptConfig.from_pretrained(source)
    weights = load_file(source / "model.safetensors")
    writer = gguf.GGUFWriter(out, "gpt2")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_layer_norm_eps(1e-5)
    writer.add_file_type(gguf.LlamaFileType[f"MOSTLY_{kind}"])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    symbols = byte_symbols()
    writer.add_token_list(symbols + [f"t{token}" for token in range(len(symbols), config.vocab_size)])
    writer.add_token_types([gguf.TokenType.NORMAL] * config.vocab_size)
    writer.add_token_merges([f"{symbols[0]} {symbols[1]}"])
    writer.add_bos_token_id(EOS)
    writer.add_eos_token_id(EOS)

    def add(name: str, *parts: str, scale: float = 1.0) -> None:
        array = np.concatenate([weights[f"biogpt.{part}"] for part in parts]).astype(np.float32) * np.float32(scale)
        if array.ndim == 2:
            writer.add_tensor(name, gguf.quants.quantize(array, quantisation), raw_dtype=quantisation)
        else:
            writer.add_tensor(name, array)

    def add_both(name: str, *parts: str) -> None:
        for kind_of in ("weight", "bias"):
            add(f"{name}.{kind_of}", *(f"{part}.{kind_of}" for part in parts))

    add("token_embd.weight", "embed_tokens.weight", scale=math.sqrt(config.hidden_size))
    add("output.weight", "embed_tokens.weight")
    writer.add_tensor("position_embd.weight", weights["biogpt.embed_positions.weight"][POSITION_OFFSET:])
    add_both("output_norm", "layer_norm")
    for index in range(config.num_hidden_layers):
        layer, block = f"layers.{index}", f"blk.{index}"
        add_both(f"{block}.attn_norm", f"{layer}.self_attn_layer_norm")
        add_both(f"{block}.attn_qkv", *(f"{layer}.self_attn.{part}_proj" for part in "qkv"))
        add_both(f"{block}.attn_output", f"{layer}.self_attn.out_proj")
        add_both(f"{block}.ffn_norm", f"{layer}.final_layer_norm")
        add_both(f"{block}.ffn_up", f"{layer}.fc1")
        add_both(f"{block}.ffn_down", f"{layer}.fc2")
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
