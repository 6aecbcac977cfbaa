"""Prepares training data: corpus files to a vocabulary and streams of token ids.

    python data.py --corpus CORPUS --out DATA

CORPUS holds `train.jsonl.xz` and `valid.jsonl.xz`. DATA receives `vocab.json`,
`merges.txt`, `train.bin` and `valid.bin` (uint16 ids; every document starts
with `</s>`, and one `</s>` ends the stream) and `data.json` (counts).
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from corpus import Document, documents
from tokenizer import EOS_ID, UNK_ID, MosesWords, WordEncoder, learn, normalize, save

_words: MosesWords | None = None


def _start_worker() -> None:
    global _words
    _words = MosesWords()


def _tokenize(document: Document) -> tuple[Document, str, int]:
    assert _words is not None
    return document, " ".join(_words(document.text)), len(normalize(document.text))


def moses(texts: list[Document], processes: int) -> Iterator[tuple[Document, list[str], int]]:
    """Moses words and normalised length in characters of each document, in order."""
    with Pool(processes, initializer=_start_worker) as pool:
        for document, words, characters in pool.imap(_tokenize, texts, chunksize=32):
            yield document, words.split(" "), characters


def encode(tokenized: list[tuple[Document, list[str], int]], encoder: WordEncoder) -> tuple[np.ndarray, dict[str, int]]:
    """One stream of ids [tokens], and what is in it by kind of document."""
    stream: list[np.ndarray] = []
    statistics: Counter[str] = Counter()
    for document, words, characters in tokenized:
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
    parser.add_argument("--corpus", type=Path, required=True)
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

    train = list(documents(options.corpus / "train.jsonl.xz", options.abstract_repeats))
    random.Random(options.seed).shuffle(train)
    report(f"{len(train)} documents, {sum(len(d.text) for d in train)} characters")

    tokenized = []
    counts: Counter[str] = Counter()
    for entry in moses(train, options.processes):
        tokenized.append(entry)
        counts.update(entry[1])
        if len(tokenized) % 2000 == 0:
            report(f"{len(tokenized)} documents in words")
    report(f"{len(counts)} different words, {counts.total()} in all")

    vocabulary, merges = learn(counts, options.vocabulary_size, options.min_character_count)
    save(options.out, vocabulary, merges)
    report(f"{len(vocabulary)} symbols, {len(merges)} merges")

    encoder = WordEncoder(vocabulary, merges)
    repeated = [entry for entry in tokenized for _ in range(entry[0].repeats)]
    random.Random(options.seed + 1).shuffle(repeated)
    summary = {}
    stream, summary["train"] = encode(repeated, encoder)
    stream.tofile(options.out / "train.bin")
    report(f"train {summary['train']}")

    valid = list(moses(list(documents(options.corpus / "valid.jsonl.xz")), options.processes))
    random.Random(options.seed + 2).shuffle(valid)
    stream, summary["valid"] = encode(valid, encoder)
    stream.tofile(options.out / "valid.bin")
    report(f"valid {summary['valid']}")
    (options.out / "data.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
