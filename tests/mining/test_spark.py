"""Spark equals our own engine; one session for all tests, since its start takes seconds."""

from collections.abc import Iterator

import numpy as np
import pytest

from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.mining import distinct_users
from seqrec.mining.conditions import Scope
from seqrec.mining.config import ItemsetConfig, PatternConfig
from seqrec.mining.itemsets import mine_itemsets
from seqrec.mining.levels import category_level
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.rules import derive_rules
from seqrec.mining.spark.address import LOCAL, read_address
from seqrec.mining.spark.installed import spark_is_here
from tests.conftest import StoreCsv
from tests.mining.spark_logs import random_csv

if not spark_is_here():
    pytest.skip(
        "pyspark (requirements-spark.txt) or Java 17 is not installed", allow_module_level=True
    )

from seqrec.mining.spark import miners, owners
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
        started.conf.set("spark.sql.shuffle.partitions", 2)
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
    rules = derive_rules(found.table, 0.1, found.table.n_transactions)
    of_rules = owners.users_of_rules(rules, found.table, found.n_users)
    np.testing.assert_array_equal(of_rules, distinct_users.users_of_rules(database, rules))
