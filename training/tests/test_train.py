"""A run that is cut into pieces gives the same weights, bit for bit, as one in one go."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from train import Average
from weights import Origin, save_weights

TRAINING = Path(__file__).parents[1]
STARTER = TRAINING.parent / "models" / "starter"
SETTINGS = [
    "--lr",
    "3e-3",
    "--blocks",
    "1",
    "--length",
    "256",
    "--warmup",
    "3",
    "--eval-tokens",
    "600",
    "--eval-every",
    "10",
    "--report-every",
    "10",
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(STARTER / name, folder / name)
    chance = np.random.default_rng(1)
    for name in ("train", "held", "held2", "valid"):
        chance.integers(0, 8192, 20_000).astype(np.uint16).tofile(folder / f"{name}.bin")
    counts = {"tokens": 20_000, "characters": 90_000}
    (folder / "data.json").write_text(json.dumps({"held": counts, "held2": counts, "valid": counts}))
    return folder


def train(data: Path, out: Path, *more: str) -> dict[str, Any]:
    """Runs train.py; returns the checkpoint."""
    command = [sys.executable, str(TRAINING / "train.py"), "--data", str(data), "--out", str(out), *SETTINGS, *more]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr)
    return torch.load(out / "checkpoint.pt", weights_only=True)


def flat(value: Any) -> Any:
    """Tensors to lists of their bytes, so that a whole checkpoint can be compared."""
    if isinstance(value, torch.Tensor):
        return value.numpy().tobytes()
    if isinstance(value, dict):
        return {key: flat(item) for key, item in value.items()}
    return [flat(item) for item in value] if isinstance(value, list | tuple) else value


def test_a_run_in_pieces_equals_one_in_one_go(data: Path, tmp_path: Path) -> None:
    whole = train(data, tmp_path / "whole", "--max-steps", "10", "--decay-steps", "10")
    train(data, tmp_path / "pieces", "--max-steps", "3", "--decay-steps", "10")
    train(data, tmp_path / "pieces", "--max-steps", "7", "--resume")
    pieces = train(data, tmp_path / "pieces", "--max-steps", "10", "--resume")
    assert whole["step"] == 10
    assert flat(pieces) == flat(whole)
    logs = [json.loads((tmp_path / name / "log.jsonl").read_text()) for name in ("whole", "pieces")]
    measured = {"held_bits", "held_average_bits", "held2_bits", "held2_average_bits", "valid_average_bits"}
    assert measured <= logs[0].keys()
    assert {key: logs[0][key] for key in measured} == {key: logs[1][key] for key in measured}


def test_other_data_is_refused_on_resuming(data: Path, tmp_path: Path) -> None:
    train(data, tmp_path / "run", "--max-steps", "1")
    other = tmp_path / "other"
    shutil.copytree(data, other)
    np.fromfile(data / "train.bin", np.uint16)[::-1].tofile(other / "train.bin")
    with pytest.raises(RuntimeError, match=r"another train\.bin"):
        train(other, tmp_path / "run", "--max-steps", "2", "--resume")


def test_a_run_starts_from_weights_and_after_the_text_that_was_read(data: Path, tmp_path: Path) -> None:
    first = train(data, tmp_path / "first", "--max-steps", "2")
    origin = Origin(first["data"], first["seed"], first["step"], first["cursor"])
    save_weights(tmp_path / "weights.safetensors", first["model"], origin)
    state = train(data, tmp_path / "second", "--max-steps", "0", "--init", str(tmp_path / "weights.safetensors"))
    for part in ("model", "average"):
        for name, value in first["model"].items():
            assert torch.equal(state[part][name], value.bfloat16().float())
    assert (state["step"], state["cursor"]) == (0, first["cursor"])
    other = train(
        data, tmp_path / "other", "--max-steps", "0", "--seed", "2", "--init", str(tmp_path / "weights.safetensors")
    )
    assert other["cursor"] == 0


def test_the_average_forgets_its_start_and_then_moves_slowly() -> None:
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(model.weight, 0.0)
    average = Average(model, 0.9)
    torch.nn.init.constant_(model.weight, 1.0)
    average.update(model, 1)
    assert average.weights["weight"].item() == pytest.approx(0.9)
    average.update(model, 1000)
    assert average.weights["weight"].item() == pytest.approx(0.91)
