"""A search in words and as a table."""

import time
from collections.abc import Sequence

import pandas as pd

from seqrec.evaluation.ranking import TOP_K
from seqrec.training.search import Search, Trial, best_of, read_trials
from seqrec.training.words import LABELS, tell_choice
from seqrec.translation.texts import join_sentences, join_words, mark, retell, tr

_FAILED = mark("Why it failed")


def trials_frame(trials: Sequence[Trial], vary: Sequence[str]) -> pd.DataFrame:
    """A row a trial, best first; those without a figure last."""
    rows = [
        {
            mark("Trial"): trial.number + 1,
            mark("State"): tr(trial.status),
            f"NDCG@{TOP_K}": trial.ndcg,
            mark("Seconds"): trial.elapsed_s,
            **{LABELS[name]: _tell(trial.choices.get(name)) for name in vary},
            _FAILED: trial.error and retell(trial.error),
        }
        for trial in trials
    ]
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame = frame.sort_values(f"NDCG@{TOP_K}", ascending=False, ignore_index=True, kind="stable")
    return frame if frame[_FAILED].notna().any() else frame.drop(columns=_FAILED)


def name_search(search: Search) -> str:
    """When it was made (UTC), what it varies, and the end of its id."""
    made = time.strftime("%Y-%m-%d %H:%M", time.gmtime(search.created_at))
    varied = join_words(tr(LABELS[name]) for name in search.config.vary)
    return f"{made} · {search.search_id[-6:]} · {varied}"


def describe_search(search: Search, baseline: tuple[str, float] | None) -> str:
    """What came out so far, against the start and the best baseline."""
    trials = read_trials(search.folder)
    best = best_of(trials)
    spent = sum(trial.elapsed_s for trial in trials) / 60.0
    values = {
        "n": len(trials),
        "minutes": spent,
        "pruned": sum(trial.status == "pruned" for trial in trials),
    }
    told = (
        tr("1 trial in {minutes:.1f} minutes, {pruned} of them given up early.", **values)
        if len(trials) == 1
        else tr("{n} trials in {minutes:.1f} minutes, {pruned} of them given up early.", **values)
    )
    if best is None or best.ndcg is None:
        return join_sentences([told, tr("None has finished yet.")])
    return join_sentences([told, _describe_best(best, best.ndcg, trials[0], baseline)])


def _describe_best(
    best: Trial, ndcg: float, first: Trial, baseline: tuple[str, float] | None
) -> str:
    gained = level = ""
    if first.status == "finished" and first.ndcg and best.number:
        gained = tr(
            ", {gain:+.1%} against the first (the choices it began at)",
            gain=ndcg / first.ndcg - 1.0,
        )
    if baseline is not None:
        name, value = tr(baseline[0]), baseline[1]
        level = (
            tr("; it is above the best baseline ({model} {ndcg:.4f})", model=name, ndcg=value)
            if ndcg > value
            else tr(
                "; it is not above the best baseline ({model} {ndcg:.4f})", model=name, ndcg=value
            )
        )
    return tr(
        "The best is trial {number}: validation NDCG@10 {ndcg:.4f}{gained}{level}.",
        number=best.number + 1,
        ndcg=ndcg,
        gained=gained,
        level=level,
    )


def _tell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3g}" if isinstance(value, float) else tell_choice(value)
