"""The BioGPT tokenizer: punctuation normalisation, Moses words, byte-pair encoding.

The vocabulary is written in the form that Hugging Face's `BioGptTokenizer`
reads: `vocab.json` (symbol to id; a symbol that ends a word carries `</w>`)
and `merges.txt` (`left right count` lines in rank order, without a header).
"""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from io import StringIO
from itertools import pairwise
from pathlib import Path

from sacremoses import MosesTokenizer

SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
EOS_ID = 2
UNK_ID = 3
WORD_END = "</w>"

_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‘’‚´`", "'"),
        "–": "-",
        "—": " - ",
        "…": "...",
        **dict.fromkeys("\u200b\u00ad\ufeff", None),
    }
)


def normalize(text: str) -> str:
    """Maps typographic punctuation to ASCII and composes accents (NFC)."""
    return unicodedata.normalize("NFC", text.translate(_PUNCTUATION))


class MosesWords:
    """Splits text into Moses words the way BioGPT's tokenizer does."""

    def __init__(self) -> None:
        self._moses = MosesTokenizer(lang="en")

    def __call__(self, text: str) -> list[str]:
        return self._moses.tokenize(normalize(text), aggressive_dash_splits=True, return_str=False, escape=True)


def learn(counts: Counter[str], vocabulary_size: int, min_character_count: int) -> tuple[dict[str, int], list[str]]:
    """Learns merges from word counts; returns the vocabulary and the merge lines.

    Single characters enter both as an inner piece and as a word end when they
    are frequent enough, so that any word of usual characters can be encoded.
    """
    characters: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    # Those who only encode do without this package.
    from subword_nmt.learn_bpe import learn_bpe

    usual = {character for character, count in characters.items() if count >= min_character_count}
    usual |= {chr(code) for code in range(0x21, 0x7F)}
    known = {word: count for word, count in counts.items() if usual.issuperset(word)}
    merges_wanted = vocabulary_size - len(SPECIALS) - 2 * len(usual)

    source = StringIO("".join(f"{word} {count}\n" for word, count in known.items() if count >= 2))
    learned = StringIO()
    learn_bpe(source, learned, merges_wanted, min_frequency=2, is_dict=True)
    merges = [line for line in learned.getvalue().splitlines() if line and not line.startswith("#version")]

    # Ids in order of frequency: the usual order of a fairseq dictionary.
    symbols = dict.fromkeys(sorted(usual))
    symbols |= dict.fromkeys(character + WORD_END for character in sorted(usual))
    symbols |= dict.fromkeys("".join(line.split()) for line in merges)
    encoder = WordEncoder({}, merges)
    used: Counter[str] = Counter()
    for word, count in known.items():
        for symbol in encoder.pieces(word):
            used[symbol] += count
    ordered = sorted(symbols, key=lambda symbol: -used[symbol])
    vocabulary = {symbol: index for index, symbol in enumerate((*SPECIALS, *ordered))}
    return vocabulary, merges


def save(folder: Path, vocabulary: dict[str, int], merges: list[str]) -> None:
    """Writes `vocab.json` and `merges.txt`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("".join(f"{line}\n" for line in merges), encoding="utf-8")


class WordEncoder:
    """Byte-pair encoding of Moses words, cached by word."""

    def __init__(self, vocabulary: dict[str, int], merges: list[str]) -> None:
        self._vocabulary = vocabulary
        self._ranks = {tuple(line.split()[:2]): rank for rank, line in enumerate(merges)}
        self._cache: dict[str, list[int]] = {}

    @classmethod
    def load(cls, folder: Path) -> WordEncoder:
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        return cls(vocabulary, (folder / "merges.txt").read_text(encoding="utf-8").splitlines())

    @property
    def vocabulary_size(self) -> int:
        return len(self._vocabulary)

    def pieces(self, word: str) -> list[str]:
        """Symbols of one word, by merging the lowest-ranked pair until none is left."""
        symbols = [*word[:-1], word[-1] + WORD_END]
        while len(symbols) > 1:
            pairs = pairwise(symbols)
            best = min(pairs, key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            merged: list[str] = []
            position = 0
            while position < len(symbols):
                if tuple(symbols[position : position + 2]) == best:
                    merged.append(best[0] + best[1])
                    position += 2
                else:
                    merged.append(symbols[position])
                    position += 1
            symbols = merged
        return symbols

    def ids(self, word: str) -> list[int]:
        """Ids of one word."""
        cached = self._cache.get(word)
        if cached is None:
            cached = [self._vocabulary.get(symbol, UNK_ID) for symbol in self.pieces(word)]
            self._cache[word] = cached
        return cached
