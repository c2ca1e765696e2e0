from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.lists import FULL, HELD_OUT, read_lists, read_target
from seqrec.training import contest as contests
from seqrec.training import results
from seqrec.training.contest import Contest
from seqrec.training.results import LIST_LENGTH, write_results
from seqrec.workspace import read_json
from tests.evaluation import oracles

GENERATOR = np.random.default_rng(8)
HISTORIES = [GENERATOR.integers(1, 31, size=int(size)).tolist() for size in [4] * 20 + [2, 1]]


@pytest.fixture(params=[False, True], ids=["seen stay", "seen left out"])
def exclude_seen(request: pytest.FixtureRequest) -> object:
    return request.param


@pytest.fixture
def split() -> Split:
    return leave_last_out(SequenceDatabase.from_histories(HISTORIES))


@pytest.fixture
def recommenders(split: Split) -> dict[str, Recommender]:
    return {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}


def scores_of(recommender: Recommender, history: list[int]) -> list[float]:
    return recommender.score([np.array(history, dtype=np.int32)])[0].tolist()


def run_folder(tmp_path: Path, split: Split, recommenders, exclude_seen: object) -> Path:
    shares: list[float] = []
    write_results(tmp_path, Contest(split, recommenders, bool(exclude_seen)), shares.append)
    assert shares[-1] == 1.0
    return tmp_path


def test_lists_equal_their_definition(
    tmp_path: Path, split: Split, recommenders: dict[str, Recommender], exclude_seen: object
):
    folder = run_folder(tmp_path, split, recommenders, exclude_seen)
    for row, whole in enumerate(HISTORIES):
        for context, history in ((FULL, whole), (HELD_OUT, whole[:-1])):
            lists = read_lists(folder, row, context)
            if not history:
                assert lists.empty
                continue
            for name, recommender in recommenders.items():
                scores = scores_of(recommender, history)
                excluded = set(history) if exclude_seen else set()
                own = lists[lists["model"] == name]
                expected = oracles.top(scores, LIST_LENGTH, excluded)
                assert own["item"].tolist() == expected
                assert own["rank"].tolist() == list(range(1, len(expected) + 1))
                assert own["score"].tolist() == pytest.approx([scores[item] for item in expected])
                assert own["seen"].tolist() == [item in history for item in expected]


def test_targets_and_evaluation_equal_their_definition(
    tmp_path: Path, split: Split, recommenders: dict[str, Recommender], exclude_seen: object
):
    folder = run_folder(tmp_path, split, recommenders, exclude_seen)
    ranks: dict[str, list[int]] = {name: [] for name in recommenders}
    for row, history in enumerate(HISTORIES):
        target = read_target(folder, row)
        if len(history) < 2:
            assert target is None
            continue
        assert target is not None
        assert target.item == history[-1]
        for name, recommender in recommenders.items():
            excluded = set(history[:-1]) if exclude_seen else set()
            rank = oracles.rank(scores_of(recommender, history[:-1]), history[-1], excluded)
            assert target.ranks[name] == rank
            ranks[name].append(rank)
    evaluation = read_json(folder / "evaluation.json")
    assert evaluation["n_users"] == 21
    assert evaluation["n_items"] == split.database.n_items
    assert evaluation["exclude_seen"] is exclude_seen
    for name, values in ranks.items():
        assert evaluation["models"][name]["ndcg"] == pytest.approx(oracles.ndcg(values))


def test_users_scored_in_parts_get_the_same_lists(
    tmp_path: Path,
    split: Split,
    recommenders: dict[str, Recommender],
    monkeypatch: pytest.MonkeyPatch,
):
    tables = []
    for size in (3, 256):
        monkeypatch.setattr(contests, "users_at_once", lambda *_, size=size: size)
        folder = tmp_path / str(size)
        folder.mkdir()
        run_folder(folder, split, recommenders, exclude_seen=False)
        table = pd.read_parquet(folder / "lists.parquet")
        tables.append(table.sort_values(["user_row", "context", "model", "rank"]))
    pd.testing.assert_frame_equal(*(table.reset_index(drop=True) for table in tables))


def test_too_many_users_get_lists_for_a_sample_and_all_are_tested(
    tmp_path: Path,
    split: Split,
    recommenders: dict[str, Recommender],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(results, "MAX_LISTED_USERS", 5)
    folder = run_folder(tmp_path, split, recommenders, exclude_seen=False)
    listed = [row for row in range(22) if not read_lists(folder, row, FULL).empty]
    evaluation = read_json(folder / "evaluation.json")
    assert len(listed) == evaluation["n_listed_users"] == 5
    assert evaluation["n_users"] == 21
