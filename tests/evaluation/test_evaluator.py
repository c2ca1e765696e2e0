import numpy as np
import pytest

from seqrec.evaluation.evaluator import Evaluator
from seqrec.evaluation.ranking import rank_targets, top_items
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.log.sequences import SequenceDatabase
from tests.evaluation import oracles

N_USERS, N_ITEMS = 40, 25


@pytest.fixture
def split() -> Split:
    generator = np.random.default_rng(4)
    histories = [generator.integers(1, N_ITEMS + 1, size=6).tolist() for _ in range(N_USERS)]
    return leave_last_out(SequenceDatabase.from_histories(histories))


def evaluate(split: Split, size: int) -> Evaluator:
    evaluator = Evaluator(split, ["a", "b"], None)
    scores = np.random.default_rng(5).random((2, N_USERS, N_ITEMS + 1)).astype(np.float32)
    scores[:, :, 0] = -np.inf
    targets = split.test_targets()
    scores[0, np.arange(N_USERS), targets] += 0.4  # "a" knows something
    for start in range(0, N_USERS, size):
        rows = slice(start, start + size)
        histories = [split.test_history(row) for row in range(N_USERS)[rows]]
        for name, table in zip("ab", scores, strict=True):
            ranks = rank_targets(table[rows], targets[rows])
            evaluator.add(name, ranks, top_items(table[rows], 10), histories)
    return evaluator


def test_all_parts_are_of_the_same_ranks(split: Split):
    evaluator = evaluate(split, 40)
    found = evaluator.summarise()
    for name, ranks in evaluator.ranks().items():
        assert found["models"][name]["ndcg"] == pytest.approx(oracles.ndcg(ranks.tolist()))
    assert found["best"] == "a"
    assert list(found["best_against"]) == ["b"]
    ratio = found["models"]["a"]["ndcg"] / found["models"]["b"]["ndcg"] - 1
    assert found["best_against"]["b"]["ratio"] == pytest.approx(ratio)
    again = found["slices"]["targets that the user had before"]
    new = found["slices"]["targets new to the user"]
    assert again["n_users"] + new["n_users"] == N_USERS
    total = sum(part["n_users"] * part["ndcg"]["a"] for part in (again, new))
    assert total / N_USERS == pytest.approx(found["models"]["a"]["ndcg"])
    assert 0 < found["lists"]["a"]["coverage"] <= 1


def test_users_taken_in_parts_give_the_same(split: Split):
    whole, parts = evaluate(split, 40).summarise(), evaluate(split, 7).summarise()
    assert parts["lists"] == {name: pytest.approx(of) for name, of in whole["lists"].items()}
    assert {**parts, "lists": 0} == {**whole, "lists": 0}
