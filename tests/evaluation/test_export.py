import numpy as np

from seqrec.evaluation.export import export_frame

EVALUATION = {
    "split": "leave-last-out",
    "exclude_seen": True,
    "n_users": 4,
    "n_items": 50,
    "best": "A",
    "models": {"A": {"mrr": 0.5}, "B": {"mrr": 0.25}},
    "lists": {"A": {"coverage": 0.5, "miscalibration": None}},
    "best_against": {"B": {"ratio": 1.0, "low": 0.5, "high": 2.0, "n_users": 4}},
    "slices": {"cold users": {"n_users": 2, "ndcg": {"A": 0.75, "B": 0.0}}},
    "labels": {
        "n_users": 3,
        "classes": ["Tea", "Jam"],
        "counts": [2, 1],
        "models": {
            "A": {
                "accuracy": 0.5,
                "macro_f1": 0.25,
                "weighted_f1": 0.375,
                "precision": [0.5, None],
                "recall": [1.0, 0.0],
                "f1": [0.75, 0.0],
            }
        },
    },
    "before_after": {"n_users": 3, "models": {"Untrained": {"ndcg": 0.125, "n_users": 3}}},
}
RANKS = {"A": np.array([1, 1, 3, 60]), "B": np.array([4, 4, 4, 4])}


def test_every_number_stands_beside_its_protocol():
    frame = export_frame(EVALUATION, RANKS)
    assert set(frame["split"]) == {"leave-last-out"}
    assert set(frame["seen_items"]) == {"left out"}
    assert set(frame["n_items_ranked"]) == {50}
    found = {
        (row["part"], row["model"], row["metric"]): (row["value"], row["n_users"])
        for row in frame.to_dict("records")
    }
    assert found["accuracy", "A", "HR@1"] == (0.5, 4)
    assert found["accuracy", "A", "Recall@50"] == (0.75, 4)
    assert found["accuracy", "B", "MRR@5"] == (0.25, 4)
    assert found["accuracy", "B", "MRR"] == (0.25, 4)
    assert found["lists of ten", "A", "coverage"] == (0.5, 4)
    assert ("lists of ten", "A", "miscalibration") not in found
    assert found["A against", "B", "NDCG@10 low"] == (0.5, 4)
    assert found["cold users", "A", "NDCG@10"] == (0.75, 2)
    assert found["category of the next item", "A", "macro_f1"] == (0.25, 3)
    assert found["next item of 'Tea'", "A", "precision"] == (0.5, 2)
    assert ("next item of 'Jam'", "A", "precision") not in found
    assert found["before and after", "Untrained", "ndcg"] == (0.125, 3)


def test_an_evaluation_of_an_earlier_version_gives_what_it_has():
    frame = export_frame(
        {"exclude_seen": False, "n_users": 4, "n_items": 50, "models": {"A": {"mrr": 0.5}}}, {}
    )
    assert frame["metric"].tolist() == ["MRR"]
