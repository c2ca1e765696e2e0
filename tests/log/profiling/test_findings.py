from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.profiling.finding import Finding, Severity, percent
from seqrec.log.profiling.findings import describe_findings
from seqrec.log.profiling.profile import load_profile
from seqrec.workspace import Workspace
from tests.log.tables import store, text_table

ISO = ColumnMapping("user", "item", "time", TimeFormat.ISO)
DAY = "2011-03-01"

Describe = Callable[..., list[Finding]]


@pytest.fixture
def describe(workspace: Workspace) -> Describe:
    """The findings on rows of (user, item, time), stored as a log."""

    def found(
        rows: list[tuple[str, ...]], columns: str = "user,item,time", mapping: ColumnMapping = ISO
    ) -> list[Finding]:
        text = columns + "\n" + "".join(",".join(row) + "\n" for row in rows)
        log: BehaviourLog = store(workspace, text_table(workspace, text), mapping=mapping)
        return list(describe_findings(log, load_profile(log)))

    return found


def ordinary(n_users: int = 40, n_events: int = 10) -> list[tuple[str, str, str]]:
    """Users who each see some of 12 items, four minutes apart, over the days of March."""
    generator = np.random.default_rng(1)
    return [
        (
            f"u{user}",
            f"i{generator.integers(12)}",
            f"2011-03-{1 + (user * 3) % 28:02} 10:{4 * place:02}:05",
        )
        for user in range(n_users)
        for place in range(n_events)
    ]


def texts(findings: list[Finding], severity: Severity) -> str:
    return "\n".join(finding.text for finding in findings if finding.severity is severity)


def test_an_ordinary_log_has_nothing_bad(describe: Describe):
    findings = describe(ordinary())
    assert texts(findings, Severity.BAD) == texts(findings, Severity.LOOK) == ""
    assert findings[-1].text == "None of the 12 items has a title."


def test_days_without_times_say_that_order_is_unknown(describe: Describe):
    rows = [(user, item, time[:10]) for user, item, time in ordinary()]
    found = texts(describe(rows), Severity.LOOK)
    assert "400 of 400 (100 %) events have a day but no time." in found


def test_equal_times_are_bad(describe: Describe):
    rows = [(user, item, f"{DAY} 10:00") for user, item, _ in ordinary()]
    findings = describe(rows)
    assert findings[0].severity is Severity.BAD
    assert findings[0].text == "All 400 events have the same time."


def test_future_and_missing_times_are_counted(describe: Describe):
    wrong = [("u1", "i1", "9999-12-31"), ("u2", "i1", "1970-01-01"), ("u3", "i1", "0001-01-01")]
    found = texts(describe(ordinary() + wrong), Severity.LOOK)
    assert "2 of 403 (less than 1 %) events lie before 1990." in found
    assert "1 of 403 (less than 1 %) events lie in the future." in found


def test_many_impossible_times_are_bad(describe: Describe):
    rows = [(user, item, "1970-01-01 00:00:01") for user, item, _ in ordinary()[:100]]
    findings = describe(ordinary() + rows)
    assert "100 of 500 (20 %) events lie before 1990." in texts(findings, Severity.BAD)


def test_values_below_zero_are_counted(describe: Describe):
    rows = [
        (*row, value) for row, value in zip(ordinary(), ["-1", "inf", *["2"] * 398], strict=True)
    ]
    findings = describe(rows, "user,item,time,price", replace(ISO, value="price"))
    found = texts(findings, Severity.LOOK)
    # An infinite value is none.
    assert "1 of 399 (less than 1 %) values are below 0." in found


def test_one_user_with_half_of_all_events_is_bad(describe: Describe):
    bot = [("bot", f"i{n % 12}", f"2011-03-{1 + n % 28:02} 10:{n % 60:02}:01") for n in range(400)]
    findings = describe(ordinary() + bot)
    assert "One user has 400 of 800 (50 %) events." in texts(findings, Severity.BAD)
    assert "'Clean'" in findings[0].advice


def test_a_few_users_with_much_of_the_log_are_named_together(describe: Describe):
    bots = [
        (f"bot{n % 2}", f"i{n % 12}", f"2011-03-{1 + n % 28:02} 10:{n % 60:02}:01")
        for n in range(800)
    ]
    findings = describe(ordinary(n_users=200) + bots)
    assert "29 % of 2,800 events come from 2 of 202 users." in texts(findings, Severity.LOOK)


def test_a_user_for_every_event_is_bad(describe: Describe):
    rows = [(f"u{n}", item, time) for n, (_, item, time) in enumerate(ordinary())]
    found = texts(describe(rows), Severity.BAD)
    assert found == "Every one of the 400 events has a user of its own."


def test_one_user_and_one_item_are_bad(describe: Describe):
    rows = [("u", "i", time) for _, _, time in ordinary()]
    assert texts(describe(rows), Severity.BAD) == (
        "All 400 events are of one user.\nAll 400 events are on one item."
    )


def test_an_item_for_every_event_is_bad(describe: Describe):
    rows = [(user, f"i{n}", time) for n, (user, _, time) in enumerate(ordinary())]
    assert "400 of 400 (100 %) items occur only once." in texts(describe(rows), Severity.BAD)


def test_rejected_rows_are_counted_with_their_reason(describe: Describe):
    rows = [("", "i1", DAY)] * 90 + [("u1", "", DAY)] * 20
    findings = describe(ordinary() + rows)
    expected = "110 of 510 (22 %) rows could not be used, most often because: no user (90)."
    assert expected in texts(findings, Severity.BAD)


def test_short_histories_are_counted(describe: Describe):
    rows = [(f"short{n}", "i1", f"{DAY} 11:1{n}:09") for n in range(10)]
    found = texts(describe(ordinary(n_users=30) + rows), Severity.LOOK)
    assert "10 of 40 (25 %) users have fewer than 3 events." in found


def test_silence_is_dated(describe: Describe):
    rows = [(user, item, time.replace("2011-03", "2011-05")) for user, item, time in ordinary()]
    found = texts(describe(ordinary() + rows), Severity.LOOK)
    assert "33 of 89 days in a row have no event, from 2011-03-29." in found


def test_drift_names_what_is_new(describe: Describe):
    rows = [
        (
            f"u{n % 40}",
            f"i{n % 12}" if n < 340 else f"new{n % 6}",
            f"2011-03-01 {n // 60:02}:{n % 60:02}",
        )
        for n in range(400)
    ]
    found = texts(describe(rows), Severity.LOOK)
    assert (
        "6 of 6 (100 %) items of the last tenth of the events do not occur in the first tenth; "
        "100 % of its 40 events are on them." in found
    )


def test_a_change_of_tracking_is_named(describe: Describe):
    rows = [
        (
            f"u{n % 40}",
            f"i{n % 12}",
            f"2011-03-01 {n // 60:02}:{n % 60:02}",
            "buy" if n > 300 else "view",
        )
        for n in range(400)
    ]
    findings = describe(rows, "user,item,time,event", replace(ISO, event="event"))
    expected = "Event type 'view' went from 100 % of 40 events in the first tenth to 0 % of 40 in"
    assert expected in texts(findings, Severity.LOOK)


def test_missing_titles_are_counted(describe: Describe):
    rows = [(*row, f"Title {row[1]}" if row[1] != "i3" else "") for row in ordinary()]
    findings = describe(rows, "user,item,time,title", replace(ISO, title="title"))
    assert "1 of 12 (8 %) items have no title." in texts(findings, Severity.LOOK)


def test_positions_have_no_findings_about_times(describe: Describe):
    rows = [(user, item, str(n)) for n, (user, item, _) in enumerate(ordinary())]
    findings = describe(rows, mapping=replace(ISO, time_format=TimeFormat.ORDER))
    assert "The 400 events have positions instead of times." in texts(findings, Severity.KNOW)


def test_findings_are_sorted_worst_first(describe: Describe):
    findings = describe([("u", "i", DAY), ("", "i", DAY)])
    order = [list(Severity).index(finding.severity) for finding in findings]
    assert order == sorted(order)
    assert all(finding.advice.endswith(".") for finding in findings)


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0 %"),
        (1, "100 %"),
        (0.004, "less than 1 %"),
        (0.999, "more than 99 %"),
        (0.384, "38 %"),
    ],
)
def test_shares_never_look_like_nothing_or_all(share: float, shown: str):
    assert percent(share) == shown
