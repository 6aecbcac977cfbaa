"""Corpus reading: JSON lines of articles and answer pages to documents of running prose.

A corpus line is one object with `id`, `source`, `title` and
`sections: [{heading, paragraphs}]`. Articles have headings that start with
`ABSTRACT` or `BODY`; every other source is treated as question and answer
pages, of which only the answers are kept.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SKIPPED_HEADINGS = re.compile(
    r"COMPETING|CONTRIBUTION|PRE-PUBLICATION|SUPPORTING INFO|SUPPLEMENT|ABBREVIATION|REGISTRATION"
    r"|FUNDING|ACKNOWLEDG|CONFLICT|REFERENCES|DISCLOSURE|ADDITIONAL FILE|AVAILABILITY|CONSENT"
    r"|ETHIC|AUTHOR|TRIAL STATUS|SPONSOR|DATA SHARING|PROTOCOL VERSION|FINANCIAL|KEYWORD",
    re.IGNORECASE,
)
CITATION = re.compile(r"\s?\[\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\s?\]")
# Citations that were superscripts: "incisions5, 10, 11 or", "in healing.12 A recent".
SUPERSCRIPT = re.compile(
    r"(?<=[a-z]{4})\d{1,2}(?:\s?[,–-]\s?\d{1,3})*(?=[\s.,;)])|(?<=[a-z]{4}[.,])\d{1,3}(?:\s?[,–-]\s?\d{1,3})*(?=\s)"
)
CAPTION = re.compile(r"^(?:Table|Fig(?:ure)?\.?|Additional file|Box|Panel|Supplementary)\s*S?\d", re.IGNORECASE)
LEADING_QUESTION = re.compile(r"^(?:What|How|Who|Is|Are|Can|Do|Does|Why|When|Where)\b[^?.]{3,200}\?\s+")
BOILERPLATE = re.compile(
    r"Human Phenotype Ontology|^More on:|^Key Points|^See also|^Related Links|Frequently Asked Que|^These resources"
    r"|^- |https?://\S+\s*$|^Summary\s*:",
)
SENTENCE_END = re.compile(r"""[.!?:;][)"'”’\]]*$""")


@dataclass(frozen=True)
class Document:
    """One training text; `repeats` says how often it enters a training stream."""

    text: str
    kind: str
    repeats: int = 1


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the objects of a `.jsonl` or `.jsonl.xz` file."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def clean_paragraph(text: str) -> str:
    """Removes numeric citations and collapses white space."""
    return re.sub(r"\s+", " ", SUPERSCRIPT.sub("", CITATION.sub("", text))).strip()


def is_prose(text: str) -> bool:
    """True for a paragraph that reads as sentences rather than as a table, caption or list."""
    if len(text) < 40 or CAPTION.match(text) or BOILERPLATE.search(text) or not SENTENCE_END.search(text):
        return False
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    return letters >= 0.7 * len(text) and digits <= 0.1 * len(text) and text.count(" - ") * 60 <= len(text)


class ParagraphFilter:
    """Cleans paragraphs, drops junk, and drops paragraphs already seen in the corpus."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def keep(self, paragraphs: list[str]) -> list[str]:
        kept = []
        for paragraph in paragraphs:
            text = clean_paragraph(paragraph)
            key = hashlib.blake2b(text.encode(), digest_size=8).digest()
            if is_prose(text) and key not in self._seen:
                self._seen.add(key)
                kept.append(text)
        return kept


def article_documents(
    article: dict[str, Any], paragraphs: ParagraphFilter, abstract_repeats: int
) -> Iterator[Document]:
    """Title and abstract as one document, then each top-level body section as one.

    Sections are separate documents so that the model often sees prose with
    little context before it, which is what an editor gives it.
    """
    abstract: list[str] = []
    body: dict[str, list[str]] = {}
    for section in article["sections"]:
        heading = section["heading"]
        if SKIPPED_HEADINGS.search(heading):
            continue
        kept = paragraphs.keep(section["paragraphs"])
        if heading.startswith("ABSTRACT"):
            abstract += kept
        else:
            body.setdefault(".".join(heading.split(".")[:2]), []).extend(kept)
    if abstract:
        text = " ".join(abstract)
        title = clean_paragraph(article["title"] or "")
        if title:
            text = f"{title if title[-1] in '.?!' else title + '.'} {text}"
        yield Document(text, "abstract", abstract_repeats)
    for kept in body.values():
        if sum(map(len, kept)) >= 200:
            yield Document(" ".join(kept), "body")


def answer_documents(page: dict[str, Any], paragraphs: ParagraphFilter) -> Iterator[Document]:
    """Each answer of a page as one document, without the question it may repeat."""
    for section in page["sections"]:
        kept = paragraphs.keep([LEADING_QUESTION.sub("", p) for p in section["paragraphs"]])
        if sum(map(len, kept)) >= 60:
            yield Document(" ".join(kept), "answer")


def documents(
    path: Path, abstract_repeats: int = 1, paragraphs: ParagraphFilter | None = None
) -> Iterator[Document]:
    """All documents of a corpus file, in file order, without what `paragraphs` has seen before."""
    paragraphs = paragraphs or ParagraphFilter()
    for entry in read_corpus(path):
        if any(section["heading"].startswith(("ABSTRACT", "BODY")) for section in entry["sections"]):
            yield from article_documents(entry, paragraphs, abstract_repeats)
        else:
            yield from answer_documents(entry, paragraphs)
