"""Serves a system to the bench: a JSON object a line on standard input, one a line on standard output."""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class System(Protocol):
    """A loaded language model at batch 1, which keeps the keys and values of the tokens it read last."""

    #: Facts about the loaded model: version, weight_bytes read for a token, cache_bytes per token of context.
    facts: dict

    def prefill(self, ids: list[int]) -> float:
        """Reads a prompt into an empty cache. Milliseconds until the logits of its last token are there."""

    def decode(self, ids: list[int], following: list[int]) -> list[float]:
        """Milliseconds per token of the tokens behind the prompt `ids`, the greedy choice included."""


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def peak_bytes() -> int | None:
    """VmHWM of this process; None where the system has no /proc."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def serve(load: Callable[[dict], System]) -> None:
    # Libraries print to standard output as they please: what they say goes to standard error.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    system: System | None = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["op"] == "load":
                system = load(request)
                gc.collect()
                gc.disable()
                answer = system.facts
            elif request["op"] == "prefill":
                answer = {"ms": system.prefill(request["ids"])}
            elif request["op"] == "decode":
                answer = {"ms": system.decode(request["ids"], request["next"])}
            elif request["op"] == "memory":
                answer = {"peakBytes": peak_bytes()}
            elif request["op"] == "quit":
                return
            else:
                answer = {"error": f"There is no operation {request['op']}."}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers)
