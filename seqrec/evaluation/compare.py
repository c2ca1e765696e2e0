"""Models side by side: a table and a sentence that says which one wins."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seqrec.evaluation.intervals import Difference, describe_difference
from seqrec.evaluation.ranking import TOP_K
from seqrec.evaluation.split import Protocol
from seqrec.translation.texts import join_sentences, join_words, mark, retell, tr

_N_NAMED = 2


def comparison_frame(evaluation: Mapping[str, Any]) -> pd.DataFrame:
    """A row a model, best NDCG first: means over the test users, whole catalogue ranked."""
    rows = [
        {
            mark("Model"): name,
            f"NDCG@{TOP_K}": metrics["ndcg"],
            f"HR@{TOP_K}": metrics["hit_rate"],
            "MRR": metrics["mrr"],
            mark("Best is ahead by"): _tell_range(evaluation.get("best_against", {}).get(name)),
            mark("Fit (s)"): evaluation.get("fit_s", {}).get(name),
        }
        for name, metrics in evaluation["models"].items()
    ]
    frame = pd.DataFrame(rows)
    return frame.sort_values(f"NDCG@{TOP_K}", ascending=False, ignore_index=True, kind="stable")


def pick_models(evaluation: Mapping[str, Any]) -> list[str]:
    """The models to look at first: the one that was trained, and the two best others."""
    trained = next(iter(evaluation["models"]))
    others = [name for name in comparison_frame(evaluation)["Model"] if name != trained]
    return [trained, *others[:_N_NAMED]]


def describe_left_out(evaluation: Mapping[str, Any]) -> str:
    """Which baselines are not in the table and why; "" where all are."""
    left_out: Mapping[str, str] = evaluation.get("left_out", {})
    told = [
        tr("{model} ({reason})", model=tr(name), reason=retell(reason))
        for name, reason in left_out.items()
    ]
    return tr("Not in the table: {models}.", models=tr("; ").join(told)) if told else ""


def describe_blend(evaluation: Mapping[str, Any]) -> str:
    """What the hybrid is made of; "" where there is none."""
    blend: Mapping[str, Any] | None = evaluation.get("blend")
    if blend is None:
        return ""
    bounds = blend["bounds"]
    buckets = [tr("below {n:,} events ", n=bounds[0])] if bounds else [""]
    buckets += [tr("from {n:,} events ", n=least) for least in bounds]
    rows = []
    for bucket, weights in zip(buckets, blend["weights"], strict=True):
        used = [(name, value) for name, value in zip(blend["names"], weights, strict=True) if value]
        total = sum(value for _, value in used)
        parts = sorted(used, key=lambda part: -part[1])
        shares = join_words(f"{tr(name)} {value / total:.0%}" for name, value in parts)
        rows.append(f"{bucket}{shares}")
    return tr(
        "The hybrid adds {kind}: {parts} (fitted on validation events).",
        kind=tr(blend["kind"]),
        parts=tr("; ").join(rows),
    )


def describe_winner(evaluation: Mapping[str, Any]) -> str:
    """Which model has the best NDCG, by how much, and which has the best hit rate if another."""
    frame = comparison_frame(evaluation)
    names, values = frame["Model"], frame[f"NDCG@{TOP_K}"]
    near = slice(1, _N_NAMED + 1)
    others = [
        f"{tr(name)} {value:.3f}" for name, value in zip(names[near], values[near], strict=True)
    ]
    if len(names) > _N_NAMED + 1:
        others.append(tr("{n} more below", n=len(names) - _N_NAMED - 1))
    told = [
        tr(
            "{model} ranks best: NDCG@{k} {value:.3f} ({others}).",
            model=tr(names[0]),
            k=TOP_K,
            value=values[0],
            others=join_words(others),
        )
    ]
    hits = frame.sort_values(f"HR@{TOP_K}", ascending=False, ignore_index=True)
    if hits["Model"][0] != names[0]:
        told.append(
            tr(
                "{model} most often has the next item among its first {k}: for {rate:.1%} of "
                "users.",
                model=tr(hits["Model"][0]),
                k=TOP_K,
                rate=hits[f"HR@{TOP_K}"][0],
            )
        )
    against: Mapping[str, Any] = evaluation.get("best_against", {})
    sentences = [
        describe_difference(names[0], name, Difference(**against[name]))
        for name in names[near]
        if name in against
    ]
    return join_sentences([*told, *sentences])


def list_frame(evaluation: Mapping[str, Any]) -> pd.DataFrame:
    """What the first ten items of each model's lists are like; best NDCG first.

    Without categories there is no calibration to them, and no column.
    """
    lists: Mapping[str, Any] = evaluation.get("lists", {})
    frame = pd.DataFrame(
        [
            {
                mark("Model"): name,
                mark("Coverage"): lists[name]["coverage"],
                mark("Gini"): lists[name]["gini"],
                mark("Novelty (bits)"): lists[name]["novelty"],
                mark("Diversity"): lists[name]["diversity"],
                mark("Popularity lift"): lists[name]["popularity_lift"],
                mark("Miscalibration (nats)"): lists[name]["miscalibration"],
            }
            for name in comparison_frame(evaluation)["Model"]
            if name in lists
        ]
    )
    return frame.dropna(axis=1, how="all")


def state_frame(found: Mapping[str, Any]) -> pd.DataFrame:
    """The states of one model in the order of training: metrics, and what the last one gained.

    Args:
        found: `before_after` of an evaluation.
    """
    return pd.DataFrame(
        [
            {
                mark("State"): state,
                f"NDCG@{TOP_K}": metrics["ndcg"],
                f"HR@{TOP_K}": metrics["hit_rate"],
                "MRR": metrics["mrr"],
                mark("Training is ahead by"): _tell_range(found["against"].get(state)),
            }
            for state, metrics in found["models"].items()
        ]
    )


def slice_frame(evaluation: Mapping[str, Any]) -> pd.DataFrame:
    """NDCG@10 of each model for each kind of user and target, with the users of each."""
    order = comparison_frame(evaluation)["Model"]
    return pd.DataFrame(
        [
            {mark("Users and targets"): kind, mark("Users"): found["n_users"]}
            | {name: found["ndcg"][name] for name in order}
            for kind, found in evaluation.get("slices", {}).items()
        ]
    )


def describe_protocol(evaluation: Mapping[str, Any]) -> str:
    """How the numbers came about, with their denominators."""
    seen = (
        tr("items the user had before are left out of the lists")
        if evaluation["exclude_seen"]
        else tr("items the user had before stay in the lists")
    )
    held_out = (
        tr("each one's first event after a moment, before which all was learned, held out")
        if evaluation.get("split") == Protocol.GLOBAL_TIME
        else tr("each one's last event held out (leave-last-out)")
    )
    return tr(
        "Means over {users:,} users, {held_out} and ranked among all {items:,} items; {seen}; "
        "ties count against the model.",
        users=evaluation["n_users"],
        held_out=held_out,
        items=evaluation["n_items"],
        seen=seen,
    )


def _tell_range(difference: Mapping[str, Any] | None) -> str:
    """The 95 % interval of a difference, "" for the best model itself and where unknown."""
    if difference is None or difference["low"] is None:
        return ""
    return tr("{low:.0%} to {high:.0%}", low=difference["low"], high=difference["high"])
