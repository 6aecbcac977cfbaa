"""Reads the files of relations in a folder with `bioc` (PyPI), checks those in BioC's form, and writes them again.

Prints a JSON object: for each form its documents, as the test wants them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bioc import biocjson, biocxml, brat, pubtator
from bioc.validator import validate


def bioc_documents(collection: Any) -> list[dict[str, Any]]:
    """Documents of a BioC collection; `validate` complains of texts that are not where their annotations say."""
    validate(collection)
    found = []
    for document in collection.documents:
        annotations = [each for passage in document.passages for each in passage.annotations]
        words = {each.id: each.text for each in annotations}
        found.append(
            {
                "id": document.id,
                "text": " ".join(passage.text for passage in document.passages),
                "marks": [
                    {
                        "start": each.total_span.offset,
                        "end": each.total_span.end,
                        "text": each.text,
                        "type": each.infons["type"],
                        "ids": each.infons.get("identifier", ""),
                    }
                    for each in annotations
                ],
                "relations": [
                    {
                        "type": each.infons["type"],
                        "first": words[each.nodes[0].refid],
                        "second": words[each.nodes[1].refid],
                        "infons": each.infons,
                    }
                    for each in document.relations
                ],
            }
        )
    return found


def pubtator_documents(text: str) -> list[dict[str, Any]]:
    return [
        {
            "id": document.pmid,
            "text": document.text,
            "marks": [
                {"start": each.start, "end": each.end, "text": each.text, "type": each.type, "ids": each.id}
                for each in document.annotations
            ],
            "relations": [
                {"type": each.type, "first": each.id1, "second": each.id2, "infons": {}}
                for each in document.relations
            ],
        }
        for document in pubtator.loads(text)
    ]


def brat_documents(folder: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted(folder.glob("*.ann")):
        with path.with_suffix(".txt").open(encoding="utf-8", newline="") as text:
            document = brat.loads(text.read(), path.read_text(encoding="utf-8"))
        words = {each.id: each.text for each in document.entities}
        found.append(
            {
                "id": path.stem,
                "text": document.text,
                "marks": [
                    {
                        "start": each.total_span[0],
                        "end": each.total_span[1],
                        "text": each.text,
                        "type": each.type,
                        "ids": "",
                    }
                    for each in document.entities
                ],
                "relations": [
                    {
                        "type": each.type,
                        "first": words[each.arguments["Arg1"]],
                        "second": words[each.arguments["Arg2"]],
                        "infons": {},
                    }
                    for each in document.relations
                ],
            }
        )
    return found


def main() -> None:
    folder = Path(sys.argv[1])
    collection = biocjson.loads((folder / "bioc-json").read_text(encoding="utf-8"))
    (folder / "again.json").write_text(biocjson.dumps(collection), encoding="utf-8")
    xml = biocxml.dumps(collection)
    (folder / "again.xml").write_text(xml, encoding="utf-8")
    found = {
        "json": bioc_documents(collection),
        "xml": bioc_documents(biocxml.loads(xml)),
        "pubtator": pubtator_documents((folder / "pubtator").read_text(encoding="utf-8")),
        "brat": brat_documents(folder),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
