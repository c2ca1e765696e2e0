import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from seqrec.log.sequences import SequenceDatabase

SHARED = Path(__file__).parents[2].parent / "shared" / "data"

ReadBenchmark = Callable[[str], SequenceDatabase]


@pytest.fixture
def read_benchmark() -> ReadBenchmark:
    """Reads a benchmark log of `../shared/data`; skips the test where it is not there."""

    def read(name: str) -> SequenceDatabase:
        path = SHARED / name
        if not path.is_file():
            pytest.skip(f"the benchmark log {name} is not beside this checkout")
        with gzip.open(path, "rt") as lines:
            shift = 0 if ".spmf" in name else 1
            rows = [[int(word) for word in line.split()] for line in lines]
        histories = [[item + shift for item in row if item >= 0] for row in rows]
        return SequenceDatabase.from_histories(histories)

    return read
