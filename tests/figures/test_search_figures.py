from seqrec.figures.search import draw_importance, draw_trials, find_best_so_far
from seqrec.training.search import Trial

TRIALS = [
    Trial(0, "finished", 0.2, 1.0, {}),
    Trial(1, "pruned", 0.3, 1.0, {}),
    Trial(2, "finished", 0.1, 1.0, {}),
    Trial(3, "failed", None, 1.0, {}),
    Trial(4, "finished", 0.4, 1.0, {}),
]


def test_the_best_so_far_counts_finished_trials_alone():
    assert find_best_so_far(TRIALS) == ([1, 3, 5], [0.2, 0.2, 0.4])


def test_each_trial_is_a_point_of_its_kind_and_the_baseline_a_level():
    points = {
        trace.name: list(zip(trace.x, trace.y, strict=True))
        for trace in draw_trials(TRIALS, ("Markov", 0.25)).data
    }
    assert points["Finished"] == [(1, 0.2), (3, 0.1), (5, 0.4)]
    assert points["Given up early"] == [(2, 0.3)]
    assert points["Markov"] == [(0.5, 0.25), (5.5, 0.25)]


def test_what_matters_most_is_on_top():
    bars = draw_importance({"width": 0.1, "dropout": 0.9}, {"dropout": "Dropout"}).data[0]
    assert list(bars.y) == ["width", "Dropout"]
