"""Purchases that were taken back."""

from dataclasses import dataclass
from typing import Annotated

import duckdb

from seqrec.log.cleaning.events import check_known
from seqrec.log.cleaning.parameters import flag, text, texts
from seqrec.log.cleaning.step import Step
from seqrec.log.sql_text import quoted
from seqrec.translation.texts import join_words, mark, tr


@dataclass(frozen=True)
class Cancellations(Step):
    """Cancelled or returned purchases, with the purchase that each takes back."""

    negative_value: Annotated[bool, flag(mark("Events with a value below 0"))] = True
    events: Annotated[tuple[str, ...], texts(mark("Events of these types"))] = ()
    session_prefix: Annotated[str, text(mark("Events in sessions whose id begins with"))] = ""
    with_purchase: Annotated[bool, flag(mark("Remove the purchase that was taken back, too"))] = (
        True
    )

    kind = "cancellations"
    title = mark("Cancelled and returned purchases")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        signs = [tr("with a value below 0")] if self.negative_value else []
        if self.events:
            signs.append(tr("of type {events}", events=join_words(self.events)))
        if self.session_prefix:
            signs.append(tr("in sessions named {prefix}...", prefix=self.session_prefix))
        said = tr(" or ").join(signs) or tr("of no kind")
        if self.with_purchase:
            return tr(
                "Removes events {signs}, and for each the user's latest earlier purchase of the "
                "item in the same amount.",
                signs=said,
            )
        return tr("Removes events {signs}.", signs=said)

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`.

        Raises:
            ConfigError: the log has no event type of that name.
        """
        check_known(connection, self.title, self.events)
        return super().mark(connection)

    def doomed(self) -> str:
        """Cancellations, and the purchases that they match, as brackets match.

        A cancellation with a value takes back a purchase of the same amount; one without a value
        takes back any. Each takes the latest earlier purchase that no other has taken back.
        """
        marked = f"SELECT rowid AS place, *, {self._is_cancellation()} AS back FROM coded"
        if not self.with_purchase:
            return f"SELECT place FROM ({marked}) WHERE back"
        alike, any_amount = "user_code, item_code, abs(value)", "user_code, item_code"
        return f"""
            WITH marked AS MATERIALIZED ({marked}),
            touched AS MATERIALIZED (
                SELECT * FROM marked SEMI JOIN (FROM marked WHERE back) AS taken
                    USING (user_code, item_code)),
            same_amount AS MATERIALIZED ({
            _taken_back("SELECT * FROM touched WHERE value NOTNULL", alike)
        }),
            left_over AS (
                SELECT * FROM touched WHERE (NOT back AND place NOT IN (FROM same_amount))
                    OR (back AND value IS NULL))
            SELECT place FROM marked WHERE back UNION FROM same_amount
            UNION {_taken_back("FROM left_over", any_amount)}"""

    def _is_cancellation(self) -> str:
        signs = ["coalesce(value < 0, false)"] if self.negative_value else []
        if self.events:
            names = ", ".join(map(quoted, self.events))
            known = f"SELECT event_code FROM event_names WHERE event IN ({names})"
            signs.append(f"coalesce(event_code IN ({known}), false)")
        if self.session_prefix:
            named = f"starts_with(session, {quoted(self.session_prefix)})"
            known = f"SELECT session_code FROM session_names WHERE {named}"
            signs.append(f"coalesce(session_code IN ({known}), false)")
        return f"({' OR '.join(signs) or 'false'})"


def _taken_back(rows: str, key: str) -> str:
    """SQL that gives `place` of the purchases that a cancellation in `rows` takes back.

    Purchases open a bracket and cancellations close one, in the order of time within `key`. The
    depth never falls below 0 (a cancellation without an earlier purchase closes nothing), so it
    is the running sum less its lowest point so far. A purchase and the cancellation that takes it
    back are neighbours among the events at their depth.
    """
    order = "ORDER BY time_us, file, line"
    return f"""
        SELECT place FROM (
            SELECT place, back, lead(back) OVER (PARTITION BY {key}, depth {order}) AS closed
            FROM (
                SELECT *, total - least(lowest, 0) + back::INT AS depth FROM (
                    SELECT *, min(total) OVER (PARTITION BY {key} {order}) AS lowest FROM (
                        SELECT *, sum(CASE WHEN back THEN -1 ELSE 1 END) OVER (
                            PARTITION BY {key} {order}) AS total
                        FROM ({rows})))))
        WHERE NOT back AND closed"""
