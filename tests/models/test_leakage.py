"""What is held out reaches no model: neither by permuting it nor by planting a signal in it."""

from collections.abc import Callable

import numpy as np
import pytest

from seqrec.evaluation.ranking import measure_ranks, rank_targets
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.blending import fit_blend
from seqrec.models.hybrid import Hybrid
from seqrec.models.spectral import spectral_embeddings
from tests.models.baselines import FITS

N_USERS, N_ITEMS = 400, 60


def random_split(seed: int = 0, planted: int | None = None) -> Split:
    """Histories by chance alone; the last event always the same item where one is planted."""
    generator = np.random.default_rng(seed)
    items = generator.integers(1, N_ITEMS + 1, size=(N_USERS, 8))
    items[:, :2] = generator.permutation(np.arange(N_USERS * 2) % N_ITEMS + 1).reshape(N_USERS, 2)
    if planted is not None:
        items[items == planted] = planted % N_ITEMS + 1
        items[0, 0] = planted  # known, and no more
        items[:, -1] = planted
    return leave_last_out(SequenceDatabase.from_histories(items.tolist()))


def permuted(split: Split, seed: int) -> Split:
    """The same log with its test targets dealt out anew among the users."""
    items = split.database.items.copy()
    items[split.test_places] = np.random.default_rng(seed).permutation(items[split.test_places])
    histories = [items[low:high].tolist() for low, high in zip(
        split.database.offsets[:-1], split.database.offsets[1:], strict=True)]  # fmt: skip
    return leave_last_out(SequenceDatabase.from_histories(histories))


@pytest.mark.parametrize("fit", FITS)
def test_permuting_the_targets_changes_no_fitted_model(fit: Callable[[Split], Recommender]):
    split = random_split()
    other = permuted(split, 1)
    assert (split.database.items != other.database.items).any()
    asked = [split.test_history(row) for row in range(50)]
    np.testing.assert_array_equal(fit(split).score(asked), fit(other).score(asked))


def test_permuting_the_targets_changes_no_start_of_a_transformer():
    split = random_split()
    np.testing.assert_array_equal(
        spectral_embeddings(split, 8, 0), spectral_embeddings(permuted(split, 1), 8, 0)
    )


@pytest.mark.parametrize("fit", FITS)
def test_a_signal_of_the_future_alone_is_found_by_no_model(fit: Callable[[Split], Recommender]):
    split = random_split(planted=7)
    assert (split.test_targets() == 7).all()
    assert ndcg(split, fit(split)) < 0.1  # by chance about 0.075; the signal would give 1


def test_a_signal_of_the_future_alone_is_found_by_no_hybrid():
    split = random_split(planted=7)
    models = {fit.__name__: fit(split) for fit in FITS}
    blend, _ = fit_blend(split, models, exclude_seen=False)
    assert ndcg(split, Hybrid(blend, models, exclude_seen=False)) < 0.1


def ndcg(split: Split, model: Recommender) -> float:
    asked = [split.test_history(int(row)) for row in split.test_users]
    return measure_ranks(rank_targets(model.score(asked), split.test_targets())).ndcg
