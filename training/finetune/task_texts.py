"""What each task's model reads and writes, as strings: the same as `src/mining` of the product makes and reads.

Sources: `examples/<task>/rebuild_data.py` and `preprocess.py` of microsoft/BioGPT; a lab's own task: the form that its
declaration gives (`docs/models.md`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Document = Mapping[str, Any]

PAPER_TASKS = ("bc5cdr", "ddi", "kd-dti", "hoc", "pubmedqa")

# White space as `\s` of JavaScript has it, by which the product fills templates.
_JS_SPACE = re.compile(r"[\t-\r \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
_FIELD = re.compile(r"\{(\w+)\}")


def _one_line(text: str) -> str:
    return re.sub(r"\r\n|[\r\n]", " ", text).strip()


def _title_and_text(document: Document) -> str:
    head, body = _one_line(document.get("title") or ""), _one_line(document["text"])
    if not head:
        return body.lower()
    between = ". " if re.search(r"\w$", head) else " "
    return f"{head}{between}{body}".strip().lower()


def _sentence(document: Document) -> str:
    line = _one_line(document["text"])
    return line if line.endswith(".") else f"{line}."


def _question_and_context(document: Document, with_conclusion: bool, cased: bool) -> str:
    contexts = document.get("contexts")
    context = " ".join(part.strip() for part in contexts) if contexts else document["text"]
    asked = f"question: {(document.get('question') or document['title']).strip()} context: "
    if not with_conclusion:
        return (asked + " ".join(context.split())).strip()
    conclusion = document.get("conclusion") or document.get("longAnswer")
    if not conclusion:
        raise ValueError("it has no conclusion")
    line = f"{asked}{context.strip()} answer: {conclusion.strip()}"
    line = line if line.endswith(".") else f"{line}."
    return line if cased else line.lower()


def source_of(task: str, document: Document, *, with_conclusion: bool = False, cased: bool = False) -> str:
    """The line that a task of the paper has its model read; `cased` counts for PubMedQA with conclusions alone."""
    if task in ("bc5cdr", "kd-dti"):
        return _title_and_text(document)
    if task == "ddi":
        return _one_line(document["text"] or document["title"]).lower()
    if task == "hoc":
        return _sentence(document)
    return _question_and_context(document, with_conclusion, cased)


def _names(ids_by_name: Mapping[str, str] | None) -> Callable[[str], str | None]:
    """From an identifier to the longest of its names; without a table what stands in the data are names already."""
    if ids_by_name is None:
        return lambda name: name
    names: dict[str, str] = {}
    for name, identifier in ids_by_name.items():
        if len(name) > len(names.get(identifier, "")):
            names[identifier] = name
    return names.get


def _listed(relations: list[str]) -> str:
    return f"{'; '.join(relations)}." if relations else ""


def answer_of(task: str, document: Document) -> str:
    """The answer that a task of the paper has its model write; empty for a document without relations.

    `gold` of a document lists its relations or labels; BC5CDR's are names, or identifiers where `chemical2id` and
    `disease2id` name them.
    """
    gold = document["gold"]
    if task == "bc5cdr":
        chemicals, diseases = (_names(document.get(table)) for table in ("chemical2id", "disease2id"))
        pairs = [(chemicals(pair["chemical"]), diseases(pair["disease"])) for pair in gold]
        # An identifier without a name in the document can't be written.
        return _listed(
            [
                f"the relation between {chemical} and {disease} exists".lower()
                for chemical, disease in pairs
                if chemical is not None and disease is not None
            ]
        )
    if task in ("ddi", "kd-dti"):
        # The originals look for the cased name in the small letters of the text; what isn't found comes first.
        source = source_of(task, document)
        ordered = sorted(gold, key=lambda triple: source.find(triple["drug"]))
        return _listed(
            [
                f"the interaction between {triple['drug']} and {triple['target']} is {triple['relation']}".lower()
                for triple in ordered
            ]
        )
    if task == "hoc":
        return f"the type of this document is {'|'.join(gold)}."
    return f"the answer to the question given the context is {gold[0]}."


def own_source(form: Mapping[str, Any], lower_case: bool, document: Document) -> str:
    """The line that a lab's own task has its model read: its template, filled with a document's fields."""
    filled = _FIELD.sub(lambda field: str(document.get(field[1]) or ""), form["source"])
    line = _JS_SPACE.sub(" ", filled).strip()
    return line.lower() if lower_case else line


def reads_as(form: Mapping[str, Any], answer: str) -> bool:
    """Whether the product finds in an answer of a lab's own task what the task declares; an empty answer says none."""
    declared = form["answer"]
    line = answer.strip().removesuffix(".").strip()
    if not line:
        return True
    if declared["kind"] == "choice":
        return any(line == f"{declared['phrase']} {choice}" for choice in declared["choices"])
    parts = _FIELD.split(declared["pattern"])
    words = "".join(re.escape(part) if place % 2 == 0 else r"[^\n]+" for place, part in enumerate(parts))
    pattern = re.compile(words, re.IGNORECASE)
    return all(pattern.fullmatch(part.strip()) for part in line.split(declared.get("separator", "; ")))
