"""Corpus reading: JSON lines of entries to documents of running prose.

A corpus line is one object with `id`, `source`, `title` and
`sections: [{heading, paragraphs}]`. The source tells the kind of entry:

- articles, with headings that start with `ABSTRACT` or `BODY`;
- chapters of books, likewise, known by their source;
- collections of short texts (gene summaries, pathway descriptions);
- question and answer pages, with any other heading, of which the answers are kept.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cleaning import clean_paragraph, is_prose
from overlap import KeptApart

FORMS = re.compile(
    r"COMPETING|CONTRIBUTION|PRE-PUBLICATION|SUPPORTING INFO|SUPPLEMENT(?:AL|ARY)|SUPPLEMENTS?$|ABBREVIATION"
    r"|REGISTRATION|FUNDING|ACKNOWLEDG|CONFLICT|REFERENCES|DISCLOSURE|ADDITIONAL FILE|AVAILABILITY|CONSENT"
    r"|ETHIC|AUTHOR|TRIAL STATUS|SPONSOR|DATA SHARING|PROTOCOL VERSION|FINANCIAL|KEYWORD|MMWR HOME",
    re.IGNORECASE,
)
"""Sections of articles that are forms to fill in rather than prose."""
BOOK_APPARATUS = re.compile(
    r"\.(?:REFERENCES|FOOTNOTES|FURTHER READING|SUGGESTED READING|KEY TERMS|RESOLUTION|EXERCISES)$"
)
BOOKS = re.compile(r"^OpenStax|^The Book of OHDSI")
SHORT_TEXTS = re.compile(r"^RefSeq gene summaries|^WikiPathways")
TITLED_SHORT_TEXTS = re.compile(r"^WikiPathways")
# Only this collection has citations that were superscripts and now stick to words.
FLATTENED = re.compile(r"^PMC open access$")
LAY_SUMMARY = re.compile(r"DIGEST|PLAIN LANGUAGE|LAY SUMMARY")
LEADING_QUESTION = re.compile(r"^(?:What|How|Who|Is|Are|Can|Do|Does|Why|When|Where)\b[^?.]{3,200}\?\s+")


@dataclass(frozen=True)
class Document:
    """One training text; `weight` says how often it enters a training stream, on average."""

    text: str
    kind: str
    weight: float = 1
    entry: str = ""
    source: str = ""


def read_corpus(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the objects of a `.jsonl` or `.jsonl.xz` file."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


@dataclass
class ParagraphFilter:
    """Cleans paragraphs; drops junk, what was seen before, and what stands in the text kept apart.

    `counts` tells how many paragraphs came in, and how many left for which reason.
    """

    kept_apart: KeptApart | None = None
    counts: Counter[str] = field(default_factory=Counter)
    _seen: set[bytes] = field(default_factory=set)

    def keep(self, paragraphs: list[str], superscripts: bool = False) -> list[str]:
        kept = []
        for paragraph in paragraphs:
            text = clean_paragraph(paragraph, superscripts)
            reason = self._reason(text)
            self.counts[reason or "kept"] += 1
            if reason is None:
                kept.append(text)
        return kept

    def _reason(self, text: str) -> str | None:
        if not is_prose(text):
            return "no prose"
        key = hashlib.blake2b(text.encode(), digest_size=8).digest()
        if key in self._seen:
            return "repeated"
        self._seen.add(key)
        if self.kept_apart is not None and self.kept_apart.holds(text):
            return "kept apart"
        return None


def _titled(title: str | None, text: str) -> str:
    title = clean_paragraph(title or "")
    if not title:
        return text
    return f"{title if title[-1] in '.?!' else title + '.'} {text}"


def article_documents(
    article: dict[str, Any], paragraphs: ParagraphFilter, abstract_weight: float
) -> Iterator[Document]:
    """Title and abstract as one document, a summary for lay readers as another, then each top-level body section.

    Sections are separate documents so that the model often sees prose with
    little context before it, which is what an editor gives it.
    """
    superscripts = bool(FLATTENED.match(article["source"]))
    abstract: list[str] = []
    lay: list[str] = []
    body: dict[str, list[str]] = {}
    for section in article["sections"]:
        heading = section["heading"]
        if FORMS.search(heading):
            continue
        kept = paragraphs.keep(section["paragraphs"], superscripts)
        if not heading.startswith("ABSTRACT"):
            body.setdefault(".".join(heading.split(".")[:2]), []).extend(kept)
        elif LAY_SUMMARY.search(heading):
            lay += kept
        else:
            abstract += kept
    if abstract:
        yield Document(_titled(article["title"], " ".join(abstract)), "abstract", abstract_weight)
    if lay:
        yield Document(" ".join(lay), "lay summary")
    for kept in body.values():
        if sum(map(len, kept)) >= 200:
            yield Document(" ".join(kept), "body")


def chapter_documents(chapter: dict[str, Any], paragraphs: ParagraphFilter) -> Iterator[Document]:
    """Each module (top-level section) of a book's chapter. What is a form in an article may be its subject here."""
    modules: dict[str, list[str]] = {}
    for section in chapter["sections"]:
        if not BOOK_APPARATUS.search(section["heading"]):
            module = ".".join(section["heading"].split(".")[:2])
            modules.setdefault(module, []).extend(paragraphs.keep(section["paragraphs"]))
    for kept in modules.values():
        if sum(map(len, kept)) >= 200:
            yield Document(" ".join(kept), "chapter")


def short_documents(entry: dict[str, Any], paragraphs: ParagraphFilter) -> Iterator[Document]:
    """Each paragraph by itself: an entry holds twenty genes, or one pathway, whose name its title is."""
    title = entry["title"] if TITLED_SHORT_TEXTS.match(entry["source"]) else None
    for section in entry["sections"]:
        for text in paragraphs.keep(section["paragraphs"]):
            yield Document(_titled(title, text), "short")


def answer_documents(page: dict[str, Any], paragraphs: ParagraphFilter) -> Iterator[Document]:
    """Each answer of a page as one document, without the question it may repeat."""
    for section in page["sections"]:
        kept = paragraphs.keep([LEADING_QUESTION.sub("", p) for p in section["paragraphs"]])
        if sum(map(len, kept)) >= 60:
            yield Document(" ".join(kept), "answer")


def entry_documents(entry: dict[str, Any], paragraphs: ParagraphFilter, abstract_weight: float) -> Iterator[Document]:
    """The documents of one entry, by its kind."""
    source = entry["source"]
    if BOOKS.match(source):
        return chapter_documents(entry, paragraphs)
    if SHORT_TEXTS.match(source):
        return short_documents(entry, paragraphs)
    if any(section["heading"].startswith(("ABSTRACT", "BODY")) for section in entry["sections"]):
        return article_documents(entry, paragraphs, abstract_weight)
    return answer_documents(entry, paragraphs)


def documents(path: Path, paragraphs: ParagraphFilter, abstract_weight: float = 1) -> Iterator[Document]:
    """All documents of a corpus file, in file order, each with its entry's id and source."""
    for entry in read_corpus(path):
        for document in entry_documents(entry, paragraphs, abstract_weight):
            yield Document(document.text, document.kind, document.weight, str(entry["id"]), entry["source"])
