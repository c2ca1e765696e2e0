"""The occurrences of one pattern as an analyst reads them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining.occurrences import Occurrences

_UNITS_S = ((86_400.0, "days"), (3600.0, "h"), (60.0, "min"))
_AT_LEAST = 1.5


def say_duration(seconds: float) -> str:
    """Seconds in the largest unit of which there are one and a half: "35 h", "2.5 days"."""
    for size, name in _UNITS_S:
        if seconds >= _AT_LEAST * size:
            return f"{float(f'{seconds / size:.2g}'):,g} {name}"
    return f"{seconds:,.0f} s"


def span_quartiles_s(found: Occurrences) -> NDArray[np.float64]:
    """Seconds from the first event to the last: lower quartile, median, upper quartile; (3,)."""
    spans_s = found.times_s[:, -1] - found.times_s[:, 0]
    return np.quantile(spans_s, [0.25, 0.5, 0.75]) if len(spans_s) else np.full(3, np.nan)


def step_frame(
    found: Occurrences, pattern: tuple[int, ...], titles: NDArray[np.object_]
) -> pd.DataFrame:
    """One row a step of a pattern that occurs: median and quartiles of the time it takes."""
    quartiles = np.quantile(found.gaps_s, [0.5, 0.25, 0.75], axis=0)  # (3, length - 1)
    said = [[say_duration(seconds) for seconds in row] for row in quartiles]
    return pd.DataFrame(
        {
            "From": [str(titles[item]) for item in pattern[:-1]],
            "To": [str(titles[item]) for item in pattern[1:]],
            "Median time": said[0],
            "A quarter within": said[1],
            "Three quarters within": said[2],
        }
    )


def user_frame(found: Occurrences, users: NDArray[np.object_], *, has_clock: bool) -> pd.DataFrame:
    """One row an occurrence: the user, which events of the history, when it was completed."""
    frame = pd.DataFrame(
        {
            "User": [str(user) for user in users[found.user_rows]],
            "Events of the history": [
                ", ".join(f"{step:,}" for step in row) for row in found.steps.tolist()
            ],
        }
    )
    if has_clock:
        frame["Completed (UTC)"] = found.times_s[:, -1].astype("datetime64[s]")
        frame["Took"] = [say_duration(s) for s in found.times_s[:, -1] - found.times_s[:, 0]]
    return frame
