"""All numbers of an evaluation in one long table, each beside the protocol that it was made by."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seqrec.evaluation.at_k import LENGTHS, Ranks, measure_at

Row = dict[str, Any]


def export_frame(evaluation: Mapping[str, Any], ranks: Ranks) -> pd.DataFrame:
    """A row a number: what it is of, what it measures, its value and users, and the protocol.

    Args:
        evaluation: of one split.
        ranks: of its targets, by model; none where an earlier version made it.
    """
    n_users = evaluation["n_users"]
    rows: list[Row] = [
        _row("accuracy", model, metric, value, n_users)
        for model, own in ranks.items()
        for k in LENGTHS
        for metric, value in measure_at(own, k).items()
    ]
    rows += [
        _row("accuracy", model, "MRR", own["mrr"], n_users)
        for model, own in evaluation["models"].items()
    ]
    rows += [
        _row("lists of ten", model, metric, value, n_users)
        for model, own in evaluation.get("lists", {}).items()
        for metric, value in own.items()
        if value is not None
    ]
    rows += _intervals(evaluation)
    rows += [
        _row(kind, model, "NDCG@10", value, found["n_users"])
        for kind, found in evaluation.get("slices", {}).items()
        for model, value in found["ndcg"].items()
    ]
    rows += _before_after(evaluation)
    rows += _labels(evaluation)
    frame = pd.DataFrame(rows)
    for name, value in _protocol(evaluation).items():
        frame[name] = value
    return frame


def _row(part: str, model: str, metric: str, value: float, n_users: int) -> Row:
    return {"part": part, "model": model, "metric": metric, "value": value, "n_users": n_users}


def _intervals(evaluation: Mapping[str, Any]) -> list[Row]:
    best = evaluation.get("best")
    return [
        _row(f"{best} against", model, f"NDCG@10 {bound}", found[bound], found["n_users"])
        for model, found in evaluation.get("best_against", {}).items()
        for bound in ("ratio", "low", "high")
        if found[bound] is not None
    ]


def _before_after(evaluation: Mapping[str, Any]) -> list[Row]:
    found: Mapping[str, Any] = evaluation.get("before_after", {})
    return [
        _row("before and after", state, metric, value, found["n_users"])
        for state, own in found.get("models", {}).items()
        for metric, value in own.items()
        if metric != "n_users"
    ]


def _labels(evaluation: Mapping[str, Any]) -> list[Row]:
    found: Mapping[str, Any] = evaluation.get("labels", {})
    means = ("accuracy", "macro_f1", "weighted_f1")
    rows = [
        _row("category of the next item", model, metric, own[metric], found["n_users"])
        for model, own in found.get("models", {}).items()
        for metric in means
    ]
    return rows + [
        _row(f"next item of '{name}'", model, metric, value, n_users)
        for model, own in found.get("models", {}).items()
        for metric in ("precision", "recall", "f1")
        for name, n_users, value in zip(found["classes"], found["counts"], own[metric], strict=True)
        if value is not None
    ]


def _protocol(evaluation: Mapping[str, Any]) -> Row:
    return {
        "split": str(evaluation.get("split", "leave-last-out")),
        "n_items_ranked": evaluation["n_items"],
        "seen_items": "left out" if evaluation["exclude_seen"] else "kept",
        "ties": "against the model",
        "candidates": "whole catalogue",
        "intervals": "95 %, paired bootstrap over users",
    }
