"""A search in words and as a table."""

import time
from collections.abc import Sequence

import pandas as pd

from seqrec.evaluation.ranking import TOP_K
from seqrec.training.search import Search, Trial, best_of, read_trials
from seqrec.training.words import GROUPS

LABELS = {name: words.label for group in GROUPS.values() for name, words in group.items()}


def trials_frame(trials: Sequence[Trial], vary: Sequence[str]) -> pd.DataFrame:
    """A row a trial, best first; those without a figure last."""
    rows = [
        {
            "Trial": trial.number + 1,
            "State": trial.status,
            f"NDCG@{TOP_K}": trial.ndcg,
            "Seconds": trial.elapsed_s,
            **{LABELS[name]: _tell(trial.choices.get(name)) for name in vary},
            "Why it failed": trial.error,
        }
        for trial in trials
    ]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame = frame.sort_values(f"NDCG@{TOP_K}", ascending=False, ignore_index=True, kind="stable")
    return frame if frame["Why it failed"].notna().any() else frame.drop(columns="Why it failed")


def name_search(search: Search) -> str:
    """When it was made (UTC), what it varies, and the end of its id."""
    made = time.strftime("%Y-%m-%d %H:%M", time.gmtime(search.created_at))
    varied = ", ".join(LABELS[name] for name in search.config.vary)
    return f"{made} · {search.search_id[-6:]} · {varied}"


def describe_search(search: Search, baseline: tuple[str, float] | None) -> str:
    """What came out so far, against the start and the best baseline."""
    trials = read_trials(search.folder)
    best = best_of(trials)
    spent = sum(trial.elapsed_s for trial in trials) / 60.0
    pruned = sum(trial.status == "pruned" for trial in trials)
    trials_word = "trial" if len(trials) == 1 else "trials"
    told = f"{len(trials)} {trials_word} in {spent:.1f} minutes, {pruned} of them given up early."
    if best is None or best.ndcg is None:
        return f"{told} None has finished yet."
    told += f" The best is trial {best.number + 1}: validation NDCG@{TOP_K} {best.ndcg:.4f}"
    first = trials[0]
    if first.status == "finished" and first.ndcg and best.number:
        told += f", {best.ndcg / first.ndcg - 1.0:+.1%} against the first (the choices it began at)"
    if baseline is not None:
        name, value = baseline
        way = "above" if best.ndcg > value else "not above"
        told += f"; it is {way} the best baseline ({name} {value:.4f})"
    return told + "."


def _tell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
