"""Users who are no people: bots, outliers, test accounts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import duckdb

from seqrec.errors import ConfigError
from seqrec.log.cleaning.parameters import number, option, texts, whole
from seqrec.log.cleaning.step import Step, microseconds, span_in_words
from seqrec.log.sql_text import quoted
from seqrec.translation.texts import join_words, mark, tr


class Period(StrEnum):
    """What an event rate is counted over."""

    DAY = mark("day")
    HOUR = mark("hour")

    @property
    def length_us(self) -> int:
        """Microseconds of it."""
        return microseconds(86_400 if self is Period.DAY else 3600)


class Extent(StrEnum):
    """What is removed where a part is wrong."""

    SESSION = mark("session")
    USER = mark("user")


@dataclass(frozen=True)
class BusyUsers(Step):
    """Users whose rate of events is far above everybody else's.

    The robust z-score of Iglewicz and Hoaglin (1993) on the logarithm of the rate: its distance
    from the median, in units of 1.4826 median absolute deviations, or of 1.2533 mean absolute
    deviations where more than half of the users have the median rate.
    """

    period: Annotated[Period, option(mark("Active time is counted in"), Period)] = Period.DAY
    z: Annotated[
        float, number(mark("Robust z-score above which a user is an outlier"), "", 1.0)
    ] = 6.0

    kind = "busy-users"
    title = mark("Bots and outliers by rate")
    needs_clock = True

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Removes users whose events per active {period} lie more than {z:g} robust "
            "standard deviations above the median user's, on a logarithmic scale.",
            period=tr(self.period),
            z=self.z,
        )

    def doomed(self) -> str:
        """All events of the outliers; periods are counted in UTC."""
        length_us = self.period.length_us
        return f"""
            WITH active AS (
                SELECT user_code, floor(time_us / {length_us}) AS period, count(*) AS n
                FROM coded GROUP BY ALL),
            rates AS (
                SELECT user_code, ln(sum(n) / count(*)) AS rate FROM active GROUP BY user_code),
            distances AS (
                SELECT user_code, rate - (SELECT median(rate) FROM rates) AS distance FROM rates),
            spreads AS (
                SELECT 1.4826 * median(abs(distance)) AS robust,
                    1.2533 * avg(abs(distance)) AS mean FROM distances),
            busy AS (
                SELECT user_code FROM distances, spreads
                WHERE distance > {self.z} * CASE WHEN robust > 0 THEN robust ELSE mean END
                    AND distance > 0)
            SELECT rowid AS place FROM coded WHERE user_code IN (FROM busy)"""


@dataclass(frozen=True)
class InhumanSpeed(Step):
    """Bursts that nobody could click."""

    n_events: Annotated[int, whole(mark("More events than"), mark("events"))] = 20
    within_s: Annotated[float, number(mark("Within"), mark("s"))] = 10.0
    extent: Annotated[Extent, option(mark("Remove the whole"), Extent)] = Extent.SESSION

    kind = "inhuman-speed"
    title = mark("Inhuman speed")
    needs_clock = True

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr(
            "Removes each {extent} that has more than {n:,} events within {time} anywhere in it.",
            extent=tr(self.extent),
            n=self.n_events,
            time=span_in_words(self.within_s),
        )

    def mark(self, connection: duckdb.DuckDBPyConnection) -> str:
        """Fill the table `doomed(place)`.

        Raises:
            ConfigError: whole sessions are to go, but the log has none.
        """
        logged = connection.execute("SELECT 1 FROM coded WHERE session_code NOTNULL LIMIT 1")
        if self.extent is Extent.SESSION and logged.fetchone() is None:
            raise ConfigError(
                tr(
                    "cleaning step '{step}': the log has no sessions of its own; put 'Sessions "
                    "by inactivity' before this step, or remove whole users",
                    step=tr(self.title),
                )
            )
        return super().mark(connection)

    def doomed(self) -> str:
        """All events of the sessions or users with a burst."""
        whole_of = "user_code" + (", session_code" * (self.extent is Extent.SESSION))
        return f"""
            WITH bursts AS (
                SELECT {whole_of}, lead(time_us, {self.n_events}) OVER (
                    PARTITION BY {whole_of} ORDER BY time_us, file, line) - time_us AS taken_us
                FROM coded),
            fast AS (
                SELECT DISTINCT {whole_of} FROM bursts
                WHERE taken_us <= {microseconds(self.within_s)})
            SELECT coded.rowid AS place FROM coded SEMI JOIN fast ON {_same(whole_of)}"""


@dataclass(frozen=True)
class AccountsByName(Step):
    """Users whose name says that they are no customers.

    Matching is in time linear in the name, whatever the pattern (RE2). Pseudonyms hide names:
    on a log with pseudonyms this step can find nothing, it must come before they are made.
    """

    patterns: Annotated[
        tuple[str, ...], texts(mark("Names (* stands for anything, ? for one character)"))
    ] = ()

    kind = "test-accounts"
    title = mark("Test accounts")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        names = join_words(self.patterns) or tr("(nothing)")
        return tr("Removes users whose name matches {names}, in upper or lower case.", names=names)

    def doomed(self) -> str:
        """All events of users whose name matches."""
        named = ["false"]
        named += [
            f"""regexp_full_match("user", {quoted(glob_pattern(pattern))}, 'is')"""
            for pattern in self.patterns
        ]
        return f"""
            SELECT rowid AS place FROM coded WHERE user_code IN (
                SELECT user_code FROM user_names WHERE {" OR ".join(named)})"""


@dataclass(frozen=True)
class DominantUsers(Step):
    """Users who make up much of the log by themselves."""

    share: Annotated[float, number(mark("Share of all events above which a user goes"))] = 0.1

    kind = "dominant-users"
    title = mark("Users with a large share of the log")

    @property
    def sentence(self) -> str:
        """What it does to the log, in one sentence."""
        return tr("Removes users who have more than {n:.3g} of all events each.", n=self.share)

    def doomed(self) -> str:
        """All events of these users."""
        return f"""
            SELECT rowid AS place FROM coded WHERE user_code IN (
                SELECT user_code FROM coded GROUP BY user_code
                HAVING count(*) > {self.share} * (SELECT count(*) FROM coded))"""


def glob_pattern(pattern: str) -> str:
    """The regular expression (RE2) of a pattern with * and ?; every other character is literal."""
    known = {"*": ".*", "?": "."}
    return "".join(known.get(sign) or _literal(sign) for sign in pattern)


def _literal(sign: str) -> str:
    return sign if sign.isalnum() or ord(sign) > 127 else f"\\x{ord(sign):02x}"  # noqa: PLR2004


def _same(columns: str) -> str:
    """SQL condition that columns of `coded` and `fast` agree; two empty ones do, too."""
    return " AND ".join(
        f"coded.{name} IS NOT DISTINCT FROM fast.{name}" for name in columns.split(", ")
    )
