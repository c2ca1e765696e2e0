import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.evaluation.ranking import mask_items, measure_ranks, rank_targets
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models import blending
from seqrec.models.blending import collect_levels, fit_blend
from seqrec.models.hybrid import Blend, BlendKind, Hybrid, level_scores
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity

ROW = st.lists(st.integers(-3, 3), min_size=4, max_size=4)


class Fixed:
    """Scores an item by a number of its own, whatever the history."""

    def __init__(self, *scores: float) -> None:
        self._scores = np.array([-math.inf, *scores], dtype=np.float32)

    def score(self, histories):
        return np.tile(self._scores, (len(histories), 1))


class Knowing:
    """Gives the best score to what follows a history of an even, or an odd, length."""

    def __init__(self, split: Split, *, long: bool) -> None:
        self._next = {}
        for row in range(split.database.n_users):
            history = split.database.history(row)
            for end in (len(history) - 2, len(history) - 1):
                self._next[history[:end].tobytes()] = history[end]
        self._long = long

    def score(self, histories):
        generator = np.random.default_rng(0)
        scores = generator.random((len(histories), 61)).astype(np.float32)
        for row, history in enumerate(histories):
            if (len(history) > 10) is self._long:
                scores[row, self._next[history.tobytes()]] = 2.0
        scores[:, 0] = -np.inf
        return scores


def histories(*lengths: int) -> list[np.ndarray]:
    return [np.ones(length, dtype=np.int32) for length in lengths]


@given(row=ROW)
def test_levels_of_scores_have_mean_0_and_deviation_1(row: list[int]):
    levels = level_scores(np.array([[-math.inf, *row]], dtype=np.float32), BlendKind.SCORES)
    assert levels[0, 0] == -math.inf
    expected = (np.array(row) - np.mean(row)) / (np.std(row) or 1.0)
    np.testing.assert_allclose(levels[0, 1:], expected, atol=1e-5)


@given(row=ROW)
def test_levels_of_ranks_are_those_of_their_definition(row: list[int]):
    levels = level_scores(np.array([[-math.inf, *row]], dtype=np.float32), BlendKind.RANKS)
    assert levels[0, 0] == -math.inf
    ranks = [sum(other >= own for other in row) for own in row]  # tied items rank last
    np.testing.assert_allclose(levels[0, 1:], [1 / (20 + rank) for rank in ranks], rtol=1e-6)


def test_levels_of_logs_are_those_of_shares_and_logits_stay():
    rows = np.array([[-math.inf, 3, 1, 0], [-math.inf, 3, -1, 0]], dtype=np.float32)
    levels = level_scores(rows, BlendKind.LOGS)
    assert np.isneginf(levels[:, 0]).all()
    expected = np.log([0.9 * share + 0.1 / 3 for share in (3 / 4, 1 / 4, 0)])
    np.testing.assert_allclose(levels[0, 1:], expected, rtol=1e-6)
    assert levels[1, 1:].tolist() == [3, -1, 0]


def test_each_history_length_has_its_weights():
    models = {"a": Fixed(3, 1, 2), "b": Fixed(1, 2, 3)}
    blend = Blend(BlendKind.RANKS, ("a", "b"), (3,), ((1.0, 0.0), (0.0, 2.0)))
    scores = Hybrid(blend, models, exclude_seen=False).score(histories(2, 3))
    np.testing.assert_allclose(scores[0, 1:], [1 / 21, 1 / 23, 1 / 22])
    np.testing.assert_allclose(scores[1, 1:], [2 / 23, 2 / 22, 2 / 21])
    assert np.isneginf(scores[:, 0]).all()


def test_seen_items_are_excluded_before_the_levels_are_made():
    blend = Blend(BlendKind.RANKS, ("a",), (), ((1.0,),))
    scores = Hybrid(blend, {"a": Fixed(9, 1, 2)}, exclude_seen=True).score(histories(1))
    assert scores[0].tolist() == pytest.approx([-math.inf, -math.inf, 1 / 22, 1 / 21])


def test_a_model_without_weight_is_never_asked():
    blend = Blend(BlendKind.SCORES, ("a", "b"), (), ((1.0, 0.0),))
    assert blend.used == ("a",)
    Hybrid(blend, {"a": Fixed(1, 2)}, exclude_seen=False).score(histories(1))


@pytest.mark.parametrize(
    ("bounds", "weights", "message"),
    [
        ((3,), ((1.0,),), "one row of weights more"),
        ((), ((1.0, 2.0),), "one weight a model"),
        ((3, 3), ((1.0,), (1.0,), (1.0,)), "the bounds rise"),
        ((), ((0.0,),), "no model has a weight"),
    ],
)
def test_a_blend_that_does_not_fit_together_is_refused(bounds, weights, message: str):
    with pytest.raises(ValueError, match=message):
        Blend(BlendKind.SCORES, ("a",), bounds, weights)


def long_log(n_users: int = 400) -> SequenceDatabase:
    generator = np.random.default_rng(2)
    return SequenceDatabase.from_histories(
        [generator.integers(1, 61, size=4 + 20 * (row % 2)).tolist() for row in range(n_users)]
    )


def test_a_model_for_long_and_one_for_short_histories_are_used_where_they_know():
    split = leave_last_out(long_log(700))
    models = {"long": Knowing(split, long=True), "short": Knowing(split, long=False)}
    blend, ndcg = fit_blend(split, models, exclude_seen=False)
    assert ndcg > 0.8  # each alone knows half of the targets
    assert ndcg_on_test(split, Hybrid(blend, models, exclude_seen=False)) > 0.8


def test_weights_are_blind_to_test_targets():
    database = long_log()
    blends = []
    for shift in (0, 7):
        items = database.items.copy()
        last = database.offsets[1:] - 1
        items[last] = (items[last] + shift) % 60 + 1
        changed = SequenceDatabase(
            items, *(getattr(database, name) for name in ("times_s", "offsets", "session_ids")),
            database.event_ids, 60, "changed",
        )  # fmt: skip
        split = leave_last_out(changed)
        models = {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}
        blends.append(fit_blend(split, models, exclude_seen=False))
    assert blends[0] == blends[1]


def test_candidates_of_a_small_catalogue_give_the_ranks_of_the_whole(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(blending, "_N_CANDIDATES", 60)
    split = leave_last_out(long_log(60))
    models = {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}
    levels = collect_levels(split, models, split.validation_users, exclude_seen=True)
    weights = (0.5, 0.2)
    mixed = levels.absent + sum(
        weight * own for weight, own in zip(weights, levels.of_kind[BlendKind.SCORES], strict=True)
    )
    blend = Blend(BlendKind.SCORES, tuple(models), (), (weights,))
    asked = [split.validation_history(int(row)) for row in split.validation_users]
    scores = Hybrid(blend, models, exclude_seen=True).score(asked)
    mask_items(scores, asked)
    ranks = rank_targets(scores, split.validation_targets())
    kept = np.isfinite(mixed[:, 0])  # a target that was seen is last
    assert 0 < kept.sum() < len(kept)
    np.testing.assert_array_equal((mixed >= mixed[:, :1]).sum(axis=1)[kept], ranks[kept])


def ndcg_on_test(split: Split, model: Recommender) -> float:
    asked = [split.test_history(int(row)) for row in split.test_users]
    return measure_ranks(rank_targets(model.score(asked), split.test_targets())).ndcg
