"""Sources, answers, ids and batches of tuning are those of the original programs."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from declaration import declare
from documents import BadData, read_pairs
from sequences import TextEncoder, batches, example
from task_texts import answer_of, own_source, reads_as, source_of

STARTER = Path(__file__).parents[2] / "models" / "starter"
SPLITS = {
    "bc5cdr": ("train", "valid", "test"),
    "ddi": ("train", "valid", "test"),
    "kd-dti": ("test",),
    "hoc": ("train", "test"),
    "pubmedqa": ("train", "valid", "test"),
}
BASE_SYMBOLS, BASE_POSITIONS = 42_384, 1024
RELATION_FORM = {
    "source": "{title} {text}",
    "answer": {"kind": "relations", "pattern": "{organism} produces {chemical}"},
}


def lines(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@pytest.mark.parametrize("task", SPLITS)
def test_every_source_and_answer_is_the_original_one(shared: Path, task: str) -> None:
    for split in SPLITS[task]:
        for document in lines(shared / f"mining/data/{task}.{split}.jsonl.xz"):
            assert source_of(task, document) == document["source"].strip()
            assert answer_of(task, document) == (document["target"] or "")
            if task == "pubmedqa":
                with_conclusion = source_of(task, document, with_conclusion=True, cased=True)
                assert with_conclusion == document["sourceWithAnswer"].strip()


def test_every_id_sequence_is_the_original_one(shared: Path) -> None:
    encode = TextEncoder(shared / "biogpt-vocabulary")
    inputs = lines(shared / "mining/golden/inputs.jsonl.xz")
    documents = {
        (task, split, document["id"]): document
        for task, splits in SPLITS.items()
        for split in splits
        for document in lines(shared / f"mining/data/{task}.{split}.jsonl.xz")
    }
    for expected in inputs:
        task = expected["task"].lower()
        document = documents[task, expected["split"], expected["id"]]
        declared = declare(task, BASE_SYMBOLS, BASE_POSITIONS)
        made = example(encode, declared, source_of(task, document), answer_of(task, document))
        assert (made.input, made.answer) == (expected["input"], expected["target"]), expected["id"]
    assert len(inputs) > 100


@pytest.mark.parametrize(
    ("task", "with_conclusion", "expected"),
    [
        ("bc5cdr", False, 169),
        ("ddi", False, 206),
        ("hoc", False, 492),
        ("pubmedqa", False, 154),
        ("pubmedqa", True, 200),
    ],
)
def test_an_epoch_has_as_many_batches_as_in_the_original(
    shared: Path, task: str, with_conclusion: bool, expected: int
) -> None:
    encode = TextEncoder(shared / "biogpt-vocabulary")
    declared = declare(task, BASE_SYMBOLS, BASE_POSITIONS, with_conclusion=with_conclusion)
    path = shared / f"mining/data/{task}.train.jsonl.xz"
    pairs = read_pairs([path], task, declared, with_empty=False, cased=False)
    made = batches([example(encode, declared, *pair) for pair in pairs], len(declared["prompt"]), 1024, 1, 0)
    assert len(made) == expected
    assert sorted(place for batch in made for place in batch) == list(range(len(pairs)))


def test_what_is_too_long_ends_in_dots() -> None:
    encode = TextEncoder(STARTER)
    declared = declare("bc5cdr", encode.symbols, 512)
    assert (declared["maxSourceTokens"], declared["maxTokens"], len(declared["prompt"])) == (320, 512, 9)
    made = example(encode, declared, "patients " * 400, "disease " * 400)
    dots, patients, disease = (encode(word)[0] for word in ("...", "patients", "disease"))
    assert made.input == [2, *[patients] * 319, dots, *declared["prompt"]]
    assert made.answer == [*[disease] * 181, dots, 2]


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    encode = TextEncoder(STARTER)
    declared = declare("bc5cdr", encode.symbols, 512)
    examples = [example(encode, declared, "pain " * (number % 7 + 1), "no") for number in range(50)]
    assert batches(examples, 9, 64, 1, 3) == batches(examples, 9, 64, 1, 3)
    assert batches(examples, 9, 64, 1, 3) != batches(examples, 9, 64, 1, 4)
    assert batches(examples, 9, 64, 1, 3) != batches(examples, 9, 64, 2, 3)


def test_a_lab_s_own_table_is_read_by_its_declaration(tmp_path: Path) -> None:
    declared = declare("own", 8192, 512, own={"id": "products", "lowerCase": True, "form": RELATION_FORM})
    assert declared["form"] == RELATION_FORM
    assert own_source(RELATION_FORM, True, {"title": " A", "text": "B\n c "}) == "a b c"
    table = tmp_path / "table.tsv"
    table.write_text("title\ttext\tanswer\nOn E. coli\tIt makes X.\te. coli produces x.\nNone\tNothing.\t\n")
    read = read_pairs([table], "own", declared, with_empty=False, cased=False)
    assert read == [("on e. coli it makes x.", "e. coli produces x.")]
    both = read_pairs([table], "own", declared, with_empty=True, cased=False)
    assert both[1] == ("none nothing.", "")


def test_an_answer_that_the_product_could_not_read_is_refused(tmp_path: Path) -> None:
    assert reads_as(RELATION_FORM, "e. coli produces x; yeast produces ethanol.")
    assert not reads_as(RELATION_FORM, "e. coli makes x.")
    choice = {"source": "{text}", "answer": {"kind": "choice", "phrase": "it is", "choices": ["good", "bad"]}}
    assert reads_as(choice, "it is bad.")
    assert not reads_as(choice, "it is so so.")
    declared = declare("own", 8192, 512, own={"id": "products", "form": RELATION_FORM})
    table = tmp_path / "table.jsonl"
    table.write_text('{"text": "a", "answer": "a produces b"}\n{"text": "a", "answer": "what?"}\n')
    with pytest.raises(BadData, match=r"line 2: .*does not read"):
        read_pairs([table], "own", declared, with_empty=False, cased=False)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": "a"', "line 1"),
        ("[1]", "line 1: not an object"),
        ('{"title": "a", "answer": "b"}', "line 1: it has no 'text'"),
        ('{"title": "", "text": " ", "answer": "b"}', "line 1: the text is empty"),
        ('{"title": "a", "text": "b"}', "line 1: it has no 'gold'"),
        ("", "no document"),
    ],
)
def test_data_that_cannot_be_read_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(content)
    with pytest.raises(BadData, match=message):
        read_pairs([path], "bc5cdr", declare("bc5cdr", 8192, 512), with_empty=False, cased=False)
