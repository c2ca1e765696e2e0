"""Names for the columns of a table, and whether its first row gives them."""

from seqrec.errors import LogFormatError
from seqrec.log.formats.fields import Row, is_value
from seqrec.log.source import LINE_COLUMN
from seqrec.translation.texts import mark, tr

MAX_COLUMNS = 500
_N_LOOKED_AT = 200


def check_width(width: int) -> None:
    """Refuse a table with more columns than are read.

    Raises:
        LogFormatError: there are more than `MAX_COLUMNS`.
    """
    if width > MAX_COLUMNS:
        raise LogFormatError(
            tr(
                "there are {n:,} columns; at most {most} are read: leave out those that are not "
                "needed",
                n=width,
                most=MAX_COLUMNS,
            )
        )


def name_columns(header: Row, width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names for `width` columns, all different and none empty, and what was changed.

    Args:
        header: names as they are written; () where there are none.
        width: number of columns, at least as many as the header has.

    Raises:
        LogFormatError: there are more than `MAX_COLUMNS`.
    """
    check_width(width)
    names: list[str] = []
    notes: list[str] = []
    given = [name.strip().strip("\ufeff\u200b") for name in header]
    taken = {LINE_COLUMN, *given}
    for place, name in enumerate([*given, *[""] * (width - len(given))], start=1):
        wanted = name or f"column {place}"
        chosen, n = wanted, 1
        while chosen in names or (chosen != name and chosen in taken) or chosen == LINE_COLUMN:
            n += 1
            chosen = f"{wanted} ({n})"
        names.append(chosen)
        if header and chosen != name:
            said = mark("column {place} is another '{name}'; here it is called '{chosen}'")
            if not name:
                said = mark("column {place} has no name; here it is called '{chosen}'")
            notes.append(tr(said, place=place, name=name[:80], chosen=chosen[:80]))
    return tuple(names), tuple(notes)


def has_header(rows: list[Row]) -> bool:
    """Whether the first of some rows names the columns.

    It does not where it holds a number or a time, or a text that comes again below it.
    """
    first, others = rows[0], rows[1:_N_LOOKED_AT]
    if any(is_value(name) for name in first):
        return False
    return not any(
        name.strip() and any(place < len(row) and row[place] == name for row in others)
        for place, name in enumerate(first)
    )
