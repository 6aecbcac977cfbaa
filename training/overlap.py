"""Which training paragraphs stand, whole or nearly, in text that is kept for measuring."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

WORDS = 8
STRIDE = 4
SHARE = 0.3
"""A paragraph is left out when this share of its runs of words stands in the text kept apart."""


class _Fold(dict[int, str]):
    """Table for `str.translate`: letters stay, digits become 0, all else a space."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = character if character.isalpha() else "0" if character.isdigit() else " "
        return self[code]


_FOLD = _Fold()


def _fold(text: str) -> list[str]:
    """Words without case, digits' values and punctuation, so that small edits don't hide a copy."""
    return text.lower().translate(_FOLD).split()


def _hash(words: list[str]) -> int:
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=8).digest(), "little")


class KeptApart:
    """Runs of eight words of the text kept apart, as sorted 64-bit hashes."""

    def __init__(self, paragraphs: Iterable[str]) -> None:
        hashes: list[int] = []
        for paragraph in paragraphs:
            words = _fold(paragraph)
            hashes += (_hash(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1)))
        self._hashes = np.unique(np.array(hashes, dtype=np.uint64))

    def overlap(self, paragraph: str) -> float:
        """Share of the paragraph's runs of eight words, every fourth being looked up, that stand in the text.

        A paragraph of fewer words is one run.
        """
        words = _fold(paragraph)
        runs = np.array(
            [_hash(words[i : i + WORDS]) for i in range(0, max(1, len(words) - WORDS + 1), STRIDE)], dtype=np.uint64
        )
        if not len(self._hashes):
            return 0.0
        places = np.minimum(np.searchsorted(self._hashes, runs), len(self._hashes) - 1)
        return float((self._hashes[places] == runs).mean())

    def holds(self, paragraph: str) -> bool:
        return self.overlap(paragraph) >= SHARE
