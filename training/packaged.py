"""Reads the weights of a packaged model (quantised ONNX) back, to train on from them.

    python packaged.py --model ../models/starter --out WEIGHTS.safetensors

Matrices come back as their int8 values times the scale of each block; that costs
what the quantisation cost. Rows of the position table that ONNX leaves out
(those of the padding) are kept as they are initialised.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto
from safetensors.torch import save_file

from model import POSITION_OFFSET, BioGpt, ModelConfig

TYPES = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16, TensorProto.UINT8: np.uint8}
ZERO_POINT = 128


def read_tensors(folder: Path) -> dict[str, np.ndarray]:
    """The float32, float16 and uint8 initialisers of `model.onnx`, by name."""
    graph = onnx.load(folder / "model.onnx", load_external_data=False).graph
    raw = np.fromfile(folder / "model.onnx.data", np.uint8)
    tensors = {}
    for tensor in graph.initializer:
        if tensor.data_type not in TYPES:
            continue
        dtype = np.dtype(TYPES[tensor.data_type])
        place = {entry.key: entry.value for entry in tensor.external_data}
        if place:
            offset = int(place.get("offset", 0))
            data = raw[offset : offset + int(np.prod(tensor.dims)) * dtype.itemsize].view(dtype)
        else:
            data = onnx.numpy_helper.to_array(tensor)
        tensors[tensor.name] = data.reshape(list(tensor.dims))
    return tensors


def dequantised(tensors: dict[str, np.ndarray], name: str) -> np.ndarray:
    """A matrix [rows, columns] in float32 from its int8 blocks [rows, blocks, block] and their scales."""
    blocks = tensors[name].astype(np.float32)
    scales = tensors[f"{name}.scales"].reshape(*blocks.shape[:2], 1)
    return ((blocks - ZERO_POINT) * scales).reshape(len(blocks), -1)


def read_model(folder: Path) -> BioGpt:
    """The packaged model in float32."""
    tensors = read_tensors(folder)
    width = tensors["layer_norm.weight"].shape[0]
    layers = sum(name.endswith(".fc1.weight") for name in tensors)
    vocabulary = len(json.loads((folder / "vocab.json").read_text(encoding="utf-8")))
    defaults = ModelConfig()
    config = ModelConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=defaults.num_attention_heads * width // defaults.hidden_size,
        intermediate_size=tensors["layers.0.fc1.bias"].shape[0],
        max_position_embeddings=tensors["embed_positions.weight"].shape[0],
    )
    model = BioGpt(config).eval()
    state = model.state_dict()

    def put(name: str, value: np.ndarray) -> None:
        state[f"biogpt.{name}"].copy_(torch.from_numpy(np.array(value, dtype=np.float32)))

    put("embed_tokens.weight", dequantised(tensors, "embed_tokens.weight"))
    state["biogpt.embed_positions.weight"][POSITION_OFFSET:] = torch.from_numpy(
        tensors["embed_positions.weight"].copy()
    )
    for part in ("weight", "bias"):
        put(f"layer_norm.{part}", tensors[f"layer_norm.{part}"])
    for layer in (f"layers.{number}." for number in range(layers)):
        weight, bias = dequantised(tensors, f"{layer}self_attn.qkv.weight"), tensors[f"{layer}self_attn.qkv.bias"]
        for place, projection in enumerate(("q_proj", "k_proj", "v_proj")):
            rows = slice(place * width, (place + 1) * width)
            put(f"{layer}self_attn.{projection}.weight", weight[rows])
            put(f"{layer}self_attn.{projection}.bias", bias[rows])
        for name in ("self_attn.out_proj", "fc1", "fc2"):
            put(f"{layer}{name}.weight", dequantised(tensors, f"{layer}{name}.weight"))
            put(f"{layer}{name}.bias", tensors[f"{layer}{name}.bias"])
        for name in ("self_attn_layer_norm", "final_layer_norm"):
            for part in ("weight", "bias"):
                put(f"{layer}{name}.{part}", tensors[f"{layer}{name}.{part}"])
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="packaged folder with model.onnx and vocab.json")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = read_model(options.model)
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, options.out)
    print(f"{sum(p.numel() for p in model.parameters())} parameters in {options.out}")


if __name__ == "__main__":
    main()
