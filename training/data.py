"""Prepares training data: corpus files to a vocabulary and streams of token ids.

    python data.py --corpus CORPUS [--corpus MORE …] --out DATA

A CORPUS is a folder with one `train*.jsonl.xz` and one `valid*.jsonl.xz`;
several are joined. DATA receives `vocab.json`, `merges.txt`, and streams of
uint16 ids in which every document starts with `</s>`, and one `</s>` ends the
stream:

- `train.bin`: the training text of all corpora, mixed by the sources' weights;
- `held.bin`, `held2.bin`, …: entries of each corpus' training file that are
  kept out of `train.bin`, to choose with;
- `valid.bin`, `valid2.bin`, …: the validation text of each, to report only.

Training paragraphs that stand in any validation text, whole or nearly, are
left out. `data.json` holds the counts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from cleaning import clean_paragraph
from corpus import Document, ParagraphFilter, documents, read_corpus
from overlap import KeptApart
from tokenizer import EOS_ID, UNK_ID, MosesWords, WordEncoder, learn, normalize, save

_words: MosesWords | None = None


def _start_worker() -> None:
    global _words
    _words = MosesWords()


Tokenized = tuple[Document, str, int]
"""A document, its Moses words with spaces between them, and its normalised length in characters."""


def _tokenize(document: Document) -> Tokenized:
    assert _words is not None
    return document, " ".join(_words(document.text)), len(normalize(document.text))


def moses(texts: list[Document], processes: int) -> Iterator[Tokenized]:
    """The Moses words of each document, in order."""
    with Pool(processes, initializer=_start_worker) as pool:
        yield from pool.imap(_tokenize, texts, chunksize=32)


def encode(tokenized: list[Tokenized], encoder: WordEncoder) -> tuple[np.ndarray, dict[str, Any]]:
    """One stream of ids [tokens], and what is in it by kind of document and by source."""
    stream: list[np.ndarray] = []
    statistics: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    for document, text, characters in tokenized:
        words = text.split(" ")
        ids = [EOS_ID]
        for word in words:
            ids += encoder.ids(word)
        kinds[document.kind] += len(ids)
        sources[document.source] += Counter(documents=1, characters=characters, tokens=len(ids))
        statistics["documents"] += 1
        statistics["characters"] += characters
        statistics["words"] += len(words)
        statistics["unknown"] += ids.count(UNK_ID)
        stream.append(np.array(ids, dtype=np.uint16))
    stream.append(np.array([EOS_ID], dtype=np.uint16))
    joined = np.concatenate(stream)
    statistics["tokens"] = len(joined)
    return joined, {**statistics, "tokens_by_kind": dict(kinds), "sources": {k: dict(v) for k, v in sources.items()}}


def corpus_file(folder: Path, part: str) -> Path:
    """The one file of `folder` whose name starts with `part`."""
    found = sorted([*folder.glob(f"{part}*.jsonl.xz"), *folder.glob(f"{part}*.jsonl")])
    if len(found) != 1:
        raise SystemExit(f"{folder} holds {len(found)} files {part}*.jsonl[.xz], where one is expected")
    return found[0]


def share_of(key: str) -> float:
    """A number in [0, 1) that depends on the key alone."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64


def parse_weight(text: str) -> tuple[re.Pattern[str], float]:
    """`PATTERN=FACTOR` of the command line."""
    pattern, _, factor = text.rpartition("=")
    if not pattern or float(factor) < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not PATTERN=FACTOR")
    return re.compile(pattern), float(factor)


def weighted(document: Document, weights: list[tuple[re.Pattern[str], float]]) -> Document:
    """The document, its weight multiplied by that of the first pattern found in its source."""
    factor = next((factor for pattern, factor in weights if pattern.search(document.source)), 1)
    return replace(document, weight=document.weight * factor)


def copies(document: Document) -> int:
    """How often the document enters the stream: its weight, rounded up or down by chance that its text decides."""
    whole = int(document.weight)
    return whole + (share_of(document.text) < document.weight - whole)


def validation_paragraphs(files: list[Path]) -> Iterator[str]:
    """All paragraphs of validation files, cleaned, in whatever section they stand."""
    for file in files:
        for entry in read_corpus(file):
            for section in entry["sections"]:
                yield from map(clean_paragraph, section["paragraphs"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, action="append")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary", type=Path, help="folder whose vocab.json and merges.txt to take, not to learn")
    parser.add_argument("--vocabulary-size", type=int, default=8192)
    parser.add_argument("--min-character-count", type=int, default=50)
    parser.add_argument("--abstract-weight", type=float, default=2)
    parser.add_argument(
        "--weight",
        type=parse_weight,
        action="append",
        default=[],
        metavar="PATTERN=FACTOR",
        help="how often to read sources with this pattern in their name; the first that fits counts",
    )
    parser.add_argument("--held-share", type=float, default=0.005, help="share of the entries kept in held*.bin")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()

    def report(message: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {message}", flush=True)

    def stream_name(part: str, number: int) -> str:
        return part if number == 0 else f"{part}{number + 1}"

    valid_files = [corpus_file(folder, "valid") for folder in options.corpus]
    valid = [list(documents(file, ParagraphFilter())) for file in valid_files]
    paragraphs = ParagraphFilter(KeptApart(validation_paragraphs(valid_files)))
    train: list[Document] = []
    held: list[list[Document]] = []
    for folder in options.corpus:
        found = list(documents(corpus_file(folder, "train"), paragraphs, options.abstract_weight))
        held.append([document for document in found if share_of(document.entry) < options.held_share])
        train += (
            weighted(document, options.weight) for document in found if share_of(document.entry) >= options.held_share
        )
    random.Random(options.seed).shuffle(train)
    report(f"{len(train)} documents, {sum(len(d.text) for d in train)} characters")
    report(f"paragraphs {dict(paragraphs.counts)}")

    tokenized = []
    counts: Counter[str] = Counter()
    for entry in moses(train, options.processes):
        tokenized.append(entry)
        if not options.vocabulary:
            counts.update(entry[1].split(" "))
        if len(tokenized) % 4000 == 0:
            report(f"{len(tokenized)} documents in words")

    if options.vocabulary:
        for name in ("vocab.json", "merges.txt"):
            shutil.copyfile(options.vocabulary / name, options.out / name)
    else:
        report(f"{len(counts)} different words, {counts.total()} in all")
        save(options.out, *learn(counts, options.vocabulary_size, options.min_character_count))
    encoder = WordEncoder.load(options.out)
    report(f"{encoder.vocabulary_size} symbols")

    summary: dict[str, Any] = {"weights": {pattern.pattern: factor for pattern, factor in options.weight}}
    summary["paragraphs"] = dict(paragraphs.counts)

    def write(name: str, entries: list[Tokenized]) -> None:
        stream, summary[name] = encode(entries, encoder)
        stream.tofile(options.out / f"{name}.bin")
        report(f"{name}: {summary[name]['tokens']} tokens, {summary[name]['characters']} characters")

    repeated = [entry for entry in tokenized for _ in range(copies(entry[0]))]
    random.Random(options.seed + 1).shuffle(repeated)
    write("train", repeated)
    for part, texts in (("held", held), ("valid", valid)):
        for number, found in enumerate(texts):
            entries = list(moses(found, options.processes))
            random.Random(options.seed + 2).shuffle(entries)
            write(stream_name(part, number), entries)
    (options.out / "data.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
