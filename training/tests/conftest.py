import os
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).parents[1]
sys.path[:0] = [str(TRAINING), str(TRAINING / "finetune")]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Data that stays out of the repository, from `BIOGPT_SHARED` or the folder `shared` beside it."""
    folder = Path(os.environ.get("BIOGPT_SHARED", TRAINING.parents[1] / "shared"))
    if not folder.exists():
        pytest.skip(f"no {folder}; name the folder with the data sets in BIOGPT_SHARED")
    return folder
