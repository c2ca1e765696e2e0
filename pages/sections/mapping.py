"""Data page: which column plays which role, why, and what the rows look like when read so."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from pages.sections.saved_mappings import offer_saved, offer_saving
from pages.shared.session import show_refusal
from pages.shared.texts import plain
from seqrec.log.columns import OPTIONAL_ROLES, ROLES, ColumnMapping, TimeFormat, zone_names
from seqrec.log.guess import Guess
from seqrec.log.source import Sample
from seqrec.log.times.time_reader import read_time_us
from seqrec.translation.texts import join_words, mark, tr

N_SHOWN_ROWS = 20
_MAIN_ROLES = ("user", "item", "time", "event", "session", "value", "title", "category")
_HELP = {
    "user": mark("who did it: a customer, a visitor, a case"),
    "item": mark("what it was done with: a product, a page, a film, an activity"),
    "time": mark("when; or a position that gives the order"),
    "event": mark("the kind of event: view, purchase, cancel"),
    "session": mark("the visit or order that the event belongs to"),
    "value": mark("a number an event: quantity, price, rating"),
    "title": mark("what the item is called"),
    "category": mark("the item's group"),
    "text": mark("a longer description of the item"),
    "image": mark("the address of the item's picture"),
    "clock": mark("the time of day, where the time column holds the date alone"),
}


def draw_mapping(sample: Sample, guess: Guess) -> ColumnMapping | None:
    """A column for each role, starting from the guess; None (and why) while it is not usable."""
    offer_saved(sample)
    chosen = choose_columns(sample, guess)
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    time_format = left.selectbox(
        tr("Times are written as"),
        list(TimeFormat),
        index=list(TimeFormat).index(guess.time_format),
        format_func=tr,
        key="time-format",
    )
    zones = zone_names()
    zone = middle.selectbox(
        tr("Zone of times that name none"), zones, index=zones.index(guess.zone), key="time-zone"
    )
    decimal_comma = right.toggle(
        tr("Values have a decimal comma (3,75)"), guess.decimal_comma, key="decimal-comma"
    )
    if guess.undecided_dates and time_format is guess.time_format:
        st.warning(
            tr(
                "Every date in the file can be read as day/month and as month/day. "
                "Say which it is, under *Times are written as*."
            ),
            icon=":material/help:",
        )
    for note in guess.notes:
        st.warning(plain(note), icon=":material/help:")
    with show_refusal():
        mapping = ColumnMapping.from_choices(
            chosen,
            time_format or guess.time_format,
            zone,
            decimal_comma=decimal_comma,
        )
        offer_saving(mapping)
        return mapping
    return None


def choose_columns(sample: Sample, guess: Guess) -> dict[str, str | None]:
    """A select box a role; its help says why the column was guessed."""
    chosen: dict[str, str | None] = {}
    # Row by row: stacked on a phone, the roles keep their order.
    for row in (_MAIN_ROLES[:4], _MAIN_ROLES[4:]):
        for column, role in zip(st.columns(4), row, strict=True):
            with column:
                chosen[role] = _choose_column(role, sample, guess)
    rare = [role for role in ROLES if role not in _MAIN_ROLES]
    named = [role for role in rare if guess.columns.get(role)]
    with st.expander(tr("More columns"), icon=":material/add_column_right:", expanded=bool(named)):
        for column, role in zip(st.columns(len(rare)), rare, strict=True):
            with column:
                chosen[role] = _choose_column(role, sample, guess)
    return chosen


def _choose_column(role: str, sample: Sample, guess: Guess) -> str | None:
    optional = role not in {"user", "item"}
    options: list[str | None] = [None, *sample.columns] if optional else [*sample.columns]
    guessed = guess.columns.get(role)
    nothing = tr("- (order of the rows)") if role == "time" else "-"
    said = tr(role).capitalize()
    reason = guess.reasons.get(role, tr("No column looks like it."))
    return st.selectbox(
        tr("{role} (optional)", role=said) if role in OPTIONAL_ROLES else said,
        options,
        index=options.index(guessed) if guessed in options else None,
        format_func=lambda name: nothing if name is None else name,
        help=plain(tr("{what}. {reason}", what=tr(_HELP[role]), reason=reason)),
        placeholder=tr("Choose an option"),
        key=f"role-{role}",
    )


def draw_reasons(guess: Guess) -> None:
    """Why each column was guessed, and what was noticed about personal data."""
    rows = [
        {
            tr("Role"): tr(role),
            tr("Column"): column,
            tr("Why"): guess.reasons.get(role, ""),
            tr("Could also be"): join_words(guess.alternatives.get(role, ())),
        }
        for role, column in guess.columns.items()
        if column is not None
    ]
    with st.expander(tr("Why these columns?"), icon=":material/psychology:"):
        st.dataframe(
            rows, hide_index=True, alt=tr("The guessed column of each role and the reason")
        )


def draw_preview(sample: Sample, mapping: ColumnMapping | None) -> None:
    """The first rows as the log would have them, where it can be made, and as they stand."""
    rows = [dict(zip(sample.columns, row, strict=True)) for row in sample.first[:N_SHOWN_ROWS]]
    as_written = tr("First {n} rows of the file", n=len(rows))
    if mapping is None:
        st.dataframe(rows, hide_index=True, height=260, alt=as_written)
        return
    as_read = [_read_row(row, mapping) for row in rows]
    after, before = st.tabs([tr("As it will be read"), tr("As it stands in the file")])
    after.dataframe(
        as_read,
        hide_index=True,
        height=260,
        column_config={role: tr(role) for role in mapping.columns()},
        alt=tr("First {n} rows as they will be read", n=len(rows)),
    )
    before.dataframe(rows, hide_index=True, height=260, alt=as_written)


def _read_row(row: dict[str, str], mapping: ColumnMapping) -> dict[str, str]:
    """A row by roles; the time as it will be understood."""
    read = {role: row[column] for role, column in mapping.columns().items()}
    if "time" in read and mapping.time_format is not TimeFormat.ORDER:
        parts = (read["time"], read.pop("clock", ""))
        read["time"] = _understood(" ".join(filter(None, map(str.strip, parts))), mapping)
    return read


def _understood(text: str, mapping: ColumnMapping) -> str:
    if not text:
        return tr("missing")
    time_us = read_time_us(text, mapping.time_format, mapping.zone)
    if time_us is None:
        return tr("cannot be read: {value}", value=text)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time_us)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
