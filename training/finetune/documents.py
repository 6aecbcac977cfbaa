"""Reads documents: JSON lines or a table (TSV with a header), either also compressed by xz."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from task_texts import answer_of, own_source, reads_as, source_of

ANSWER_FIELDS = ("answer", "target")


class BadData(SystemExit):
    """Data that can't be read, with the file and the line."""


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    opener = {".xz": lzma.open, ".gz": gzip.open}.get(path.suffix, open)
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise BadData(f"{path} can't be read: {error}") from error
    if ".tsv" in path.suffixes:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, row in enumerate(reader, start=2):
            yield number, {name: value for name, value in row.items() if name is not None and value is not None}
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadData(f"{path}, line {number}: {error}") from error
        if not isinstance(document, dict):
            raise BadData(f"{path}, line {number}: not an object")
        yield number, document


def read_pairs(
    paths: list[Path], task: str, declared: dict[str, Any], *, with_empty: bool, cased: bool
) -> list[tuple[str, str]]:
    """Sources and answers of all documents, in the files' order.

    An answer stands in `answer` or `target`, or is made of `gold` for a task of the paper. Documents without relations
    are left out, as in the original, unless `with_empty` takes them in with an empty answer.
    @raises BadData naming the line
    """
    form, with_conclusion = declared.get("form"), declared.get("withConclusion", False)
    pairs: list[tuple[str, str]] = []
    for path in paths:
        for number, document in _lines(path):
            try:
                told = next((document[name] for name in ANSWER_FIELDS if document.get(name) is not None), None)
                if form:
                    source = own_source(form, declared["lowerCase"], document)
                    answer = told or ""
                    if not reads_as(form, answer):
                        raise ValueError(f'"{answer}" does not read as the task declares')
                else:
                    source = source_of(task, document, with_conclusion=with_conclusion, cased=cased)
                    answer = told if told is not None else answer_of(task, document)
            except (KeyError, IndexError, TypeError, ValueError) as error:
                why = f"it has no {error}" if isinstance(error, KeyError) else error
                raise BadData(f"{path}, line {number}: {why}") from error
            if not source:
                raise BadData(f"{path}, line {number}: the text is empty")
            if answer or with_empty:
                pairs.append((source, answer))
    if not pairs:
        raise BadData(f"there is no document with an answer in {', '.join(map(str, paths))}")
    return pairs
