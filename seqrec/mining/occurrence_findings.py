"""The occurrences of one pattern as an analyst reads them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.mining.occurrences import Occurrences
from seqrec.translation.texts import mark, tr

_UNITS_S = ((86_400.0, mark("{n} days")), (3600.0, mark("{n} h")), (60.0, mark("{n} min")))
_AT_LEAST = 1.5


def say_duration(seconds: float) -> str:
    """Seconds in the largest unit of which there are one and a half: "35 h", "2.5 days"."""
    for size, said in _UNITS_S:
        if seconds >= _AT_LEAST * size:
            return tr(said, n=f"{float(f'{seconds / size:.2g}'):,g}")
    return tr("{n} s", n=f"{seconds:,.0f}")


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
            mark("From"): [str(titles[item]) for item in pattern[:-1]],
            mark("To"): [str(titles[item]) for item in pattern[1:]],
            mark("Median time"): said[0],
            mark("A quarter within"): said[1],
            mark("Three quarters within"): said[2],
        }
    )


def user_frame(found: Occurrences, users: NDArray[np.object_], *, has_clock: bool) -> pd.DataFrame:
    """One row an occurrence: the user, which events of the history, when it was completed."""
    frame = pd.DataFrame(
        {
            mark("User"): [str(user) for user in users[found.user_rows]],
            mark("Events of the history"): [
                ", ".join(f"{step:,}" for step in row) for row in found.steps.tolist()
            ],
        }
    )
    if has_clock:
        frame[mark("Completed (UTC)")] = found.times_s[:, -1].astype("datetime64[s]")
        frame[mark("Took")] = [say_duration(s) for s in found.times_s[:, -1] - found.times_s[:, 0]]
    return frame
