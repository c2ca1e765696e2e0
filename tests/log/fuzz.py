"""Mutated uploads: whatever the bytes are, they load or are refused in words, quickly, whole.

By hand: `python -m tests.log.fuzz --files 10000 --seed 1`; the suite runs a slice of it.
"""

import argparse
import io
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from seqrec.errors import SeqrecError
from seqrec.log.guess import guess_roles
from seqrec.log.ingest import ingest
from seqrec.log.prepare import prepare_upload
from seqrec.log.source import IngestRequest, ReadOptions
from seqrec.log.upload import receive_upload
from seqrec.workspace import Workspace, open_workspace
from tests.log.made_files import many_kinds

SEEDS = Path(__file__).parents[1] / "data" / "uploads"
MAX_S = 10.0
MEMORY_MIB = 256
_MAX_BYTES = 60_000
_SPLICES = (
    b'"', b"\n", b"\r", b"\r\n", b"\0", b",", b";", b"\t", b"::", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\xf0\x9f\x98\x80", b"=1+1", b"<script>", b"nan", b"9" * 40, b"-" * 200, b'","', b"{", b"]",
    b"PAR1", b"PK\x03\x04", b"\x1f\x8b", b"1e308", b"0001-01-01", b"'; drop table raw; --",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What came of one mutated file.

    Attributes:
        case: number of the file; with the seed it makes the same bytes again.
        result: "loaded", or the name of the error that refused it.
        fault: what must not happen and did; None where all is well.
        elapsed_s: from bytes to the end.
    """

    case: int
    result: str
    fault: str | None
    elapsed_s: float


def read_seeds(folder: Path) -> list[tuple[str, bytes]]:
    """Name and bytes of the files that are mutated: those of a folder, and some of other kinds."""
    return [*((path.name, path.read_bytes()) for path in sorted(folder.iterdir())), *many_kinds()]


def fuzz(seeds: list[tuple[str, bytes]], home: Path, cases: range, seed: int) -> Iterator[Outcome]:
    """Mutate, load, look at what is left; one outcome a case."""
    workspace = open_workspace(home)
    for case in cases:
        rng = np.random.default_rng((seed, case))
        name, data = seeds[int(rng.integers(len(seeds)))]
        yield _try(workspace, case, name, mutate(data[:_MAX_BYTES], rng))


def mutate(data: bytes, rng: np.random.Generator) -> bytes:
    """The bytes after one to eight cuts, flips, splices, copies and swaps."""
    for _ in range(int(rng.integers(1, 9))):
        if not data:
            return data
        start, end = sorted(int(place) for place in rng.integers(0, len(data) + 1, 2))
        end = min(end, start + int(rng.choice([1, 4, 40, 4000])))
        kind = rng.integers(6)
        if kind == 0:
            data = data[:start] + data[end:]
        elif kind == 1:
            data = data[:start] + rng.bytes(end - start) + data[end:]
        elif kind == 2:
            data = data[:start] + _SPLICES[int(rng.integers(len(_SPLICES)))] + data[start:]
        elif kind == 3:
            data = data[:end] + data[start:end] * int(rng.integers(1, 4)) + data[end:]
        elif kind == 4:
            data = data[: max(1, end)]
        else:
            data = data.replace(data[start : start + 1], _SPLICES[int(rng.integers(6))], 40)
    return data


def _try(workspace: Workspace, case: int, name: str, data: bytes) -> Outcome:
    before = _held(workspace)
    started_at = time.monotonic()
    result, fault = _load(workspace, name, data)
    elapsed_s = time.monotonic() - started_at
    if elapsed_s > MAX_S:
        fault = f"took {elapsed_s:.1f} s"
    left = _held(workspace) - before
    if result != "loaded" and left:
        fault = fault or f"left behind {sorted(left)[:3]}"
    for log in workspace.logs.iterdir():
        workspace.delete_log(log.name)
    return Outcome(case, result, fault, elapsed_s)


def _load(workspace: Workspace, name: str, data: bytes) -> tuple[str, str | None]:
    """How it ended, and the fault where it is none of the ends that are allowed."""
    upload = None
    try:
        upload = receive_upload(workspace, [(name, io.BytesIO(data))])
        prepared = prepare_upload(upload, ReadOptions(), _silent)
        guess = guess_roles(prepared.sample)
        mapping = guess.mapping()
        request = IngestRequest(name, prepared.tables, mapping, rejects=prepared.rejects)
        log = ingest(workspace, request, MEMORY_MIB, _silent)
    except SeqrecError as error:
        return type(error).__name__, None if str(error) else "an error without a word"
    except Exception as error:  # what the fuzzer looks for
        return type(error).__name__, f"{type(error).__name__}: {str(error)[:300]}"
    finally:
        if upload is not None:
            upload.remove()
    lost = log.n_rows - log.n_events - sum(log.dropped.values())
    return "loaded", f"{lost} rows are not accounted for" if lost else None


def _silent(_stage: str, _share: float) -> None:
    """Tell nobody."""


def _held(workspace: Workspace) -> set[str]:
    return {str(path) for path in workspace.home.rglob("*") if path.is_file()}


def main() -> int:
    """Fuzz by hand; 1 where something happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=Path, default=SEEDS)
    given = parser.parse_args()
    seeds = read_seeds(given.seeds)
    counts: Counter[str] = Counter()
    slowest, n_faults = 0.0, 0
    with tempfile.TemporaryDirectory() as home:
        cases = range(given.first, given.first + given.files)
        for outcome in fuzz(seeds, Path(home), cases, given.seed):
            counts[outcome.result] += 1
            slowest = max(slowest, outcome.elapsed_s)
            if outcome.fault:
                n_faults += 1
                sys.stdout.write(f"case {outcome.case}: {outcome.fault}\n")
                sys.stdout.flush()
    sys.stdout.write(f"{dict(counts)}; slowest {slowest:.2f} s; {n_faults} faults\n")
    return 1 if n_faults else 0


if __name__ == "__main__":
    sys.exit(main())
