"""Copies of text kept apart, whole and edited."""

from __future__ import annotations

from overlap import KeptApart

KEPT = (
    "Autosomal recessive inheritance means both copies of the gene in each cell have mutations. The parents of "
    "an individual with the condition each carry one copy of the mutated gene, but they typically do not show signs."
)
OTHER = (
    "Both copies of the gene were deleted in the mouse, and the animals were followed for 24 weeks by researchers "
    "who did not know the genotype; signs of disease were scored by two of them."
)


def test_a_copy_is_found() -> None:
    assert KeptApart([OTHER, KEPT]).overlap(KEPT) == 1


def test_a_copy_with_edits_is_found() -> None:
    edited = KEPT.upper().replace("INDIVIDUAL", "person").replace(".", ";") + " This pattern is common in families."
    assert KeptApart([KEPT]).holds(edited)


def test_other_text_with_words_in_common_is_not() -> None:
    assert KeptApart([KEPT]).overlap(OTHER) == 0
    assert not KeptApart([]).holds(OTHER)


def test_digits_make_no_difference() -> None:
    template = "The mean age of the {} patients was {}.{} years and most of them were women."
    assert KeptApart([template.format(120, 54, 3)]).holds(template.format(348, 61, 9))


def test_a_paragraph_of_few_words_is_one_run() -> None:
    kept = KeptApart(["Treatment is symptomatic and supportive."])
    assert kept.holds("Treatment is symptomatic and supportive.")
    assert not kept.holds("Treatment is supportive.")
