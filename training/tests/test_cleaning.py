"""Citations, remains of markup, and what counts as prose."""

from __future__ import annotations

import pytest

from cleaning import clean_paragraph, is_prose


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("Cells divide [12] and die [3, 5-7].", "Cells divide and die."),
        ("Cells divide (Katz et al., 2007; Marshall, 1995, 1997a).", "Cells divide."),
        ("It binds (reviewed in van der Berg and Li, 2016) to DNA.", "It binds to DNA."),
        ("It binds (Leyser 2011) to DNA [Xu et al., 2014b].", "It binds to DNA."),
        ("It rose (Figure 1—figure supplement 2A; Smith, 2010) twice.", "It rose (Figure 1) twice."),
        (
            "It rose (Figure 4H; Figure 4—figure supplement 1D; Figure 4—source data 2).",
            "It rose (Figure 4H; Figure 4).",
        ),
        (
            "Deaths (January 2014) of adults (n = 2013) in 1990--1999.",
            "Deaths (January 2014) of adults (n = 2013) in 1990–1999.",
        ),
        ("Infant deaths --- United States.", "Infant deaths — United States."),
        ('xmlns:ns0="http://www.w3.org/1999/xlink">Using a  computer', "Using a computer"),
        ("As Scholl et al. found in 2013, caspase3 is cut.", "As Scholl et al. found in 2013, caspase3 is cut."),
    ],
)
def test_what_is_no_prose_is_taken_out_of_a_paragraph(written: str, cleaned: str) -> None:
    assert clean_paragraph(written) == cleaned


def test_superscripts_go_only_where_asked_for() -> None:
    text = "after incisions5, 10, 11 or caspase3 was cut"
    assert clean_paragraph(text) == text
    assert clean_paragraph(text, superscripts=True) == "after incisions or caspase was cut"


SENTENCE = "The encoded protein is a member of a family of kinases that control the cell cycle."


@pytest.mark.parametrize(
    "text",
    [
        "Too short to keep.",
        "Table 2 " + SENTENCE,
        SENTENCE.removesuffix("."),
        "12.1 (3.4) 13.5 (2.2) 0.03 45 (12 %) 51 (14 %) 0.71 12.4 13.3 0.02 (95 % CI).",
        "Watch this video to learn how the heart pumps blood through the body.",
        "This brief video explores some of the practical effects of the determinants of health.",
        r"\begin{document}$$ The ratio of both is one half of the sum of the parts $$\end{document}.",
        "As @hripcsak_2017 described, a phenotype is a specification of an observable state.",
    ],
)
def test_paragraphs_that_are_no_prose(text: str) -> None:
    assert not is_prose(text)


@pytest.mark.parametrize(
    "text", [SENTENCE, "Read more slowly: " + SENTENCE, "This video game study asked: " + SENTENCE]
)
def test_prose_is_kept(text: str) -> None:
    assert is_prose(text)
