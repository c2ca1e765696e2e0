from pathlib import Path

import numpy as np
import pytest

from seqrec.evaluation.split import leave_last_out
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.recommend.lists import FULL, HELD_OUT, Target, read_lists, read_target
from seqrec.training.contest import Contest
from seqrec.training.results import write_results

# Learned from: 1 2 eleven times, and 3 alone twice. After 1 comes 2; 1 and 2 are most popular.
HISTORIES = [[1, 2, 1, 2]] * 11 + [[3, 1], [3]]
PAIR, SINGLE = 11, 12  # rows of the users with two events and with one


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    split = leave_last_out(SequenceDatabase.from_histories(HISTORIES))
    recommenders = {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}
    contest = Contest(split, recommenders, exclude_seen=False)
    write_results(tmp_path, contest, report=lambda _share: None)
    return tmp_path


def items_of(folder: Path, user_row: int, context: str, model: str) -> list[int]:
    lists = read_lists(folder, user_row, context)
    return lists.loc[lists["model"] == model, "item"].tolist()


def test_a_list_is_that_of_the_history_without_its_last_event(run_folder: Path):
    lists = read_lists(run_folder, 0, HELD_OUT)
    assert lists.columns.tolist() == ["model", "rank", "item", "score", "seen"]
    assert items_of(run_folder, 0, HELD_OUT, "Markov") == [2, 1, 3]
    assert items_of(run_folder, 0, HELD_OUT, "Popularity") == [1, 2, 3]
    markov = lists[lists["model"] == "Markov"]
    assert markov["rank"].tolist() == [1, 2, 3]
    assert markov["seen"].tolist() == [True, True, False]
    # Share of training events: eleven, eleven and two of twenty-four.
    assert lists.loc[lists["model"] == "Popularity", "score"].tolist() == pytest.approx(
        np.array([11, 11, 2]) / 24
    )


def test_the_other_list_knows_the_last_event_too(run_folder: Path):
    # After 2, the last event, nothing ever followed: popularity decides.
    assert items_of(run_folder, 0, FULL, "Markov") == [1, 2, 3]


def test_a_user_of_one_event_has_a_list_of_what_comes_next_only(run_folder: Path):
    assert read_lists(run_folder, SINGLE, HELD_OUT).empty
    assert not read_lists(run_folder, SINGLE, FULL).empty
    assert read_target(run_folder, SINGLE) is None


def test_a_target_has_the_rank_of_every_model(run_folder: Path):
    assert read_target(run_folder, 0) == Target(2, {"Markov": 1, "Popularity": 2})
    # After 3 nothing followed, and ties count against the target.
    assert read_target(run_folder, PAIR) == Target(1, {"Markov": 2, "Popularity": 2})


def test_a_row_that_no_user_has_has_no_lists(run_folder: Path):
    assert read_lists(run_folder, 99, FULL).empty
    assert read_target(run_folder, 99) is None
