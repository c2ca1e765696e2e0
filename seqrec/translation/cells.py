"""Tables of ours in the reader's language, where they are shown; files of them stay English."""

import pandas as pd

from seqrec.translation.texts import retell, tr

# Columns whose cells are words of ours, not data.
_OUR_WORDS = frozenset(
    {"Verdict", "Order", "Says", "Model", "State", "Users and targets", "Control"}
)


def told_name(name: str) -> str:
    """A column's name in the reader's language; of a metric at a length ("Recall@10") its own."""
    metric, at, length = name.partition("@")
    told = tr(name)
    return f"{tr(metric)}@{length}" if at and told == name else told


def told_values(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with those cells in the reader's language that hold words of ours."""
    ours = {name: frame[name].map(retell) for name in _OUR_WORDS.intersection(map(str, frame))}
    return frame.assign(**ours)
