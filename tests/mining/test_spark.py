"""Spark equals our own engine; one session for all tests, since its start takes seconds."""

from collections.abc import Iterator
from contextlib import nullcontext

import numpy as np
import pytest

from seqrec.errors import OverLimitError
from seqrec.jobs.state import request_stop
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.mining import distinct_users, store, worker
from seqrec.mining.conditions import Scope
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.levels import category_level
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.spark.address import LOCAL, read_address
from seqrec.mining.spark.installed import spark_is_here
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.mining.spark_logs import random_csv

if not spark_is_here():
    pytest.skip(
        "pyspark (requirements-spark.txt) or Java 17 is not installed", allow_module_level=True
    )

from seqrec.mining.spark import job, miners, owners, results
from seqrec.mining.spark.session import open_session

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]

NAMED = ("user", "item", "time", "event", "session", "category")
BY_GAP = ("user", "item", "time", "event", "category")
NO_CLOCK = ("user", "item", "category")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    with open_session(read_address(LOCAL), tmp_path_factory.mktemp("scratch {a}")) as started:
        yield started


def as_rows(lists, *columns) -> dict:
    return dict(zip(lists, zip(*(column.tolist() for column in columns), strict=True), strict=True))


def check_patterns(session: object, log: BehaviourLog, min_count: int, scope: Scope) -> None:
    database = load_sequences(log)
    level = category_level(load_catalogue(log)) if scope.by_category else None
    own_config = PatternConfig(min_count, 2, 3, scope=scope)
    own = mine_patterns(database, own_config, level=level)
    n_users = distinct_users.users_of_patterns(database, own, own_config, level)
    config = PatternConfig(min_count, 2, 3, scope=scope, spark_url=LOCAL)
    found = miners.mine_patterns(session, log, config, level)
    assert as_rows(found.table.items, found.table.counts, found.n_users) == as_rows(
        own.items, own.counts, n_users
    )
    assert len(own.items)
    assert found.table.n_histories == own.n_histories


@pytest.mark.parametrize(
    ("seed", "columns", "scope"),
    [
        (0, NAMED, Scope()),
        (1, NO_CLOCK, Scope(by_category=True)),
        (2, BY_GAP, Scope(by_session=True)),
        (3, NAMED, Scope(by_session=True, by_category=True, event_ids=(1,))),
    ],
)
def test_patterns_equal_those_of_our_own_engine(
    session: object, store_csv: StoreCsv, seed: int, columns: tuple[str, ...], scope: Scope
) -> None:
    check_patterns(session, store_csv(random_csv(seed, columns)), 3, scope)


@pytest.mark.parametrize(("seed", "columns"), [(4, NAMED), (5, BY_GAP), (6, NO_CLOCK)])
def test_itemsets_and_rules_equal_those_of_our_own_engine(
    session: object, store_csv: StoreCsv, seed: int, columns: tuple[str, ...]
) -> None:
    log = store_csv(random_csv(seed, columns))
    database = load_sequences(log)
    own = mine_itemsets(database, ItemsetConfig(2, 3))
    n_users = distinct_users.users_of_itemsets(database, own)
    found = miners.mine_itemsets(session, log, ItemsetConfig(2, 3, spark_url=LOCAL))
    assert as_rows(found.table.items, found.table.counts, found.n_users) == as_rows(
        own.items, own.counts, n_users
    )
    assert found.highest_count == own.counts.max()
    assert found.table.min_count == own.min_count
    rules = derive_rules(found.table, 0.1, found.table.n_transactions)
    of_rules = owners.users_of_rules(rules, found.table, found.n_users)
    np.testing.assert_array_equal(of_rules, distinct_users.users_of_rules(database, rules))


@pytest.fixture
def shop(session: object, store_csv: StoreCsv, monkeypatch: pytest.MonkeyPatch) -> BehaviourLog:
    """A log whose jobs run here, in the session that is open."""
    monkeypatch.setattr(store, "start_job", lambda _folder, _module: True)
    monkeypatch.setattr(job, "open_session", lambda _address, _scratch: nullcontext(session))
    return store_csv(random_csv(7, NAMED))


def test_a_job_leaves_what_our_own_engine_leaves(workspace: Workspace, shop: BehaviourLog) -> None:
    folders = []
    for url in (None, LOCAL):
        folder = store.request_mining(workspace, shop, PatternConfig(3, 1, 2, spark_url=url))
        worker.mine(JobReporter(folder))
        folders.append(folder)
    own, found = (store.read_patterns(folder) for folder in folders)
    assert as_rows(own.items, own.counts) == as_rows(found.items, found.counts)
    files = [sorted(path.name for path in folder.iterdir()) for folder in folders]
    assert files[0] == files[1]
    own_summary, summary = (store.read_summary(folder) for folder in folders)
    assert (summary.min_count, summary.n_units) == (own_summary.min_count, own_summary.n_units)
    assert summary.highest_count == own_summary.highest_count
    assert np.isnan(store.read_significance(folders[1]).p_values).all()


def test_a_stop_ends_the_work_without_a_result(workspace: Workspace, shop: BehaviourLog) -> None:
    folder = store.request_mining(workspace, shop, ItemsetConfig(2, spark_url=LOCAL))
    request_stop(folder)
    worker.mine(JobReporter(folder))
    assert not (folder / store.SUMMARY_FILE).exists()
    assert not list(folder.glob(".*"))


def test_too_many_results_are_counted_and_left_with_spark(
    session: object, shop: BehaviourLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MAX_RESULTS", 3)
    with pytest.raises(OverLimitError, match=r"Spark finds \d+ results; the limit is 3. Raise"):
        miners.mine_patterns(session, shop, PatternConfig(2, spark_url=LOCAL))


def test_nothing_frequent_tells_how_frequent_the_first_item_is(
    session: object, shop: BehaviourLog
) -> None:
    database = load_sequences(shop)
    config = PatternConfig(shop.n_users, scope=Scope(event_ids=(0,)), spark_url=LOCAL)
    found = miners.mine_patterns(session, shop, config)
    own = mine_patterns(database, PatternConfig(1, 1, 1, scope=Scope(event_ids=(0,))))
    assert len(found.table.items) == 0
    assert found.highest_count == own.counts.max()
