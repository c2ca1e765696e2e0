"""Guesses which column plays which role: from the names, then from the values."""

from collections.abc import Sequence
from dataclasses import dataclass

from seqrec.log.columns import ROLES, ColumnMapping, TimeFormat
from seqrec.log.ids import are_whole_floats
from seqrec.log.personal import PersonalColumn, find_personal
from seqrec.log.roles.choose import Choice, choose_columns
from seqrec.log.roles.facts import ColumnFacts
from seqrec.log.source import Sample
from seqrec.log.times.dates import DateEvidence
from seqrec.log.times.time_guess import TimeGuess, guess_times
from seqrec.translation.texts import mark, tr

_UNREADABLE = TimeGuess(
    TimeFormat.ISO,
    0.0,
    notes=(mark("none of the times seen can be read: choose how they are written"),),
)
_MISSING_SAID = 0.02  # share of rows without a user, item or time from which on it is said


@dataclass(frozen=True)
class Guess:
    """How a file is likely to be meant.

    Attributes:
        columns: the column of each role, None where no column fits.
        time_format: how the times are written; ORDER without a column of times.
        reasons: by role, in words; why there is none for a needed role, too.
        confidence: by role, from 0 to 1.
        alternatives: by role, other columns that could play it, the likeliest first.
        undecided_dates: whether day and month could as well be the other way round.
        decimal_comma: whether the values are written with a decimal comma.
        zone: IANA name of the zone of times that name none.
        notes: what the analyst should know about the columns, in words.
        personal: columns that look like e-mail addresses, phone numbers and the like.
    """

    columns: dict[str, str | None]
    time_format: TimeFormat
    reasons: dict[str, str]
    confidence: dict[str, float]
    alternatives: dict[str, tuple[str, ...]]
    undecided_dates: bool = False
    decimal_comma: bool = False
    zone: str = "UTC"
    notes: tuple[str, ...] = ()
    personal: tuple[PersonalColumn, ...] = ()

    def mapping(self) -> ColumnMapping:
        """The guess as a mapping.

        Raises:
            MappingError: no column fits the user or the item.
        """
        return ColumnMapping.from_choices(
            self.columns, self.time_format, self.zone, decimal_comma=self.decimal_comma
        )


def guess_roles(sample: Sample, evidence: Sequence[DateEvidence] = ()) -> Guess:
    """The most likely column for each role, each with the reason for the choice.

    Args:
        sample: rows of the file.
        evidence: what whole columns say about day and month, for those that the sample leaves
            open (`date_check`).
    """
    facts = {column.name: column for column in ColumnFacts.of(sample)}
    choices = choose_columns(list(facts.values()))
    times = _times(facts, choices, evidence)
    columns = {role: choices[role].column if role in choices else None for role in ROLES}
    value = columns["value"]
    return Guess(
        columns=columns,
        time_format=times.time_format if times else TimeFormat.ORDER,
        reasons={role: _reason(role, choice, times) for role, choice in choices.items()},
        confidence={role: choice.confidence for role, choice in choices.items()},
        alternatives={role: choice.alternatives for role, choice in choices.items()},
        undecided_dates=times is not None and times.undecided_dates,
        decimal_comma=value is not None and facts[value].decimal_comma,
        notes=tuple(_notes(facts, columns, times)),
        personal=find_personal(sample),
    )


def _times(
    facts: dict[str, ColumnFacts], choices: dict[str, Choice], evidence: Sequence[DateEvidence]
) -> TimeGuess | None:
    """How the chosen column, with its time of day where that is apart, writes times."""
    choice = choices.get("time")
    if choice is None or choice.column is None:
        return None
    values = facts[choice.column].values
    clock = choices.get("clock")
    if clock is not None and clock.column is not None:
        pairs = zip(values, facts[clock.column].values, strict=True)
        values = tuple(f"{date} {time}".strip() for date, time in pairs)
    known = next((found for found in evidence if found.column == choice.column), None)
    return guess_times(values, known, choice.hint) or _UNREADABLE


def _reason(role: str, choice: Choice, times: TimeGuess | None) -> str:
    if role != "time" or times is None or times is _UNREADABLE:
        return choice.reason
    said = mark("{reason}; written as {form}: {why}")
    if not times.reason:
        said = mark("{reason}; written as {form}")
    return tr(said, reason=choice.reason, form=tr(times.time_format), why=times.reason)


def _notes(
    facts: dict[str, ColumnFacts], columns: dict[str, str | None], times: TimeGuess | None
) -> list[str]:
    notes = [tr(note) for note in times.notes] if times else []
    for role in ("user", "item", "time"):
        name = columns[role]
        if name is None:
            continue
        missing = 1 - facts[name].share_filled
        if missing >= _MISSING_SAID:
            notes.append(
                tr(
                    "{role} is missing in {share:.0%} of the rows seen ('{column}')",
                    role=tr(role),
                    share=missing,
                    column=name,
                )
            )
    for role in ("user", "item", "session"):
        name = columns[role]
        if name is not None and are_whole_floats(facts[name].filled):
            found = facts[name].filled[0]
            notes.append(
                tr(
                    "{role} ids are written as fractions ({example}): .0 is cut off",
                    role=tr(role),
                    example=found,
                )
            )
    return notes
