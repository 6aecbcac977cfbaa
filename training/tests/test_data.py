"""data.py from corpus files to streams, with the vocabulary of the packaged model."""

from __future__ import annotations

import json
import lzma
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from corpus import Document
from data import copies, parse_weight, share_of, weighted
from tokenizer import EOS_ID, MosesWords, WordEncoder

TRAINING = Path(__file__).parents[1]
STARTER = TRAINING.parent / "models" / "starter"
NOUNS = [
    "patient",
    "cell",
    "gene",
    "kidney",
    "nurse",
    "trial",
    "dose",
    "virus",
    "protein",
    "tissue",
    "muscle",
    "tumour",
    "child",
    "sample",
    "plasma",
    "enzyme",
]
VERBS = [
    "treated",
    "measured",
    "observed",
    "compared",
    "reported",
    "found",
    "tested",
    "studied",
    "examined",
    "described",
]


def paragraph(number: int) -> str:
    """Sentences of random words: no two paragraphs have a run of eight words in common."""
    chance = random.Random(number)
    return " ".join(
        f"The {chance.choice(NOUNS)} and the {chance.choice(NOUNS)} of each {chance.choice(NOUNS)} were"
        f" {chance.choice(VERBS)} with a {chance.choice(NOUNS)} and then {chance.choice(VERBS)} by every"
        f" {chance.choice(NOUNS)} {chance.choice(NOUNS)} {chance.choice(VERBS)} before."
        for _ in range(3)
    )


def line(number: int, source: str, text: str) -> str:
    sections = [{"heading": "BODY.RESULTS", "paragraphs": [text]}]
    return json.dumps({"id": f"{source} {number}", "source": source, "title": "", "sections": sections}) + "\n"


def prepare(out: Path, *corpora: Path) -> dict[str, str]:
    """Runs data.py; returns each stream as text."""
    command = [sys.executable, str(TRAINING / "data.py"), "--out", str(out), "--vocabulary", str(STARTER)]
    for corpus in corpora:
        command += ["--corpus", str(corpus)]
    command += ["--weight", "^eLife=0.5", "--weight", "^PMC=2", "--held-share", "0.1", "--processes", "1"]
    subprocess.run(command, check=True, capture_output=True)
    symbols = {number: symbol for symbol, number in json.loads((out / "vocab.json").read_text()).items()}
    texts = {}
    for file in out.glob("*.bin"):
        ids = np.fromfile(file, np.uint16)
        assert ids[0] == ids[-1] == EOS_ID
        texts[file.stem] = "".join(symbols[int(i)] for i in ids).replace("</w>", " ")
    return texts


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    folder = tmp_path_factory.mktemp("data")
    for name, source, first in (("one", "PMC open access", 0), ("two", "eLife", 1000)):
        (folder / name).mkdir()
        with lzma.open(folder / name / f"train{name}.jsonl.xz", "wt", encoding="utf-8") as file:
            for number in range(first, first + 100):
                file.write(line(number, source, paragraph(number)))
            # A copy, and an edited copy, of the other corpus' validation text.
            file.write(line(first + 200, source, paragraph(2501 - first)))
            file.write(line(first + 201, source, paragraph(2502 - first).replace("before", "thereafter")))
        (folder / name / "valid.jsonl").write_text(
            "".join(line(number, source, paragraph(number)) for number in range(first + 1500, first + 1505))
        )
    return folder, prepare(folder / "out", folder / "one", folder / "two")


def words_of(number: int) -> str:
    encoder = WordEncoder.load(STARTER)
    pieces = [piece for word in MosesWords()(paragraph(number)) for piece in encoder.pieces(word)]
    return "".join(pieces).replace("</w>", " ")


def test_every_entry_is_in_the_training_stream_or_held(prepared: tuple[Path, dict[str, str]]) -> None:
    _, texts = prepared
    counts = {"PMC open access": Counter[int](), "eLife": Counter[int]()}
    held = 0
    for source, first in (("PMC open access", 0), ("eLife", 1000)):
        for number in range(first, first + 100):
            times = texts["train"].count(words_of(number))
            in_held = texts["held" if first == 0 else "held2"].count(words_of(number))
            held += in_held
            if share_of(f"{source} {number}") < 0.1:
                assert (times, in_held) == (0, 1)
            else:
                assert in_held == 0
                counts[source][times] += 1
    assert held > 5
    assert set(counts["PMC open access"]) == {2}
    assert set(counts["eLife"]) == {0, 1}
    assert 25 < counts["eLife"][1] < 65


def test_validation_text_stands_in_no_other_stream(prepared: tuple[Path, dict[str, str]]) -> None:
    _, texts = prepared
    for name, numbers in (("valid", range(1500, 1505)), ("valid2", range(2500, 2505))):
        for number in numbers:
            found = {stream for stream, text in texts.items() if words_of(number)[:80] in text}
            assert found == {name}


def test_the_counts_are_those_of_the_streams(prepared: tuple[Path, dict[str, str]]) -> None:
    folder, texts = prepared
    summary = json.loads((folder / "out" / "data.json").read_text())
    assert summary["paragraphs"] == {"kept": 200, "kept apart": 4}
    assert summary["weights"] == {"^eLife": 0.5, "^PMC": 2}
    for name in texts:
        ids = np.fromfile(folder / "out" / f"{name}.bin", np.uint16)
        assert summary[name]["tokens"] == len(ids)
        assert sum(source["tokens"] for source in summary[name]["sources"].values()) == len(ids) - 1


def test_the_same_corpora_give_the_same_streams(prepared: tuple[Path, dict[str, str]]) -> None:
    folder, texts = prepared
    assert prepare(folder / "again", folder / "one", folder / "two") == texts


def test_the_first_weight_that_fits_counts() -> None:
    document = Document("text", "body", 2, "1", "eLife")
    weights = [parse_weight("^eL=0.5"), parse_weight("e=3")]
    assert weighted(document, weights).weight == 1
    assert weighted(Document("text", "body", source="MedQuAD"), weights).weight == 3
    assert weighted(Document("text", "body", source="CDC"), weights).weight == 1
    assert parse_weight("a=b=2") == (re.compile("a=b"), 2)


def test_a_weight_is_the_mean_number_of_copies() -> None:
    numbers = [copies(Document(f"text {number}", "body", 1.3)) for number in range(2000)]
    assert set(numbers) == {1, 2}
    assert sum(numbers) / 2000 == pytest.approx(1.3, abs=0.03)
