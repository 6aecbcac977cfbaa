"""Hugging Face transformers on PyTorch's CPU kernels: fp32, bf16, or Linear layers of dynamic int8."""

import warnings

import torch
from transformers import BioGptForCausalLM, DynamicCache
from transformers import __version__ as transformers_version

from serve import milliseconds, serve


class TransformersSystem:
    def __init__(self, request: dict) -> None:
        torch.set_num_threads(request["threads"])
        torch.set_grad_enabled(False)
        precision = request["precision"]
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        self.model = BioGptForCausalLM.from_pretrained(request["model"], dtype=dtype, attn_implementation="sdpa").eval()
        config = self.model.config
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        positions = self.model.biogpt.embed_positions.weight.numel()
        bytes_per_weight = {"fp32": 4, "bf16": 2, "int8": 1}[precision]
        if precision == "int8":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self.model = torch.ao.quantization.quantize_dynamic(self.model, {torch.nn.Linear}, dtype=torch.qint8)
        element = 2 if precision == "bf16" else 4
        self.facts = {
            "version": f"transformers {transformers_version}, torch {torch.__version__}",
            "weightBytes": (parameters - positions) * bytes_per_weight,
            "cacheBytesPerToken": 2 * config.num_hidden_layers * config.hidden_size * element,
        }
        self.cache = DynamicCache()
        self.ids: list[int] = []

    def prefill(self, ids: list[int]) -> float:
        self.cache = DynamicCache()
        self.ids = []
        return milliseconds(lambda: self.read(ids))

    def decode(self, ids: list[int], following: list[int]) -> list[float]:
        if self.ids[: len(ids)] == ids:
            self.cache.crop(len(ids))
            self.ids = list(ids)
        elif ids[: len(self.ids)] == self.ids:
            self.read(ids[len(self.ids):])
        else:
            self.prefill(ids)
        return [milliseconds(lambda token=token: self.read([token])) for token in following]

    def read(self, ids: list[int]) -> int:
        """The most likely token behind them; only the last position gets logits."""
        hidden = self.model.biogpt(input_ids=torch.tensor([ids]), past_key_values=self.cache, use_cache=True)[0]
        self.ids += ids
        return int(self.model.output_projection(hidden[:, -1]).argmax())


serve(TransformersSystem)
