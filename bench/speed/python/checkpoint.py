"""Writes a full-size BioGPT checkpoint with random weights of a fixed seed, as transformers saves it.

    python checkpoint.py OUT

Its vocabulary is the starter's, filled up to BioGPT's size with words that no text has.
"""

import json
import shutil
import sys
from pathlib import Path

import torch

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "test" / "conformance"))

from model_reference import random_model  # noqa: E402

VOCABULARY_SIZE = 42384
SEED = 20220919


def main() -> None:
    out = Path(sys.argv[1])
    torch.set_grad_enabled(False)
    random_model("full", VOCABULARY_SIZE, SEED).save_pretrained(out, safe_serialization=True)
    starter = ROOT / "models" / "starter"
    vocabulary = json.loads((starter / "vocab.json").read_text("utf-8"))
    fillers = {f"filler{token}</w>": token for token in range(len(vocabulary), VOCABULARY_SIZE)}
    (out / "vocab.json").write_text(json.dumps(vocabulary | fillers, ensure_ascii=False), "utf-8")
    shutil.copy(starter / "merges.txt", out / "merges.txt")


main()
