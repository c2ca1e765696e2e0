"""What the pages show as more than chance, by the path that an analyst's log takes."""

import numpy as np
import pytest

from seqrec.log.behaviour_log import load_catalogue
from seqrec.mining import store
from seqrec.mining.config import PatternConfig
from seqrec.mining.evidence import BEYOND
from seqrec.mining.findings import PatternFilter, filter_patterns
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.mining.test_significance import N_LOGS, PLANTED, Log, shuffled, with_planted
from tests.mining.test_worker import run_here

LEVEL = 0.05


@pytest.fixture
def discover(workspace: Workspace, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch):
    """What the page calls more than chance, of what it keeps when it hides the rest, as texts."""

    def run(histories: Log) -> set[tuple[str, ...]]:
        rows = [
            f"u{user:03},i{item},{1_600_000_000 + user * 1000 + place}"
            for user, history in enumerate(histories)
            for place, item in enumerate(history)
        ]
        log = store_csv("\n".join(["user,item,time", *rows]) + "\n")
        folder = run_here(workspace, log, PatternConfig(20, 2, 3), monkeypatch)
        kept = filter_patterns(store.read_patterns(folder), PatternFilter(level=LEVEL))
        assert kept.chance is not None
        keys = load_catalogue(log).item_keys
        # One item repeated has no order to be tested: it is kept, and called not tested.
        verdicts = kept.chance.verdicts(LEVEL)
        return {
            tuple(str(keys[item]) for item in items)
            for items, verdict in zip(kept.items, verdicts, strict=True)
            if verdict == BEYOND
        }

    return run


def test_shuffled_logs_give_no_more_discoveries_than_the_level(discover) -> None:
    planted = with_planted(shuffled(7))
    false = 0
    for seed in range(N_LOGS):
        random = np.random.default_rng(seed)
        false += bool(discover([random.permutation(history).tolist() for history in planted]))
    assert false <= LEVEL * N_LOGS


def test_the_five_planted_patterns_are_kept(discover) -> None:
    kept = discover(with_planted(shuffled(7)))
    assert {tuple(f"i{item}" for item in pattern) for pattern in PLANTED} <= kept
