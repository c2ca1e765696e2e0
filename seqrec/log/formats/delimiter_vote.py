"""Which delimiter splits the lines of a text best: the one on which most of them agree."""

from collections import Counter
from dataclasses import dataclass, replace

from seqrec.log.formats.fields import Row, split_rows
from seqrec.translation.texts import mark, tr

# One to four bytes each in UTF-8, which is what DuckDB takes.
DELIMITERS = (",", ";", "\t", "|", "::", "||", ";;", "\x01", "\x1f", "^", "~")
WIDE_DELIMITERS = ("\u00a6", "\uff0c", "\uff1b")  # broken bar, full-width comma and semicolon
_NAMES = {
    "\t": mark("tab"),
    " ": mark("space"),
    "\x01": mark("control character 1"),
    "\x1f": mark("control character 31"),
}
MAX_PREAMBLE_ROWS = 30
_N_VOTERS = 200
_NEARLY = 0.95
_MOSTLY = 0.8
_MIN_SHARE = 0.5


@dataclass(frozen=True)
class Vote:
    """How well a delimiter fits some lines.

    Attributes:
        delimiter, quote: what was tried.
        width: the most frequent number of fields above one.
        n_agree: rows of that width.
        n_rows: rows from the first of that width on, or all, where many are before it.
        over_lines: whether rows go over lines, inside quotes.
    """

    delimiter: str
    quote: str
    width: int
    n_agree: int
    n_rows: int
    over_lines: bool = True

    @property
    def share(self) -> float:
        """Of the rows, those that agree."""
        return self.n_agree / max(self.n_rows, 1)


def describe(delimiter: str) -> str:
    """A delimiter in words."""
    return tr(_NAMES[delimiter]) if delimiter in _NAMES else f"'{delimiter}'"


def elect(head: list[str], spread: list[str], quote: str) -> Vote | None:
    """The delimiter that fits best, None where no line has two fields with any.

    Args:
        head: the first lines of a text.
        spread: lines from all over it.
        quote: around fields, "" for none.
    """
    tried = [*DELIMITERS, *WIDE_DELIMITERS]
    votes = [vote(head, spread, delimiter, quote) for delimiter in tried if _whole(head, delimiter)]
    # One line of several is no table, but a file may have a header only.
    least = min(sum(bool(line.strip()) for line in head), 2)
    best = _best(votes, least)
    if best is None or best.share < _MIN_SHARE:
        # Times and titles have spaces inside, so a space counts only where nothing else does.
        best = _best([*votes, vote(head, spread, " ", quote)], least)
    return best


def vote(head: list[str], spread: list[str], delimiter: str, quote: str) -> Vote:
    """How well one delimiter fits, with rows that go over lines or without."""
    behind = [row for line in spread[:_N_VOTERS] for row in split_rows([line], delimiter, quote)]
    votes = []
    for over_lines in (True, False):
        rows = head_rows(head, delimiter, quote, over_lines=over_lines)
        widths = [len(row) for _, row in (*rows, *behind)]
        votes.append(replace(_count(widths, delimiter, quote), over_lines=over_lines))
    return max(votes, key=lambda vote: (vote.share, vote.n_agree))


def head_rows(
    head: list[str], delimiter: str, quote: str, *, over_lines: bool
) -> list[tuple[int, Row]]:
    """Rows in the first lines, each with the number of lines before it."""
    lines = head[:_N_VOTERS]
    if over_lines:
        found = split_rows(lines, delimiter, quote)
        starts = [_next_filled(lines, end) for end in (0, *(end for end, _ in found[:-1]))]
        return [(start, row) for start, (_, row) in zip(starts, found, strict=False)]
    return [
        (place, row)
        for place, line in enumerate(lines)
        for _, row in split_rows([line], delimiter, quote)
    ]


def _next_filled(lines: list[str], place: int) -> int:
    """The first line from a place on that is not blank."""
    return next((n for n in range(place, len(lines)) if lines[n].strip()), place)


def _count(widths: list[int], delimiter: str, quote: str) -> Vote:
    several = Counter(width for width in widths if width > 1)
    if not several:
        return Vote(delimiter, quote, 1, 0, len(widths))
    width, n_agree = max(several.items(), key=lambda pair: (pair[1], pair[0]))
    first = widths.index(width)
    n_before = first if first <= MAX_PREAMBLE_ROWS else 0
    return Vote(delimiter, quote, width, n_agree, len(widths) - n_before)


def _best(votes: list[Vote], least: int) -> Vote | None:
    """Of those that fit nearly as well as any, the widest; `||` before `|`."""
    good = [vote for vote in votes if vote.n_agree >= least]
    if not good:
        return None
    share = max(vote.share for vote in good)
    near = [vote for vote in good if vote.share >= _NEARLY * share]
    n_agree = max(vote.n_agree for vote in near)
    near = [vote for vote in near if vote.n_agree >= _MOSTLY * n_agree]
    return max(near, key=lambda vote: (len(vote.delimiter), vote.width, vote.n_agree))


def _whole(head: list[str], delimiter: str) -> bool:
    """Whether a doubled delimiter never stands alone: `a;;b;c` is separated by `;`."""
    if len(set(delimiter)) > 1 or len(delimiter) == 1 or delimiter == "::":
        return True
    return not any(delimiter[0] in line.replace(delimiter, "") for line in head[:_N_VOTERS])
