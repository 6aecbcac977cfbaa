"""Updates of the trainer equal a reference that is written out in double precision."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from base_model import add_rows
from declaration import Recipe
from fairseq_adam import rate
from model import BioGpt, ModelConfig
from sequences import Example, batches
from tuning import Tuning

PROMPT_ROWS = 3
RECIPE = Recipe(lr=1e-3, warmup=1, epochs=1, averaged=1, batch_tokens=40, accumulate=2, dropout=0.0)
CONFIG = ModelConfig(
    vocab_size=40,
    hidden_size=16,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=32,
    max_position_embeddings=64,
)


def examples() -> list[Example]:
    chance = torch.Generator().manual_seed(5)

    def ids(count: int) -> list[int]:
        return torch.randint(4, 40, (count,), generator=chance).tolist()

    prompt = [40, 41, 42]
    return [Example([2, *ids(4 + 3 * each), *prompt], [*ids(2 + each % 3), 2]) for each in range(7)]


def tuned_model() -> BioGpt:
    torch.manual_seed(3)
    model = BioGpt(CONFIG)
    for name, value in model.named_parameters():
        # Where weights are ones and zeros, or all small, mistakes could hide.
        torch.nn.init.normal_(value, mean=1.0 if "layer_norm.weight" in name else 0.0, std=0.2)
    return add_rows(model, PROMPT_ROWS, seed=1)


def log_probabilities(weights: dict[str, Tensor], ids: Sequence[int]) -> Tensor:
    """Of every token, given those before it: the network, one document at a time."""

    def norm(x: Tensor, name: str) -> Tensor:
        centred = x - x.mean(-1, keepdim=True)
        scaled = centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-5).sqrt()
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x: Tensor, name: str) -> Tensor:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    table, length = weights["biogpt.embed_tokens.weight"], len(ids)
    x = table[list(ids)] * math.sqrt(16) + weights["biogpt.embed_positions.weight"][2 : 2 + length]
    future = torch.full((length, length), -math.inf, dtype=torch.float64).triu(1)
    for layer in ("biogpt.layers.0", "biogpt.layers.1"):
        y = norm(x, f"{layer}.self_attn_layer_norm")
        q, k, v = (linear(y, f"{layer}.self_attn.{name}_proj") for name in "qkv")
        heads = []
        for head in (slice(0, 8), slice(8, 16)):
            scores = q[:, head] @ k[:, head].T / math.sqrt(8) + future
            heads.append(torch.softmax(scores, -1) @ v[:, head])
        x = x + linear(torch.cat(heads, -1), f"{layer}.self_attn.out_proj")
        y = linear(norm(x, f"{layer}.final_layer_norm"), f"{layer}.fc1")
        gelu = y * 0.5 * (1 + torch.erf(y / math.sqrt(2)))
        x = x + linear(gelu, f"{layer}.fc2")
    return torch.log_softmax(norm(x, "biogpt.layer_norm") @ table.T, -1)


def reference(weights: dict[str, Tensor], data: list[Example], answer_only: bool) -> dict[str, Tensor]:
    """An epoch of updates: mean loss of the group's tokens, decay of every weight, fairseq's Adam."""
    means = {name: torch.zeros_like(value) for name, value in weights.items()}
    squares = {name: torch.zeros_like(value) for name, value in weights.items()}
    order = batches(data, PROMPT_ROWS, RECIPE.batch_tokens, seed=1, epoch=0)
    groups = [order[start : start + 2] for start in range(0, len(order), 2)]
    for number, group in enumerate(groups):
        loss, tokens = torch.zeros((), dtype=torch.float64), 0
        for each in (data[place] for batch in group for place in batch):
            whole = [*each.input, *each.answer]
            probabilities = log_probabilities(weights, whole[:-1])
            for place in range(len(each.input) if answer_only else 1, len(whole)):
                loss = loss - probabilities[place - 1, whole[place]]
                tokens += 1
        gradients = torch.autograd.grad(loss / tokens, list(weights.values()))
        step = number + 1
        lr = 1e-7 if number == 0 else 1e-3 * math.sqrt(1 / number)
        updated = {}
        for (name, value), gradient in zip(weights.items(), gradients, strict=True):
            means[name] = 0.9 * means[name] + 0.1 * gradient
            squares[name] = 0.98 * squares[name] + 0.02 * gradient**2
            decayed = value - lr * 0.01 * value
            size = lr * math.sqrt(1 - 0.98**step) / (1 - 0.9**step)
            updated[name] = (decayed - size * means[name] / (squares[name].sqrt() + 1e-8)).detach().requires_grad_()
        weights = updated
    assert len(groups) > 1
    return weights


@pytest.mark.parametrize("answer_only", [False, True])
def test_updates_equal_the_reference(answer_only: bool) -> None:
    model, data = tuned_model(), examples()
    weights = {name: value.detach().double().requires_grad_() for name, value in model.named_parameters()}
    expected = reference(weights, data, answer_only)
    tuning = Tuning(model, data, PROMPT_ROWS, RECIPE, answer_only=answer_only, seed=1)
    assert len(list(tuning.run())) == tuning.updates
    moved = 0.0
    for name, value in model.named_parameters():
        moved = max(moved, (expected[name] - weights[name]).abs().max().item())
        # A bias of keys has no gradient, as softmax leaves what is added to all scores; rounding alone moves it.
        tolerance = 2e-3 if name.endswith("k_proj.bias") else 1e-6
        assert (value.double() - expected[name]).abs().max().item() < tolerance, name
    assert moved > 1e-3


def test_the_rate_rises_from_almost_nothing_and_falls_with_the_root() -> None:
    assert rate(0, 1e-5, 100) == 1e-7
    assert rate(50, 1e-5, 100) == pytest.approx(1e-7 + 0.5 * (1e-5 - 1e-7))
    assert rate(100, 1e-5, 100) == pytest.approx(1e-5)
    assert rate(600, 1e-5, 100) == pytest.approx(4.1e-6, rel=0.01)


def test_new_rows_are_drawn_as_fairseq_draws_them() -> None:
    model = BioGpt(CONFIG)
    before = model.biogpt.embed_tokens.weight.detach().clone()
    grown = add_rows(model, 4000, seed=1).biogpt.embed_tokens.weight
    assert torch.equal(grown[:40], before)
    assert grown[40:].std().item() == pytest.approx(1 / math.sqrt(16), rel=0.02)
    assert model.config.vocab_size == 4040
