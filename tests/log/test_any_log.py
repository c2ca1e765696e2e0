"""Every file that analysts handed in loads without a touch, and its encoding changes nothing."""

from pathlib import Path

import numpy as np
import pytest

from seqrec.log.behaviour_log import (
    BehaviourLog,
    load_catalogue,
    load_sequences,
    load_users,
)
from seqrec.workspace import Workspace
from tests.stored import store_bytes

FILES = Path(__file__).parents[1] / "data" / "uploads"
SHARED = Path(__file__).parents[3] / "shared" / "data"
NAMES = sorted(path.name for path in FILES.iterdir())
Events = list[tuple[str, str, int]]


def events_of(log: BehaviourLog) -> Events:
    """User, item and second of every event, in one order."""
    database = load_sequences(log)
    users = load_users(log)[np.repeat(np.arange(database.n_users), np.diff(database.offsets))]
    items = load_catalogue(log).item_keys[database.items]
    return sorted(zip(users, items, database.times_s.tolist(), strict=True))


def test_all_ways_of_writing_the_same_rows_give_the_same_events(workspace: Workspace):
    stored = {name: store(workspace, FILES / name) for name in NAMES}
    first = events_of(stored[NAMES[0]])
    assert len(first) == 195  # of 201 rows, 6 of them without a user
    for name, log in stored.items():
        assert events_of(log) == first, name
        assert log.dropped == {"no user": 6}, name
        assert log.mapping.session is not None, name
        assert log.mapping.title is not None, name


# Rows of each file, and counts that an independent program took of it.
WHOLE = [
    ("ml-1m/log.csv.gz", 999_611, 6_040, 3_416),
    ("ml-100k/log.csv.gz", 100_000, 943, 1_682),
    ("amazon-beauty/log.csv.gz", 198_502, 22_363, 12_101),
    ("amazon-video-games/log.csv.gz", 440_264, 50_546, 16_859),
    ("online-retail-full/log.csv.gz", 406_829, 4_372, 3_684),
    ("process-sepsis/log.csv.gz", 15_214, 1_049, 16),
]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the benchmark logs are not beside this checkout")
@pytest.mark.parametrize(("name", "n_rows", "n_users", "n_items"), WHOLE)
def test_a_whole_log_loads_without_a_touch(
    workspace: Workspace, name: str, n_rows: int, n_users: int, n_items: int
):
    log = store(workspace, SHARED / name)
    assert (log.n_rows, log.n_users, log.n_items) == (n_rows, n_users, n_items)


def store(workspace: Workspace, path: Path) -> BehaviourLog:
    return store_bytes(workspace, path.read_bytes(), name=path.name)
