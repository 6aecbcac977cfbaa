"""Writes a BioGPT checkpoint as CTranslate2's Transformer decoder: pre-norm, GELU, learned positions.

    python ctranslate2_model.py CHECKPOINT OUT float32|int8
"""

import math
import sys
from pathlib import Path

import ctranslate2
import numpy as np
from ctranslate2.specs import common_spec, transformer_spec
from safetensors.numpy import load_file
from transformers import BioGptConfig

#: BioGPT's table of positions begins with two rows that no text uses.
POSITION_OFFSET = 2


def main() -> None:
    source, out, precision = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    config = BioGptConfig.from_pretrained(source)
    weights = load_file(source / "model.safetensors")

    def set_linear(spec: common_spec.LinearSpec, *names: str) -> None:
        spec.weight = np.concatenate([weights[f"{name}.weight"] for name in names])
        spec.bias = np.concatenate([weights[f"{name}.bias"] for name in names])

    def set_norm(spec: common_spec.LayerNormSpec, name: str) -> None:
        spec.gamma, spec.beta = weights[f"{name}.weight"], weights[f"{name}.bias"]

    spec = transformer_spec.TransformerDecoderModelSpec.from_config(
        config.num_hidden_layers, config.num_attention_heads, pre_norm=True, activation=common_spec.Activation.GELU)
    decoder = spec.decoder
    decoder.scale_embeddings = math.sqrt(config.hidden_size)
    decoder.embeddings.weight = weights["biogpt.embed_tokens.weight"]
    decoder.position_encodings.encodings = weights["biogpt.embed_positions.weight"][POSITION_OFFSET:]
    decoder.projection.weight = decoder.embeddings.weight
    set_norm(decoder.layer_norm, "biogpt.layer_norm")
    for index, layer in enumerate(decoder.layer):
        name = f"biogpt.layers.{index}"
        set_norm(layer.self_attention.layer_norm, f"{name}.self_attn_layer_norm")
        set_linear(layer.self_attention.linear[0], *(f"{name}.self_attn.{part}_proj" for part in "qkv"))
        set_linear(layer.self_attention.linear[1], f"{name}.self_attn.out_proj")
        set_norm(layer.ffn.layer_norm, f"{name}.final_layer_norm")
        set_linear(layer.ffn.linear_0, f"{name}.fc1")
        set_linear(layer.ffn.linear_1, f"{name}.fc2")
    spec.config.bos_token, spec.config.unk_token, spec.config.eos_token = "t0", "t3", "t2"
    spec.config.layer_norm_epsilon = 1e-5
    spec.register_vocabulary([f"t{token}" for token in range(config.vocab_size)])
    spec.validate()
    spec.optimize(quantization=precision)
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    print(f"ctranslate2 {ctranslate2.__version__}: {out}", file=sys.stderr)


main()
