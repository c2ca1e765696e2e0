"""How well the category of the next item is told, as tables and a sentence."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seqrec.evaluation.labels import MARKOV_LABELS, MOST_FREQUENT


def label_frame(found: Mapping[str, Any]) -> pd.DataFrame:
    """A row a model, best macro F1 first.

    Args:
        found: `labels` of an evaluation.
    """
    rows = [
        {
            "Model": name,
            "Accuracy": own["accuracy"],
            "Macro F1": own["macro_f1"],
            "Weighted F1": own["weighted_f1"],
        }
        for name, own in found["models"].items()
    ]
    frame = pd.DataFrame(rows)
    return frame.sort_values("Macro F1", ascending=False, ignore_index=True, kind="stable")


def class_frame(found: Mapping[str, Any], model: str) -> pd.DataFrame:
    """A row a category, the most frequent first, with the F1 of both baselines beside."""
    own, models = found["models"][model], found["models"]
    frame = pd.DataFrame(
        {
            "Category": found["classes"],
            "Users": found["counts"],
            "Precision": own["precision"],
            "Recall": own["recall"],
            "F1": own["f1"],
        }
    )
    for baseline in (MARKOV_LABELS, MOST_FREQUENT):
        if baseline != model:
            frame[f"F1, {baseline}"] = models[baseline]["f1"]
    return frame.astype(dict.fromkeys(frame.columns[2:], "float64"))


def describe_labels(found: Mapping[str, Any]) -> str:
    """Which model tells most categories, beside the better of the baselines."""
    models = found["models"]
    others = {
        name: own for name, own in models.items() if name not in (MARKOV_LABELS, MOST_FREQUENT)
    }
    best = max(others, key=lambda name: others[name]["accuracy"])
    base = max((MARKOV_LABELS, MOST_FREQUENT), key=lambda name: models[name]["accuracy"])
    text = (
        f"{best} tells the category of the next item for {models[best]['accuracy']:.1%} of "
        f"{found['n_users']:,} users; {base} for {models[base]['accuracy']:.1%}."
    )
    if found["n_without"]:
        text += f" {found['n_without']:,} users whose next item has no category are left out."
    if found["n_classes"] > len(found["classes"]):
        text += (
            f" The {len(found['classes']):,} most frequent of {found['n_classes']:,} categories "
            "are listed; the means are over all."
        )
    return text
