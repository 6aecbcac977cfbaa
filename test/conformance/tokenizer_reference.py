"""What sacremoses and transformers make of texts, for comparison with src/tokenizer.

usage: tokenizer_reference.py VOCABULARY_FOLDER CORPUS_XZ OUT_FOLDER FUZZ_COUNT

Writes into OUT_FOLDER, a JSON object a line:
  corpus.jsonl   {text, count, tokens, ids, decoded, cleaned, detokenized}: every title, heading and paragraph of the
                 corpus; equal ones once, with their count
  fuzz.jsonl     the same of FUZZ_COUNT strings made up with a fixed seed
  ids.jsonl      {ids, decoded, cleaned}: sequences no encoder would write
  classes.json   {name: [[first, last], ...]}: the character sets by which sacremoses decides

transformers splits a text at a literal `<s>`, `<unk>` etc. and reads those as special symbols. The product
reads a user's text as text; `split_special_tokens=True` makes transformers do the same.
"""

import json
import lzma
import multiprocessing
import random
import sys
from collections import Counter
from pathlib import Path

from sacremoses import MosesDetokenizer, MosesTokenizer
from sacremoses.util import is_cjk
from transformers import BioGptTokenizer

SEED = 20261
PROCESSES = 2

PIECES = (
    "... .. . .... DOTMULTI DOTMULTI. DOT MULTI , ,, ' '' ''' \" \"\" ` `` - -- @-@ @ & &amp; &lt; &#124; &apos; &quot; "
    "</w> <s> </s> <unk> <pad> < > [ ] ( ) { } | / \\ % $ € £ : ; ! ? ¿ ¡ „ “ ” ‘ ’ « » – — … ´ 's 't n't 've s' a' "
    "No. No Art. pp. pp Fig. Figs. al. e.g. e.g i.e. vs. Dr. St. U.S. a.b. .5 5. 1,000 1,a a,1 5' 3'- 0.05 IL-2 TNF-α "
    "β-catenin α µ μ ² ½ ① Ⅳ ª é e\u0301 中文 日本 かな 한국 क्ष ά \u200b \u200d \u00ad \ufeff \ufffd 🧬 𝐀 p< x cells The "
    "patients' 'quoted' 1990's o'clock 37 °C mg/kg Na+ http://a.b/c?d=e user@example.com"
).split(" ") + ["\u00a0", "\u2009", "\u3000", "\t", "\n", "\r\n", "\x1c", "\x85", "\x00", "\x01", "\x1f", " ", "  "]
# Rules look at the ends of a text.
ENDS = "' ' '' .' ,' , \" . .. ...' ' No. 5' 5, ½, a. - `".split(" ")
CHARACTERS = ".,'\"`-:;!?&<>[]|()/%@#" + "019abszABSZéαβ²½" + "\u00a0\u2009\u200b\t" + "      "


class RecordingTokenizer(BioGptTokenizer):
    """Keeps the Moses tokens it passes to BPE: sacremoses is slow, and its work needn't be done twice."""

    moses_tokens = []

    def moses_tokenize(self, text, lang):
        self.moses_tokens = super().moses_tokenize(text, lang)
        return self.moses_tokens


class Reference:
    def __init__(self, vocabulary):
        self.tokenizer = RecordingTokenizer(
            str(vocabulary / "vocab.json"), str(vocabulary / "merges.txt"), split_special_tokens=True
        )
        self.detokenizer = MosesDetokenizer(lang="en")

    def of_text(self, text):
        self.tokenizer.moses_tokens = []  # for the empty text it isn't asked
        ids = self.tokenizer.encode(text)
        tokens = self.tokenizer.moses_tokens
        return {"tokens": tokens, "ids": ids, "detokenized": self.detokenizer.detokenize(tokens), **self.of_ids(ids)}

    def of_ids(self, ids):
        """`cleaned`: with the replacements of clean_up_tokenization_spaces, off by default in transformers 4.57."""
        decoded = self.tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return {"decoded": decoded, "cleaned": self.tokenizer.clean_up_tokenization(decoded)}


def corpus_lines(path):
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            yield document["title"]
            for section in document["sections"]:
                yield section["heading"]
                yield from section["paragraphs"]


def fuzz_text(rng, lines):
    text = fuzz_inside(rng, lines)
    return rng.choice(ENDS) + text + rng.choice(ENDS) if rng.random() < 0.2 else text


def fuzz_inside(rng, lines):
    kind = rng.randrange(6)
    if kind == 0:
        return "".join(any_character(rng, 0x10FFFF) for _ in range(rng.randint(1, 60)))
    if kind == 1:
        return "".join(any_character(rng, rng.choice((0x7F, 0x24F, 0x3FF, 0x2FFF))) for _ in range(rng.randint(1, 80)))
    if kind == 2:
        return "".join(rng.choice(CHARACTERS) for _ in range(rng.randint(0, 60)))
    if kind == 3:
        return "".join(rng.choice(PIECES) + rng.choice(("", "", " ")) for _ in range(rng.randint(1, 20)))
    if kind == 4:
        return "".join(rng.choice("etaoinshrdlucmf-") for _ in range(rng.randint(1, 200)))
    return mutated(rng, rng.choice(lines))


def any_character(rng, highest):
    while True:
        code = rng.randint(0, highest)
        if not 0xD800 <= code <= 0xDFFF:
            return chr(code)


def mutated(rng, line):
    start = rng.randrange(max(1, len(line) - 200))
    characters = list(line[start : start + 200])
    for _ in range(rng.randint(1, 12)):
        place = rng.randint(0, len(characters))
        characters[place : place + rng.randint(0, 2)] = rng.choice(
            (rng.choice(PIECES), rng.choice(CHARACTERS), any_character(rng, 0x10FFFF), "")
        )
    return "".join(characters)


def fuzz_ids(rng, size, frequent):
    """Any ids, the common ones (punctuation among them) and special ones often."""
    count = rng.randint(0, 60)
    return [rng.choice((rng.randrange(4), rng.choice(frequent), rng.randrange(60), rng.randrange(size))) for _ in range(count)]


def ranges(characters):
    found = []
    for code in sorted(map(ord, characters)):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def character_classes():
    every = [chr(code) for code in range(0x110000)]
    classes = {
        "WHITESPACE": filter(str.isspace, every),
        "ALNUM": set(MosesTokenizer.IsAlnum),
        "ALPHA": set(MosesTokenizer.IsAlpha),
        "LETTER": set(MosesDetokenizer.IsAlpha),
        "NUMBER": set(MosesTokenizer.IsN),
        "LOWER": set(MosesTokenizer.IsLower),
        "CURRENCY_SIGN": set(MosesDetokenizer.IsSc),
        "CJK": filter(is_cjk, every),
    }
    # The lists' files end in a line feed, which never reaches a rule: it is whitespace, replaced before.
    return {name: ranges(set(members) - ({"\n"} if name != "WHITESPACE" else set())) for name, members in classes.items()}


def start(vocabulary):
    global reference
    reference = Reference(vocabulary)


def text_record(item):
    text, count = item
    return json.dumps({"text": text, "count": count, **reference.of_text(text)}, ensure_ascii=False)


def ids_record(ids):
    return json.dumps({"ids": ids, **reference.of_ids(ids)}, ensure_ascii=False)


def main(vocabulary, corpus, out, fuzz_count):
    rng = random.Random(SEED)
    lines = Counter(corpus_lines(corpus))
    texts = list(lines)
    fuzz = [fuzz_text(rng, texts) for _ in range(fuzz_count)]
    symbols = json.loads((vocabulary / "vocab.json").read_text(encoding="utf-8"))
    punctuation = [i for symbol, i in symbols.items() if not any(c.isalnum() for c in symbol.removesuffix("</w>"))]
    sequences = [fuzz_ids(rng, len(symbols), punctuation) for _ in range(fuzz_count // 2)]
    (out / "classes.json").write_text(json.dumps(character_classes()), encoding="utf-8")
    with multiprocessing.Pool(PROCESSES, start, (vocabulary,)) as pool:
        for name, record, items in (
            ("corpus.jsonl", text_record, lines.items()),
            ("fuzz.jsonl", text_record, [(text, 1) for text in fuzz]),
            ("ids.jsonl", ids_record, sequences),
        ):
            with open(out / name, "w", encoding="utf-8", newline="\n") as file:
                for line in pool.imap(record, items, chunksize=64):
                    file.write(line + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
