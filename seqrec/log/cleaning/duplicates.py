"""Events that say again what was said: copies, double clicks, repeats."""

from dataclasses import dataclass
from typing import Annotated

from seqrec.log.cleaning.parameters import flag, number
from seqrec.log.cleaning.step import HISTORY, Step, microseconds, span_in_words
from seqrec.translation.texts import mark, tr

_EVERYTHING = "user_code, item_code, time_us, event_code, session_code, value"


@dataclass(frozen=True)
class ExactDuplicates(Step):
    """Copies of an event; the first in the file stays."""

    kind = "exact-duplicates"
    title = mark("Exact duplicates")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Removes events that repeat an earlier row in everything: user, item, time, event, "
            "session and value."
        )

    def doomed(self) -> str:
        """All but the first row of each group of equal ones.

        Only rows whose hash occurs again are sorted.
        """
        return f"""
            WITH again AS (
                SELECT hash({_EVERYTHING}) AS mark FROM coded GROUP BY mark HAVING count(*) > 1)
            SELECT place FROM (
                SELECT rowid AS place,
                    row_number() OVER (PARTITION BY {_EVERYTHING} ORDER BY file, line) AS copy
                FROM coded WHERE hash({_EVERYTHING}) IN (FROM again))
            WHERE copy > 1"""


@dataclass(frozen=True)
class NearDuplicates(Step):
    """The same thing again within moments: double clicks, reloads, several trackers."""

    within_s: Annotated[float, number(mark("Time after the event before"), mark("s"))] = 1.0

    kind = "near-duplicates"
    title = mark("Near duplicates")
    needs_clock = True

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Removes an event of the same user, item and event type as one at most {time} before "
            "it.",
            time=span_in_words(self.within_s),
        )

    def doomed(self) -> str:
        """Each event close behind one of its like, whether that one stays or not."""
        return f"""
            SELECT place FROM (
                SELECT rowid AS place, time_us - lag(time_us) OVER (
                    PARTITION BY user_code, item_code, event_code
                    ORDER BY time_us, file, line) AS gap_us
                FROM coded)
            WHERE gap_us <= {microseconds(self.within_s)}"""


# By whether the event type counts and whether the time between does.
_REPEATS = {
    (True, True): mark(
        "Removes an event whose item and event type is the same as in the user's event before it, "
        "at most {time} later."
    ),
    (True, False): mark(
        "Removes an event whose item and event type is the same as in the user's event before it."
    ),
    (False, True): mark(
        "Removes an event whose item is the same as in the user's event before it, at most {time} "
        "later."
    ),
    (False, False): mark(
        "Removes an event whose item is the same as in the user's event before it."
    ),
}


@dataclass(frozen=True)
class Repeats(Step):
    """Runs of one item in a history; the first event of each run stays."""

    within_s: Annotated[
        float | None, number(mark("Longest gap to the event before"), mark("s"), optional=True)
    ] = None
    same_event: Annotated[bool, flag(mark("Only where the event type is the same, too"))] = True

    kind = "repeats"
    title = mark("Repeats in a row")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        time = "" if self.within_s is None else span_in_words(self.within_s)
        return tr(_REPEATS[self.same_event, bool(time)], time=time)

    def doomed(self) -> str:
        """Each event like the one before it in the history, whether that one stays or not."""
        alike = ["item_code = lag(item_code) OVER history"]
        if self.same_event:
            alike.append("event_code = lag(event_code) OVER history")
        if self.within_s is not None:
            alike.append(f"time_us - lag(time_us) OVER history <= {microseconds(self.within_s)}")
        return f"""
            SELECT place FROM (
                SELECT rowid AS place, {" AND ".join(alike)} AS again
                FROM coded WINDOW history AS {HISTORY})
            WHERE again"""
