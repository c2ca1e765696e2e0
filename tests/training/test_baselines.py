import numpy as np
import pytest

from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.training import baselines
from seqrec.training.baselines import fit_baselines
from tests.models.conftest import HISTORIES


@pytest.fixture
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


def catalogue(*titles: str) -> Catalogue:
    keys = np.array(["", *(str(item) for item in range(1, 8))], dtype=object)
    return Catalogue(keys, np.array(["", *titles], dtype=object) if titles else keys, None)


def test_all_that_suit_the_log_are_fitted_and_timed(split: Split):
    fitted = fit_baselines(split, catalogue(*(["red mug"] * 7)), exclude_seen=False)
    names = ["Decayed Markov", "Markov", "Sequential rules", "Repeats", "EASE", "Item neighbours",
             "Titles", "Recent popularity", "Popularity"]  # fmt: skip
    assert list(fitted.models) == list(fitted.fit_s) == names
    assert fitted.left_out == {}


def test_what_does_not_suit_is_left_out_with_its_reason(
    split: Split, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(baselines, "MAX_EASE_ITEMS", 6)
    object.__setattr__(split.database, "has_clock", False)
    fitted = fit_baselines(split, catalogue(), exclude_seen=True)
    assert fitted.left_out == {
        "Repeats": "items that were seen are left out of the lists",
        "EASE": "with 7 items it would take minutes; in a run it is fitted up to 6",
        "Titles": "the log has no titles to compare",
        "Recent popularity": "the log has no times, so that no item is known to be popular of late",
    }
    assert "Popularity" in fitted.models
