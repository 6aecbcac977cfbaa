"""Paragraphs as authors wrote them to paragraphs of running prose."""

from __future__ import annotations

import re

NUMERIC_CITATION = re.compile(r"\s?\[\s?\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*\s?\]")
# Citations that were superscripts: "incisions5, 10, 11 or", "in healing.12 A recent".
SUPERSCRIPT = re.compile(
    r"(?<=[a-z]{4})\d{1,2}(?:\s?[,–-]\s?\d{1,3})*(?=[\s.,;)])|(?<=[a-z]{4}[.,])\d{1,3}(?:\s?[,–-]\s?\d{1,3})*(?=\s)"
)
PARENTHESES = re.compile(r"(\s?)([(\[])([^()\[\]]*\d{4}[a-z]?[^()\[\]]*)[)\]]")
YEARS = r"(?:1[89]|20)\d\d[a-z]?(?:, ?(?:(?:1[89]|20)\d\d[a-z]?|[a-z]\b))*"
NO_DATE = r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)"
# One work of "(see Katz et al., 2007; Marshall, 1995, 1997a; van der Berg and Li 2016)".
CITED_WORK = re.compile(
    r"(?:(?:(?:but )?see(?: also)?|e\.?g\.?|i\.e\.|also|cf\.?|as in|reviewed (?:in|by)|for (?:a )?reviews?,?(?: see)?)"
    r"[,:]? )*"
    r"(?:(?:van|von|de|der|den|di|da|del|la|le|el|al|ter) )*"
    rf"{NO_DATE}[A-Z][^\d;:=<>%]{{0,90}}?,? {YEARS}"
)
# eLife's "Figure 1—figure supplement 2A" and "Figure 6—source data 1" become the figure.
FIGURE_SUPPLEMENT = re.compile(
    r"—(?:figure supplement|source data|source code|supplementary file|video|animation)s? ?"
    r"\d*[A-Z]?(?:[–,-] ?\d*[A-Z])*\b",
    re.IGNORECASE,
)
REPEATED_FIGURE = re.compile(r"\b(Figure \d+\w*)(?:[;,] \1\b)+")
MARKUP = re.compile(r"(?:[\w:-]+=\"[^\"]*\"\s*)+>")
CAPTION = re.compile(r"^(?:Table|Fig(?:ure)?\.?|Additional file|Box|Panel|Supplementary)\s*S?\d", re.IGNORECASE)
BOILERPLATE = re.compile(
    r"Human Phenotype Ontology|^More on:|^Key Points|^See also|^Related Links|Frequently Asked Que|^These resources"
    r"|^- |https?://\S+\s*$|^Summary\s*:"
    r"|^(?:Watch|Visit|View|Click|Access|Explore|Listen|Read) (?:(?:to )?this|the|here|on) "
    r"|^(?:In )?(?:this|the following)(?: \w+){0,3} (?:video|animation|website)"
    r"(?:,| (?:from|on|by|to|will|is|[a-z]+s)\b)"
    r"|\\(?:begin|end|documentclass|usepackage|left|frac)\b|(?<!\w)@\w+\d{4}|Manubot",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"""[.!?:;][)"'”’\]]*$""")


def _without_cited_works(match: re.Match[str]) -> str:
    parts = [part.strip() for part in match[3].split(";")]
    kept = [part for part in parts if part and not CITED_WORK.fullmatch(part)]
    if len(kept) == len(parts):
        return match[0]
    close = ")" if match[2] == "(" else "]"
    return f"{match[1]}{match[2]}{'; '.join(kept)}{close}" if kept else ""


def clean_paragraph(text: str, superscripts: bool = False) -> str:
    """Removes citations (numeric, author and year) and remains of markup, and collapses white space.

    `superscripts` also removes numbers that stick to words: right for articles whose
    superscripts were flattened, wrong for prose with names such as caspase3.
    """
    text = NUMERIC_CITATION.sub("", MARKUP.sub(" ", text))
    text = PARENTHESES.sub(_without_cited_works, text)
    if superscripts:
        text = SUPERSCRIPT.sub("", text)
    text = REPEATED_FIGURE.sub(r"\1", FIGURE_SUPPLEMENT.sub("", text))
    text = re.sub(r"\s*---\s*|\s+--\s+", " — ", text)
    text = re.sub(r"(?<=\d)--(?=\d)", "–", text)
    return re.sub(r"\s+", " ", text).strip()


def is_prose(text: str) -> bool:
    """True for a paragraph that reads as sentences rather than as a table, caption or list."""
    if len(text) < 40 or CAPTION.match(text) or BOILERPLATE.search(text) or not SENTENCE_END.search(text):
        return False
    letters = sum(map(str.isalpha, text))
    digits = sum(map(str.isdigit, text))
    return letters >= 0.7 * len(text) and digits <= 0.1 * len(text) and text.count(" - ") * 60 <= len(text)
