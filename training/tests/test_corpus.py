"""Entries of every kind to documents."""

from __future__ import annotations

from typing import Any

from corpus import Document, ParagraphFilter, entry_documents
from overlap import KeptApart


def prose(subject: str, sentences: int = 4) -> str:
    """A paragraph of whole sentences about `subject`, different for each."""
    return " ".join(
        f"The {subject} of the {ordinal} group was measured by trained nurses who had been told nothing."
        for ordinal in ("first", "second", "third", "fourth", "fifth", "sixth")[:sentences]
    )


def entry(source: str, title: str, *sections: tuple[str, list[str]]) -> dict[str, Any]:
    return {
        "id": f"{source} {title}",
        "source": source,
        "title": title,
        "sections": [{"heading": heading, "paragraphs": paragraphs} for heading, paragraphs in sections],
    }


def read(item: dict[str, Any], paragraphs: ParagraphFilter | None = None) -> list[Document]:
    return list(entry_documents(item, paragraphs or ParagraphFilter(), 2))


def test_an_article_is_its_abstract_with_the_title_and_its_top_level_sections() -> None:
    item = entry(
        "PMC open access",
        "Salt and pressure",
        ("ABSTRACT.METHODS", [prose("pulse")]),
        ("ABSTRACT.RESULTS", [prose("pressure")]),
        ("BODY.METHODS.DESIGN", [prose("height")]),
        ("BODY.METHODS.ETHICS APPROVAL", [prose("consent")]),
        ("BODY.METHODS.VITAMIN D SUPPLEMENTATION", [prose("weight")]),
        ("BODY.FUNDING", [prose("grant")]),
    )
    assert [(d.kind, d.text, d.weight) for d in read(item)] == [
        ("abstract", f"Salt and pressure. {prose('pulse')} {prose('pressure')}", 2),
        ("body", f"{prose('height')} {prose('weight')}", 1),
    ]


def test_a_digest_for_lay_readers_is_a_document_of_its_own() -> None:
    item = entry("eLife", "Why cells die", ("ABSTRACT", [prose("cell")]), ("ABSTRACT.ELIFE DIGEST", [prose("life", 6)]))
    assert [(d.kind, d.weight) for d in read(item)] == [("abstract", 2), ("lay summary", 1)]
    assert read(item)[1].text == prose("life", 6)


def test_a_chapter_keeps_what_would_be_a_form_in_an_article() -> None:
    item = entry(
        "OpenStax, Nutrition for Nurses",
        "Ethics",
        ("BODY.INTRODUCTION", [prose("diet")]),
        ("BODY.ETHICS OF NURSING", [prose("consent")]),
        ("BODY.ETHICS OF NURSING.DIETARY SUPPLEMENTS", [prose("vitamin")]),
        ("BODY.ETHICS OF NURSING.FOOTNOTES", [prose("note")]),
    )
    assert [(d.kind, d.text) for d in read(item)] == [
        ("chapter", prose("diet")),
        ("chapter", f"{prose('consent')} {prose('vitamin')}"),
    ]


def test_each_gene_is_a_document_and_a_pathway_carries_its_name() -> None:
    genes = entry("RefSeq gene summaries", "Genes of Homo sapiens", ("BODY.SUMMARY", [prose("gene"), prose("locus")]))
    assert [d.text for d in read(genes)] == [prose("gene"), prose("locus")]
    pathway = entry("WikiPathways descriptions", "Sugar synthesis", ("BODY.DESCRIPTION", [prose("sugar", 1)]))
    assert [d.text for d in read(pathway)] == [f"Sugar synthesis. {prose('sugar', 1)}"]


def test_of_a_page_the_answers_are_kept_without_the_question() -> None:
    page = entry("MedQuAD (GHR)", "Gout", ("What is gout ?", [f"What is gout? {prose('joint')}"]))
    assert [(d.kind, d.text) for d in read(page)] == [("answer", prose("joint"))]


def test_superscripts_go_from_the_collection_that_has_them_alone() -> None:
    text = prose("caspase3 activity")
    for source, expected in (("PMC open access", text.replace("caspase3", "caspase")), ("eLife", text)):
        assert read(entry(source, "", ("BODY.RESULTS", [text])))[0].text == expected


def test_paragraphs_that_repeat_or_stand_in_the_text_kept_apart_are_dropped() -> None:
    kept_apart = "Gout is a disease in which crystals of uric acid form in the joints; it comes in attacks of pain."
    paragraphs = ParagraphFilter(KeptApart([kept_apart]))
    page = entry("MedQuAD (GHR)", "Gout", ("Gout", [kept_apart, prose("kidney"), prose("kidney"), "No."]))
    assert [d.text for d in read(page, paragraphs)] == [prose("kidney")]
    assert paragraphs.counts == {"kept apart": 1, "kept": 1, "repeated": 1, "no prose": 1}
