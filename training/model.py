"""BioGPT decoder in plain PyTorch, with the parameter names of Hugging Face's `BioGptForCausalLM`."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

POSITION_OFFSET = 2
"""Row of the position table that the first token uses; BioGPT keeps two rows for padding."""


@dataclass(frozen=True)
class ModelConfig:
    """Sizes of the decoder; the defaults are those of the starter model."""

    vocab_size: int = 8192
    hidden_size: int = 256
    num_hidden_layers: int = 6
    num_attention_heads: int = 4
    intermediate_size: int = 1024
    max_position_embeddings: int = 512

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


def _fp32_on_cpu(x: Tensor) -> Tensor:
    return x.float() if x.device.type == "cpu" else x


def _dropout(probability: float) -> nn.Module:
    return nn.Dropout(probability) if probability > 0 else nn.Identity()


class Attention(nn.Module):
    """Causal multi-head self-attention with biases."""

    def __init__(self, config: ModelConfig, dropout: float = 0.0) -> None:
        super().__init__()
        width = config.hidden_size
        self.dropout = dropout
        self.heads = config.num_attention_heads
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, length, hidden] to the same shape."""
        batch, length, width = x.shape
        # One product for the three projections; separate parameters keep the published names.
        weight = torch.cat((self.q_proj.weight, self.k_proj.weight, self.v_proj.weight))
        bias = torch.cat((self.q_proj.bias, self.k_proj.bias, self.v_proj.bias))
        projected = F.linear(x, weight, bias).view(batch, length, 3, self.heads, width // self.heads)
        # CPU attention and GELU kernels are several times slower in bf16 than in fp32.
        query, key, value = _fp32_on_cpu(projected).permute(2, 0, 3, 1, 4)
        dropout = self.dropout if self.training else 0.0
        mixed = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout, is_causal=True)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))


class Layer(nn.Module):
    """Pre-norm decoder layer: attention, then a GELU (erf) feed-forward network."""

    def __init__(self, config: ModelConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = _dropout(dropout)
        self.self_attn = Attention(config, dropout)
        self.self_attn_layer_norm = nn.LayerNorm(config.hidden_size)
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)
        self.final_layer_norm = nn.LayerNorm(config.hidden_size)

    def forward(self, x: Tensor) -> Tensor:
        """[batch, length, hidden] to the same shape."""
        x = x + self.dropout(self.self_attn(self.self_attn_layer_norm(x)))
        return x + self.dropout(self.fc2(F.gelu(_fp32_on_cpu(self.fc1(self.final_layer_norm(x))))))


class Decoder(nn.Module):
    """Embeddings, layers and the last layer norm."""

    def __init__(self, config: ModelConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = _dropout(dropout)
        self.scale = math.sqrt(config.hidden_size)
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.embed_positions = nn.Embedding(config.max_position_embeddings + POSITION_OFFSET, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config, dropout) for _ in range(config.num_hidden_layers))
        self.layer_norm = nn.LayerNorm(config.hidden_size)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids [batch, length] to hidden states [batch, length, hidden]."""
        positions = self.embed_positions.weight[POSITION_OFFSET : POSITION_OFFSET + ids.shape[1]]
        x = self.dropout(self.embed_tokens(ids) * self.scale + positions)
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)


class BioGpt(nn.Module):
    """Language model whose output projection is the token embedding.

    `dropout` (in training alone) falls on the embeddings, the attention's probabilities, and what each part of a layer
    adds; 0 leaves it out.
    """

    def __init__(self, config: ModelConfig, dropout: float = 0.0) -> None:
        super().__init__()
        self.config = config
        self.biogpt = Decoder(config, dropout)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Normal(0, 0.02) weights; the two products that write to the residual stream are scaled by depth."""
        residual = 0.02 / math.sqrt(2 * self.config.num_hidden_layers)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif "layer_norm" in name:
                nn.init.ones_(parameter)
            else:
                std = residual if name.endswith(("out_proj.weight", "fc2.weight")) else 0.02
                nn.init.normal_(parameter, std=std)

    def forward(self, ids: Tensor) -> Tensor:
        """Ids [batch, length] to logits [batch, length, vocabulary]."""
        return F.linear(self.biogpt(ids), self.biogpt.embed_tokens.weight)

    def loss(self, ids: Tensor, targets: Tensor) -> Tensor:
        """Mean cross-entropy in nats of targets [batch, length] given ids [batch, length]."""
        hidden = self.biogpt(ids).flatten(0, 1)
        return LinearCrossEntropy.apply(hidden, self.biogpt.embed_tokens.weight, targets.flatten())


class LinearCrossEntropy(torch.autograd.Function):
    """Output projection and cross-entropy in one, over chunks of rows.

    The gradients are formed in the forward pass, while a chunk's logits are
    still in the cache, so the [tokens, vocabulary] matrix is never stored.
    """

    CHUNK = 512

    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor) -> Tensor:
        """hidden [tokens, hidden], weight [vocabulary, hidden], targets [tokens] to a scalar."""
        tokens = hidden.shape[0]
        dtype = torch.get_autocast_dtype(hidden.device.type) if torch.is_autocast_enabled(hidden.device.type) else None
        with torch.autocast(hidden.device.type, enabled=False):
            compute = dtype or hidden.dtype
            w = weight.to(compute)
            total = torch.zeros((), dtype=torch.float32, device=hidden.device)
            grad_hidden = torch.empty(hidden.shape, dtype=compute, device=hidden.device)
            grad_weight = torch.zeros(weight.shape, dtype=torch.float32, device=hidden.device)
            for start in range(0, tokens, LinearCrossEntropy.CHUNK):
                rows = slice(start, start + LinearCrossEntropy.CHUNK)
                h, y = hidden[rows].to(compute), targets[rows, None]
                log_p = torch.log_softmax((h @ w.T).float(), dim=-1)
                total -= log_p.gather(1, y).sum()
                if ctx.needs_input_grad[1]:
                    p = log_p.exp_().scatter_add_(1, y, torch.full_like(y, -1, dtype=torch.float32))
                    p = p.to(compute)
                    grad_hidden[rows] = p @ w
                    grad_weight += p.T @ h
        ctx.save_for_backward(grad_hidden, grad_weight)
        ctx.tokens, ctx.hidden_dtype, ctx.weight_dtype = tokens, hidden.dtype, weight.dtype
        return total / tokens

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None]:  # type: ignore[override]
        grad_hidden, grad_weight = ctx.saved_tensors
        scale = grad / ctx.tokens
        return (grad_hidden * scale).to(ctx.hidden_dtype), (grad_weight * scale).to(ctx.weight_dtype), None
