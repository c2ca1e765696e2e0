from typing import Any

from seqrec.evaluation.compare import (
    comparison_frame,
    describe_blend,
    describe_left_out,
    describe_protocol,
    describe_winner,
    list_frame,
    pick_models,
    slice_frame,
    state_frame,
)


def evaluation(**models: tuple[float, float, float]) -> dict[str, Any]:
    return {
        "n_users": 1200,
        "n_items": 50,
        "exclude_seen": False,
        "models": {
            name: {"ndcg": ndcg, "hit_rate": hits, "mrr": mrr}
            for name, (ndcg, hits, mrr) in models.items()
        },
    }


def test_table_has_the_best_model_first():
    frame = comparison_frame(evaluation(Markov=(0.2, 0.3, 0.1), Transformer=(0.4, 0.5, 0.2)))
    assert frame.columns.tolist() == [
        "Model",
        "NDCG@10",
        "HR@10",
        "MRR",
        "Best is ahead by",
        "Fit (s)",
    ]
    assert frame.iloc[:, :4].to_numpy().tolist() == [
        ["Transformer", 0.4, 0.5, 0.2],
        ["Markov", 0.2, 0.3, 0.1],
    ]


def test_winner_is_whoever_wins():
    text = describe_winner(evaluation(Transformer=(0.1, 0.1, 0.1), Markov=(0.2, 0.3, 0.1)))
    assert text == "Markov ranks best: NDCG@10 0.200 (Transformer 0.100)."


def test_another_winner_by_hit_rate_is_named_too():
    text = describe_winner(evaluation(Transformer=(0.1, 0.4, 0.1), Markov=(0.2, 0.3, 0.1)))
    assert text.startswith("Markov ranks best")
    assert text.endswith("Transformer most often has the next item among its first 10: for 40.0% "
                         "of users.")  # fmt: skip


def test_protocol_states_denominators_and_seen_items():
    text = describe_protocol(evaluation())
    assert "1,200 users" in text
    assert "all 50 items" in text
    assert "items the user had before stay in the lists" in text
    excluded = describe_protocol({**evaluation(), "exclude_seen": True})
    assert "items the user had before are left out" in excluded
    by_time = describe_protocol({**evaluation(), "split": "global time"})
    assert "each one's first event after a moment" in by_time


def test_as_good_by_hit_rate_is_no_other_winner():
    text = describe_winner(evaluation(Transformer=(0.1, 0.3, 0.1), Markov=(0.2, 0.3, 0.1)))
    assert text == "Markov ranks best: NDCG@10 0.200 (Transformer 0.100)."


def test_the_table_says_what_a_baseline_took_and_why_another_is_missing():
    models = evaluation(Transformer=(0.4, 0.5, 0.2), Markov=(0.2, 0.3, 0.1))
    told = {**models, "fit_s": {"Markov": 0.25}, "left_out": {"EASE": "it would take minutes"}}
    assert comparison_frame(told)["Fit (s)"].tolist()[1] == 0.25
    assert describe_left_out(told) == "Not in the table: EASE (it would take minutes)."
    assert describe_left_out(models) == ""


def test_of_many_models_the_trained_one_and_the_best_others_are_looked_at():
    many = evaluation(
        Transformer=(0.1, 0.1, 0.1), A=(0.2, 0.3, 0.1), B=(0.4, 0.4, 0.1), C=(0.3, 0.3, 0.3)
    )
    assert pick_models(many) == ["Transformer", "B", "C"]
    text = "B ranks best: NDCG@10 0.400 (C 0.300, A 0.200, 1 more below)."
    assert describe_winner(many) == text


def test_a_hybrid_says_what_it_is_made_of():
    blend = {"kind": "scores", "names": ["A", "B"], "bounds": [], "weights": [[0.5, 1.5]]}
    told = {**evaluation(A=(0.1, 0.1, 0.1)), "blend": blend}
    assert describe_blend(told) == (
        "The hybrid adds scores: B 75%, A 25% (fitted on validation events)."
    )
    told["blend"] = {**blend, "bounds": [20], "weights": [[0.0, 1.0], [1.0, 1.0]]}
    assert "below 20 events B 100%; from 20 events A 50%, B 50%" in describe_blend(told)
    assert describe_blend(evaluation(A=(0.1, 0.1, 0.1))) == ""


def test_lists_and_slices_have_a_table_each():
    told = evaluation(A=(0.1, 0.1, 0.1), B=(0.2, 0.2, 0.2))
    kinds = ("coverage", "gini", "novelty", "diversity", "popularity_lift", "miscalibration")
    told["lists"] = {name: dict.fromkeys(kinds, 0.5) for name in "AB"}
    told["slices"] = {"cold users": {"n_users": 7, "ndcg": {"A": 0.3, "B": 0.1}}}
    assert list_frame(told)["Model"].tolist() == ["B", "A"]
    assert slice_frame(told).to_dict("records") == [
        {"Users and targets": "cold users", "Users": 7, "B": 0.1, "A": 0.3}
    ]
    assert "Miscalibration (nats)" in list_frame(told)
    for of_model in told["lists"].values():
        of_model["miscalibration"] = None
    assert "Miscalibration (nats)" not in list_frame(told)
    assert list_frame(evaluation(A=(0.1, 0.1, 0.1))).empty


def test_how_sure_it_is_stands_beside_the_winner():
    told = evaluation(A=(0.1, 0.1, 0.1), B=(0.2, 0.2, 0.2))
    told["best_against"] = {"A": {"ratio": 1.0, "low": 0.5, "high": 1.5, "n_users": 1200}}
    assert describe_winner(told).endswith(
        "B beats A by 50% to 150% (95 % interval over 1,200 users)."
    )
    assert comparison_frame(told)["Best is ahead by"].tolist() == ["", "50% to 150%"]


def test_states_stand_in_the_order_of_training_with_the_gain():
    metrics = {"ndcg": 0.1, "hit_rate": 0.2, "mrr": 0.1}
    found = {
        "models": {"Untrained": metrics, "Fine-tuned": {**metrics, "ndcg": 0.2}},
        "against": {"Untrained": {"ratio": 1.0, "low": 0.5, "high": 1.25}},
    }
    frame = state_frame(found)
    assert frame["State"].tolist() == ["Untrained", "Fine-tuned"]
    assert frame["Training is ahead by"].tolist() == ["50% to 125%", ""]
