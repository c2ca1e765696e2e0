import numpy as np
import pytest

from seqrec.figures.interests import InterestBars, draw_firsts, draw_profile
from seqrec.mining.interest_config import Kind

TITLES = np.array(["", "<b>tea</b>", "milk"], dtype=object)


def bars(kind: Kind) -> InterestBars:
    shares, notes = np.array([0.6, 0.3, 0.1]), ["2 times", "once", "once"]
    return InterestBars([(1, 2), (2,), (1,)], TITLES, shares, notes, kind)


@pytest.mark.parametrize("kind", Kind)
def test_bars_are_shares_of_a_users_interest_and_names_are_inert(kind: Kind):
    figure = draw_profile(bars(kind), n_bars=2)
    assert figure.data[0].x.tolist() == [0.6, 0.3]
    assert list(figure.data[0].text) == ["2 times", "once"]
    assert [note.text for note in figure.layout.annotations] == [
        "&lt;b&gt;tea&lt;/b&gt; → milk",
        "milk",
    ]
    assert "Share of the user's interest in" in figure.layout.xaxis.title.text


def test_firsts_name_their_denominator():
    figure = draw_firsts(bars(Kind.CATEGORY), 1_200)
    assert figure.layout.xaxis.title.text == "Share of 1,200 users who show any (number: users)"
    low, high = figure.layout.yaxis.range
    assert low > high
