"""Prepares training data: corpus files to a vocabulary and streams of token ids.

    python data.py --corpus CORPUS [--corpus MORE …] --out DATA

A CORPUS is a folder with `train.jsonl.xz` and `valid.jsonl.xz`; several are
joined. DATA receives `vocab.json`, `merges.txt`, and streams of uint16 ids in
which every document starts with `</s>`, and one `</s>` ends the stream:
`train.bin`, `held.bin` (a piece of the training documents that is kept out of
`train.bin`: to choose with), and the validation text of each corpus apart,
`valid.bin`, `valid2.bin`, … (to report only). `data.json` holds the counts.

A training paragraph that stands in any validation text is dropped.
`--vocabulary FOLDER` takes the vocabulary of a model instead of learning one.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from corpus import Document, ParagraphFilter, documents
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


def encode(tokenized: list[Tokenized], encoder: WordEncoder) -> tuple[np.ndarray, dict[str, int]]:
    """One stream of ids [tokens], and what is in it by kind of document."""
    stream: list[np.ndarray] = []
    statistics: Counter[str] = Counter()
    for document, text, characters in tokenized:
        words = text.split(" ")
        ids = [EOS_ID]
        for word in words:
            ids += encoder.ids(word)
        statistics[f"{document.kind}_documents"] += 1
        statistics[f"{document.kind}_tokens"] += len(ids)
        statistics["characters"] += characters
        statistics["words"] += len(words)
        statistics["unknown"] += ids.count(UNK_ID)
        stream.append(np.array(ids, dtype=np.uint16))
    stream.append(np.array([EOS_ID], dtype=np.uint16))
    joined = np.concatenate(stream)
    statistics["tokens"] = len(joined)
    return joined, dict(statistics)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, action="append")
    parser.add_argument("--vocabulary", type=Path, help="folder with vocab.json and merges.txt")
    parser.add_argument("--held-share", type=float, default=0.004, help="share of the training documents in held.bin")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--vocabulary-size", type=int, default=8192)
    parser.add_argument("--min-character-count", type=int, default=50)
    parser.add_argument("--abstract-repeats", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()

    def report(message: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {message}", flush=True)

    paragraphs = ParagraphFilter()
    validation = [list(documents(corpus / "valid.jsonl.xz", paragraphs=paragraphs)) for corpus in options.corpus]
    train = []
    for corpus in options.corpus:
        train += documents(corpus / "train.jsonl.xz", options.abstract_repeats, paragraphs)
    random.Random(options.seed).shuffle(train)
    report(f"{len(train)} documents, {sum(len(d.text) for d in train)} characters")

    tokenized = []
    counts: Counter[str] = Counter()
    for entry in moses(train, options.processes):
        tokenized.append(entry)
        if not options.vocabulary:
            counts.update(entry[1].split(" "))
        if len(tokenized) % 2000 == 0:
            report(f"{len(tokenized)} documents in words")

    if options.vocabulary:
        options.out.mkdir(parents=True, exist_ok=True)
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(options.vocabulary / name, options.out / name)
        encoder = WordEncoder.load(options.out)
    else:
        report(f"{len(counts)} different words, {counts.total()} in all")
        vocabulary, merges = learn(counts, options.vocabulary_size, options.min_character_count)
        save(options.out, vocabulary, merges)
        report(f"{len(vocabulary)} symbols, {len(merges)} merges")
        encoder = WordEncoder(vocabulary, merges)

    summary = {}

    def write(name: str, entries: list[Tokenized]) -> None:
        stream, summary[name] = encode(entries, encoder)
        stream.tofile(options.out / f"{name}.bin")
        report(f"{name} {summary[name]}")

    held = round(len(tokenized) * options.held_share)
    write("held", tokenized[:held])
    repeated = [entry for entry in tokenized[held:] for _ in range(entry[0].repeats)]
    random.Random(options.seed + 1).shuffle(repeated)
    write("train", repeated)
    for number, texts in enumerate(validation, start=1):
        valid = list(moses(texts, options.processes))
        random.Random(options.seed + 2).shuffle(valid)
        write("valid" if number == 1 else f"valid{number}", valid)
    (options.out / "data.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
