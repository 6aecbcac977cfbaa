"""CTranslate2. It has no loader for BioGPT, so `ctranslate2_model.py` writes its Transformer decoder."""

import itertools
import time
from pathlib import Path

import ctranslate2

from serve import serve


class Ctranslate2System:
    def __init__(self, request: dict) -> None:
        model = Path(request["model"])
        self.generator = ctranslate2.Generator(str(model), device="cpu", inter_threads=1,
                                               intra_threads=request["threads"], compute_type=request["computeType"])
        self.facts = {
            "version": f"ctranslate2 {ctranslate2.__version__}",
            "weightBytes": (model / "model.bin").stat().st_size - request["positionBytes"],
            "cacheBytesPerToken": request["cacheBytesPerToken"],
        }

    def prefill(self, ids: list[int]) -> float:
        """The prompt but its last token in one pass, without logits, and a decoding step for that one."""
        started = time.perf_counter()
        return (self.times(ids, 1)[0] - started) * 1000

    def decode(self, ids: list[int], following: list[int]) -> list[float]:
        """CTranslate2 keeps no state between calls and follows its own choice: `following` gives only the count."""
        if not following:
            return []
        times = self.times(ids, len(following) + 1)
        return [(after - before) * 1000 for before, after in itertools.pairwise(times)]

    def times(self, ids: list[int], tokens: int) -> list[float]:
        times: list[float] = []
        self.generator.generate_batch(
            [[f"t{token}" for token in ids]], include_prompt_in_result=False, min_length=tokens, max_length=tokens,
            callback=lambda _: times.append(time.perf_counter()),
        )
        if len(times) < tokens:
            raise RuntimeError(f"CTranslate2 gave {len(times)} tokens instead of {tokens}.")
        return times


serve(Ctranslate2System)
