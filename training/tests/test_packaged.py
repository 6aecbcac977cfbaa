"""The packaged model, read back, is the model."""

from __future__ import annotations

from pathlib import Path

import torch

from measure import with_start
from packaged import read_model
from tokenizer import MosesWords, WordEncoder

STARTER = Path(__file__).parents[2] / "models" / "starter"
TEXT = (
    "Patients with type 2 diabetes were randomly assigned to receive either metformin or placebo. The primary outcome"
    " was the change in body weight from baseline. There was no significant difference between the two groups."
)


def test_it_knows_the_prose_it_was_trained_on() -> None:
    encoder = WordEncoder.load(STARTER)
    ids = torch.tensor([[piece for word in MosesWords()(TEXT) for piece in encoder.ids(word)]])
    with torch.no_grad():
        nats = read_model(STARTER).loss(with_start(ids), ids).item()
    # Chance is 9.0 nats; the model's mean on held-out text is 3.5, and these are usual sentences.
    assert nats < 2.5
