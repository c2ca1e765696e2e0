import json
from datetime import date

import duckdb
import pytest

from seqrec.errors import ConfigError, TooSmallError
from seqrec.log.cleaning.apply import (
    STEP_TYPES,
    Example,
    StepEffect,
    apply_steps,
    event_weights,
    step_from_json,
)
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates
from seqrec.log.cleaning.events import KeepEvents, WeighEvents
from seqrec.log.cleaning.people import AccountsByName, BusyUsers, Extent, InhumanSpeed, Period
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.times import ImpossibleTimes, TimeRange
from tests.log.cleaning.coded import history, make_coded, remaining


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def test_effects_follow_each_other(connection: duckdb.DuckDBPyConnection):
    events = history((0, 5.0), (0, 5.0), (1, 6.0), (1, 6.5)) + history(
        (2, 9.0), user=1, first_line=9
    )
    make_coded(connection, events)
    stages: list[str] = []
    steps = [ExactDuplicates(), NearDuplicates(1.0), RareEntries(2, 1)]
    effects = apply_steps(connection, steps, lambda stage, _share: stages.append(stage))
    assert [(e.n_removed, e.n_events, e.n_users, e.n_items) for e in effects] == [
        (1, 4, 2, 3),
        (1, 3, 2, 3),
        (1, 2, 1, 2),
    ]
    assert effects[0].examples == (Example(0, 3, "u0", "i0", 5_000_000, "view"),)
    assert stages == ["Exact duplicates", "Near duplicates", "Rare items and short histories"]
    assert remaining(connection) == [(0, 2), (0, 4)]


def test_a_step_that_leaves_nothing_is_refused_by_name(connection: duckdb.DuckDBPyConnection):
    make_coded(connection, history((0, 5.0), (0, 5.0)))
    with pytest.raises(TooSmallError, match=r"step 2 \('Rare items.*remove all 1 events") as caught:
        apply_steps(connection, [ExactDuplicates(), RareEntries(9, 9)], lambda _stage, _share: None)
    assert "loosen it or take it out" in str(caught.value)


EVERY_STEP = [
    ExactDuplicates(),
    NearDuplicates(2.5),
    ImpossibleTimes(date(2000, 1, 1), date(2020, 2, 29), placeholders=False, zone="Asia/Shanghai"),
    TimeRange(None, date(2020, 2, 29)),
    AccountsByName(("test*", "*bot*")),
    BusyUsers(Period.HOUR, 5.0),
    InhumanSpeed(7, 1.5, Extent.USER),
    Cancellations(negative_value=False, events=("return",), session_prefix="C"),
    KeepEvents(("view",)),
    WeighEvents((("view", 0.5),)),
    SessionsByGap(60.0),
    *(kind() for kind in STEP_TYPES),
]


@pytest.mark.parametrize("step", EVERY_STEP, ids=lambda step: step.kind)
def test_a_step_survives_json(step: Step):
    assert step_from_json(json.loads(json.dumps(step.to_json()))) == step
    assert step.sentence.endswith(".")
    assert all(parameter.label for parameter in step.parameters().values())


def test_kinds_of_steps_are_all_different():
    assert len({kind.kind for kind in STEP_TYPES}) == len({kind.title for kind in STEP_TYPES}) == 14


def test_an_effect_survives_json(connection: duckdb.DuckDBPyConnection):
    make_coded(connection, history((0, 5.0), (0, 5.0)))
    effects = apply_steps(connection, [ExactDuplicates()], lambda _stage, _share: None)
    assert StepEffect.from_json(json.loads(json.dumps(effects[0].to_json()))) == effects[0]


REFUSED = [
    ({"step": "eat"}, "there is no cleaning step 'eat'"),
    ({}, "there is no cleaning step 'None'"),
    ({"step": "near-duplicates", "within": 3}, "'Near duplicates' has no parameter 'within'"),
    ({"step": "near-duplicates", "within_s": -1}, "'-1' does not fit; expected a number from 0"),
    ({"step": "near-duplicates", "within_s": "1; DROP"}, "'1; DROP' does not fit"),
    ({"step": "near-duplicates", "within_s": None}, "expected a number"),
    ({"step": "near-duplicates", "within_s": float("nan")}, "expected a number"),
    ({"step": "near-duplicates", "within_s": float("inf")}, "from 0 to 1e.12 s"),
    ({"step": "rare-entries", "min_user_events": 2.5}, "expected a whole number"),
    ({"step": "rare-entries", "min_item_events": True}, "expected a whole number"),
    ({"step": "repeats", "same_event": "yes"}, "expected yes or no"),
    ({"step": "busy-users", "period": "week"}, "expected one of day, hour"),
    ({"step": "time-range", "first_day": "31.12.2010"}, "expected a day such as 2010-12-31"),
    ({"step": "time-range", "zone": "Mars/Olympus"}, "'Mars/Olympus' is no time zone"),
    ({"step": "time-range", "zone": "../../etc/passwd"}, "is no time zone"),
    (
        {"step": "time-range", "first_day": "2011-01-01", "last_day": "2010-01-01"},
        "first day 2011-01-01 is after the last day 2010-01-01",
    ),
    ({"step": "test-accounts", "patterns": "test"}, "expected a list of at most 200 texts"),
    ({"step": "test-accounts", "patterns": [""]}, "none of them empty"),
    ({"step": "test-accounts", "patterns": ["x" * 201]}, "at most 200 characters"),
    ({"step": "test-accounts", "patterns": ["a\0b"]}, "none of them NUL"),
    ({"step": "weigh-events", "weights": [["view", -1]]}, "expected weights from 0"),
    ({"step": "weigh-events", "weights": ["view"]}, "pairs of a name and a weight"),
]


@pytest.mark.parametrize(("value", "message"), REFUSED)
def test_what_does_not_fit_is_refused(value: dict[str, object], message: str):
    with pytest.raises(ConfigError, match=message):
        step_from_json(value)


@pytest.mark.parametrize("step", [KeepEvents(("buy",)), WeighEvents((("buy", 2.0),))])
def test_an_unknown_event_type_is_named(connection: duckdb.DuckDBPyConnection, step: Step):
    make_coded(connection, history((0, 5.0)))
    with pytest.raises(ConfigError, match=r"no event type 'buy'; it has 'view', 'purchase', 'ret"):
        apply_steps(connection, [step], lambda _stage, _share: None)


def test_sessions_that_are_not_there_are_asked_for(connection: duckdb.DuckDBPyConnection):
    make_coded(connection, history((0, 5.0)))
    with pytest.raises(ConfigError, match="no sessions of its own; put 'Sessions by inactivity'"):
        apply_steps(connection, [InhumanSpeed()], lambda _stage, _share: None)


def test_weights_are_read_from_the_steps():
    steps = [ExactDuplicates(), WeighEvents((("view", 0.5), ("buy", 2.0)))]
    assert event_weights(steps) == {"view": 0.5, "buy": 2.0}
