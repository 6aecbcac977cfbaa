"""Runs of the fine-tuner from its command line: what it writes, how it resumes, what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import BioGptForCausalLM

import finetune
import tuning
from export import hugging_face_config
from model import BioGpt, ModelConfig

STARTER = Path(__file__).parents[2] / "models" / "starter"
WIDTH, SYMBOLS = 32, 8192


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small random model in transformers' form with the starter's vocabulary."""
    folder = tmp_path_factory.mktemp("base")
    for name in ("vocab.json", "merges.txt"):
        shutil.copyfile(STARTER / name, folder / name)
    torch.manual_seed(1)
    config = ModelConfig(
        hidden_size=WIDTH,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=128,
    )
    save_file(BioGpt(config).state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(hugging_face_config(config, torch.float32)))
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "data.jsonl"
    drugs = ["lithium", "naloxone", "cocaine", "heparin", "aspirin", "morphine"]
    with path.open("w") as file:
        for number, drug in enumerate(drugs):
            document = {"title": f"On {drug}.", "text": "Pain was seen. " * (number + 1)}
            answer = f"the relation between {drug} and pain exists." if number else ""
            file.write(json.dumps({**document, "answer": answer}) + "\n")
    return path


def tune(monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, out: Path, *more: str) -> None:
    arguments = ["bc5cdr", "--base", base, "--data", data, "--out", out, "--lr", "1e-3", "--warmup", "2"]
    settings = ["--batch-tokens", "60", "--accumulate", "1", "--precision", "fp32", "--device", "cpu"]
    monkeypatch.setattr(sys, "argv", ["finetune.py", *map(str, arguments), *settings, *more])
    finetune.main()


def stop_after(monkeypatch: pytest.MonkeyPatch, updates: int) -> None:
    """Lets a run think that it was told to stop."""
    handlers: list[Any] = []
    monkeypatch.setattr(finetune.signal, "signal", lambda _, handler: handlers.append(handler))
    original = tuning.Clock.update

    def update(clock: tuning.Clock, loss: float, of: int) -> None:
        original(clock, loss, of)
        if clock._tuning.place.update == updates:
            handlers[0]()

    monkeypatch.setattr(finetune.Clock, "update", update)


def record(out: Path) -> dict[str, Any]:
    return json.loads((out / "training.json").read_text())


@pytest.mark.parametrize("more", [(), ("--lora", "2")])
def test_a_run_in_pieces_equals_one_in_one_go(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path, more: tuple[str, ...]
) -> None:
    length = ("--epochs", "7", "--averaged", "3", *more)
    tune(monkeypatch, base, data, tmp_path / "whole", *length)
    updates = len(record(tmp_path / "whole")["losses"])
    # In the middle of an epoch, and behind the first of those whose mean is taken.
    resumed: tuple[str, ...] = ()
    for stop in (updates * 2 // 7 + 1, updates * 6 // 7):
        with monkeypatch.context() as patch:
            stop_after(patch, stop)
            with pytest.raises(SystemExit, match=f"stopped after update {stop}"):
                tune(patch, base, data, tmp_path / "pieces", *length, *resumed)
        resumed = ("--resume",)
    assert not (tmp_path / "pieces").exists()
    tune(monkeypatch, base, data, tmp_path / "pieces", *length, "--resume")
    files = [load_file(tmp_path / name / "model.safetensors") for name in ("whole", "pieces")]
    assert files[0].keys() == files[1].keys()
    for name, value in files[0].items():
        assert torch.equal(value, files[1][name]), name
    assert record(tmp_path / "whole") == record(tmp_path / "pieces")
    assert not (tmp_path / "pieces.training").exists()


def test_the_folder_is_transformers_own_form_with_a_declared_task(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tune(monkeypatch, base, data, tmp_path / "out", "--epochs", "2", "--averaged", "1")
    printed = capsys.readouterr().out
    # What it will take comes before the first update.
    assert printed.index("this will take about") < printed.index('"update"')
    assert json.loads((tmp_path / "out" / "task.json").read_text()) == {
        "id": "bc5cdr",
        "prompt": list(range(SYMBOLS, SYMBOLS + 9)),
        "lowerCase": True,
        "maxSourceTokens": 80,
        "maxTokens": 128,
    }
    loaded = BioGptForCausalLM.from_pretrained(tmp_path / "out", dtype=torch.float32).eval()
    assert loaded.biogpt.embed_tokens.weight.shape == (SYMBOLS + 9, WIDTH)
    assert record(tmp_path / "out")["documents"] == 5
    # A task model can be tuned again; its prompt's rows are kept.
    tune(monkeypatch, tmp_path / "out", data, tmp_path / "again", "--epochs", "1", "--averaged", "1", "--with-empty")
    assert load_file(tmp_path / "again" / "model.safetensors")["biogpt.embed_tokens.weight"].shape[0] == SYMBOLS + 9
    assert record(tmp_path / "again")["documents"] == 6


def test_the_last_weights_are_the_mean_of_the_last_epochs(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path
) -> None:
    for epochs in ("1", "2", "3"):
        tune(monkeypatch, base, data, tmp_path / epochs, "--epochs", epochs, "--averaged", "1")
    tune(monkeypatch, base, data, tmp_path / "mean", "--epochs", "3", "--averaged", "2")
    second, third, mean = (load_file(tmp_path / name / "model.safetensors") for name in ("2", "3", "mean"))
    for name, value in mean.items():
        assert torch.allclose(value, (second[name] + third[name]) / 2, atol=1e-7), name


def test_updates_end_a_run_within_an_epoch(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path
) -> None:
    tune(monkeypatch, base, data, tmp_path / "out", "--updates", "4")
    assert len(record(tmp_path / "out")["losses"]) == 4


def test_lora_trains_the_adapter_and_the_prompt_alone(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path
) -> None:
    tune(monkeypatch, base, data, tmp_path / "out", "--epochs", "2", "--averaged", "1", "--lora", "2")
    before, after = load_file(base / "model.safetensors"), load_file(tmp_path / "out" / "model.safetensors")
    adapter = load_file(tmp_path / "out" / "adapter" / "adapter_model.safetensors")
    config = json.loads((tmp_path / "out" / "adapter" / "adapter_config.json").read_text())
    changed = set()
    for name, value in after.items():
        old = before[name]
        if not torch.equal(value[: len(old)], old):
            changed.add(name)
            factors = [adapter[f"base_model.model.{name.removesuffix('.weight')}.lora_{each}.weight"] for each in "BA"]
            merged = old + config["lora_alpha"] / config["r"] * (factors[0] @ factors[1])
            assert torch.allclose(value, merged, atol=1e-6), name
    layers = "biogpt.layers.0"
    names = [f"self_attn.{name}_proj" for name in ("q", "k", "v", "out")] + ["fc1", "fc2"]
    assert changed == {f"{layers}.{name}.weight" for name in names}
    embedding = "biogpt.embed_tokens.weight"
    assert torch.equal(adapter[f"base_model.model.{embedding}"], after[embedding])


def test_what_cannot_be_done_is_said_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    cases: list[tuple[tuple[str, ...], str]] = [
        (("--resume",), "no .*checkpoint.pt to resume from"),
        (("--with-conclusion",), "is PubMedQA's"),
        (("--task", "task.json"), "an own task needs its declaration"),
    ]
    for more, message in cases:
        with pytest.raises(SystemExit):
            tune(monkeypatch, base, data, out, *more)
        assert re.search(message, capsys.readouterr().err)
    with pytest.raises(SystemExit, match=r"neither config\.json nor a packaged model"):
        empty = tmp_path / "empty"
        empty.mkdir()
        for name in ("vocab.json", "merges.txt"):
            shutil.copyfile(base / name, empty / name)
        tune(monkeypatch, empty, data, out)
    assert [each.name for each in tmp_path.iterdir()] == ["empty"]


def test_a_run_of_other_settings_is_not_gone_on_with(
    monkeypatch: pytest.MonkeyPatch, base: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 1)
        with pytest.raises(SystemExit, match="stopped after update 1"):
            tune(patch, base, data, tmp_path / "out", "--epochs", "3")
    with pytest.raises(SystemExit):
        tune(monkeypatch, base, data, tmp_path / "out", "--epochs", "3")
    assert "add --resume, or delete it" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="other data, another base, or other settings"):
        tune(monkeypatch, base, data, tmp_path / "out", "--epochs", "3", "--answer-only", "--resume")
    # Its end may be moved.
    tune(monkeypatch, base, data, tmp_path / "out", "--epochs", "2", "--averaged", "1", "--resume")
    assert (tmp_path / "out" / "model.safetensors").exists()
