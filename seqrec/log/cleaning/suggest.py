"""Which cleaning steps would do something on a log, how much, and why one may want them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import duckdb

from seqrec.log.behaviour_log import Report
from seqrec.log.cleaning.apply import count
from seqrec.log.cleaning.core import RareEntries
from seqrec.log.cleaning.duplicates import ExactDuplicates, NearDuplicates, Repeats
from seqrec.log.cleaning.look import FEW_SHARE, LogContext, Look, Suggestion
from seqrec.log.cleaning.people import (
    AccountsByName,
    BusyUsers,
    DominantUsers,
    Extent,
    InhumanSpeed,
    glob_pattern,
)
from seqrec.log.cleaning.returns import Cancellations
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import span_in_words
from seqrec.log.cleaning.times import ImpossibleTimes
from seqrec.log.profiling.gaps import gap_histogram
from seqrec.log.profiling.profile import MIN_TESTABLE_EVENTS
from seqrec.log.sql_text import quoted
from seqrec.log.storing.statements import SESSION_GAP_S
from seqrec.translation.texts import join_words, mark, tr

_SOME_EVENTS = 0.001
_TEST_NAMES = (
    *("test", "test_*", "test-*", "test.*", "test *", "test@*", "*@test.*", "*@example.*"),
    *(f"test{digit}*" for digit in range(10)),
    *("testuser*", "tester*", "demo", "demo_*", "demouser*", "dummy*", "admin", "qa_*"),
    *("bot", "bot_*", "bot-*", "*_bot", "*-bot", "*bot/*", "*crawler*", "*spider*"),
)
_RETURN_EVENTS = (
    *("return", "returned", "returns", "refund", "refunded", "cancel", "cancelled", "canceled"),
    *("cancellation", "storno", "retoure", "reembolso", "devolucion", "退货", "退款", "取消"),
)

_Finder = Callable[[Look], Iterator[Suggestion]]


def suggest_steps(
    connection: duckdb.DuckDBPyConnection, context: LogContext, report: Report
) -> tuple[Suggestion, ...]:
    """Steps worth a look on the coded tables, each measured on the log as it is.

    Nothing is changed and nothing is applied. Steps that would hit what many logs rightly have
    (all events of an order at one time, days without a time) are held back.
    """
    n_events = count(connection, "SELECT count(*) FROM coded")
    n_users = count(connection, "SELECT count(DISTINCT user_code) FROM coded")
    look = Look(connection, context, n_events, n_users)
    finders = [*_FINDERS, *(_CLOCK_FINDERS if context.has_clock else ())]
    found: list[Suggestion] = []
    for place, find in enumerate(finders):
        report(mark("Looking for what could be cleaned"), place / len(finders))
        found += find(look)
    return tuple(found)


def _find_duplicates(look: Look) -> Iterator[Suggestion]:
    found = look.measure(ExactDuplicates())
    if found.n_events:
        why = tr("{events} are copies of an earlier row.", events=look.share(found.n_events))
        yield replace(found, why=why)


def _find_near_duplicates(look: Look) -> Iterator[Suggestion]:
    if look.has_many_ties:
        return
    n_copies = look.measure(ExactDuplicates()).n_events
    found = look.measure(NearDuplicates(1.0))
    if found.n_events - n_copies > _SOME_EVENTS * look.n_events:
        why = tr(
            "{events} repeat the user's event on the same item within 1 s, as double clicks and "
            "doubled trackers do.",
            events=look.share(found.n_events),
        )
        yield replace(found, why=why)


def _find_impossible_times(look: Look) -> Iterator[Suggestion]:
    today = look.context.today
    last_day = today + timedelta(days=1) if today else None
    found = look.measure(ImpossibleTimes(last_day=last_day, zone=look.context.zone))
    if 0 < found.n_events < look.n_events:
        why = tr(
            "{events} have a time that cannot be or that stands for none.",
            events=look.share(found.n_events),
        )
        yield replace(found, why=why)


def _find_test_accounts(look: Look) -> Iterator[Suggestion]:
    if not look.measure(AccountsByName(_TEST_NAMES)).n_events:
        return
    patterns = tuple(filter(_has_name(look.connection), _TEST_NAMES))
    found = look.measure(AccountsByName(patterns))
    said = mark("{n:,} users are called like a test account or a robot ({names}).")
    if found.n_users == 1:
        said = mark("1 user is called like a test account or a robot ({names}).")
    yield replace(found, why=tr(said, n=found.n_users, names=join_words(patterns)))


def _has_name(connection: duckdb.DuckDBPyConnection) -> Callable[[str], bool]:
    """Whether any user's name matches a pattern."""

    def matches(pattern: str) -> bool:
        query = f"""SELECT 1 FROM user_names
            WHERE regexp_full_match("user", {quoted(glob_pattern(pattern))}, 'is') LIMIT 1"""
        return connection.execute(query).fetchone() is not None

    return matches


def _find_busy_users(look: Look) -> Iterator[Suggestion]:
    found = look.measure(BusyUsers())
    if look.has_few_users(found):
        why = tr(
            "{n:,} of {total:,} users make {events} at a rate far above everybody else's: perhaps "
            "bots.",
            n=found.n_users,
            total=look.n_users,
            events=look.share(found.n_events),
        )
        yield replace(found, why=why)


def _find_inhuman_speed(look: Look) -> Iterator[Suggestion]:
    has_sessions = count(look.connection, "SELECT count(session_code) FROM coded") > 0
    extent = Extent.SESSION if has_sessions else Extent.USER
    step = InhumanSpeed(extent=extent)
    found = look.measure(step)
    if look.has_few_users(found) and not look.has_many_ties:
        why = tr(
            "{n:,} of {total:,} users have more than {events} events within {time}: nobody clicks "
            "so fast.",
            n=found.n_users,
            total=look.n_users,
            events=step.n_events,
            time=span_in_words(step.within_s),
        )
        yield replace(found, why=why)


def _find_dominant_users(look: Look) -> Iterator[Suggestion]:
    found = look.measure(DominantUsers())
    if look.has_few_users(found):
        said = mark("{n:,} users have {events}, so that results would be about them.")
        if found.n_users == 1:
            said = mark("1 user has {events}, so that results would be about them.")
        why = tr(said, n=found.n_users, events=look.share(found.n_events))
        yield replace(found, why=why)


def _find_cancellations(look: Look) -> Iterator[Suggestion]:
    connection = look.connection
    rows = connection.execute("SELECT event FROM event_names").fetchall()
    events = tuple(row[0] for row in rows if row[0].lower() in _RETURN_EVENTS)
    prefix = "C" if _has_cancelled_sessions(connection) else ""
    found = look.measure(Cancellations(events=events, session_prefix=prefix))
    if found.n_events:
        signs = [tr("a value below 0")]
        signs += [tr("type {events}", events=join_words(events))] if events else []
        signs += [tr("a session named C...")] if prefix else []
        why = tr(
            "{events} are cancellations or returns ({signs}) or the purchases that they take back.",
            events=look.share(found.n_events),
            signs=join_words(signs),
        )
        yield replace(found, why=why)


def _has_cancelled_sessions(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether most sessions are plain numbers and some are numbers behind a C."""
    n_plain = r"count(*) FILTER (regexp_full_match(session, '\d+'))"
    n_marked = r"count(*) FILTER (regexp_full_match(session, 'C\d+'))"
    query = f"SELECT {n_marked} > 0 AND {n_plain} > {n_marked} FROM session_names"
    return count(connection, f"SELECT ({query})::INT") > 0


def _find_repeats(look: Look) -> Iterator[Suggestion]:
    found = look.measure(Repeats())
    if found.n_events > FEW_SHARE * look.n_events:
        why = tr(
            "{events} are the same item again right after itself.",
            events=look.share(found.n_events),
        )
        yield replace(found, why=why)


def _find_rare_entries(look: Look) -> Iterator[Suggestion]:
    found = look.measure(RareEntries(MIN_TESTABLE_EVENTS, 2))
    if 0 < found.n_events < look.n_events:
        why = tr(
            "{events} are of users with fewer than {n} events or of items with a single one: they "
            "cannot be tested, or not be learned.",
            events=look.share(found.n_events),
            n=MIN_TESTABLE_EVENTS,
        )
        yield replace(found, why=why)


def _find_session_gap(look: Look) -> Iterator[Suggestion]:
    if count(look.connection, "SELECT count(session_code) FROM coded"):
        return
    gap_s = gap_histogram(look.connection).suggested_s
    if gap_s is not None and gap_s != SESSION_GAP_S:
        why = tr(
            "The log has no sessions of its own; pauses of about {gap} divide its visits better "
            "than the usual {usual}.",
            gap=span_in_words(gap_s),
            usual=span_in_words(SESSION_GAP_S),
        )
        yield Suggestion(SessionsByGap(gap_s), 0, look.n_users, why)


_FINDERS: tuple[_Finder, ...] = (
    *(_find_duplicates, _find_test_accounts, _find_cancellations, _find_dominant_users),
    *(_find_repeats, _find_rare_entries),
)
_CLOCK_FINDERS: tuple[_Finder, ...] = (
    *(_find_impossible_times, _find_near_duplicates, _find_busy_users, _find_inhuman_speed),
    _find_session_gap,
)
