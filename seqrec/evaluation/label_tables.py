"""How well the category of the next item is told, as tables and a sentence."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from seqrec.evaluation.labels import MARKOV_LABELS, MOST_FREQUENT
from seqrec.translation.texts import join_sentences, mark, tr

_ENOUGH = 5  # users, for a figure of a category to say something
_COLUMNS = {
    MARKOV_LABELS: mark("F1, Markov over categories"),
    MOST_FREQUENT: mark("F1, Most frequent category"),
}


def label_frame(found: Mapping[str, Any]) -> pd.DataFrame:
    """A row a model, best macro F1 first.

    Args:
        found: `labels` of an evaluation.
    """
    rows = [
        {
            "Model": name,
            "Accuracy": own["accuracy"],
            mark("Macro F1"): own["macro_f1"],
            mark("Weighted F1"): own["weighted_f1"],
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
            mark("Precision"): own["precision"],
            mark("Recall"): own["recall"],
            "F1": own["f1"],
        }
    )
    for baseline, column in _COLUMNS.items():
        if baseline != model:
            frame[column] = models[baseline]["f1"]
    return frame.astype(dict.fromkeys(frame.columns[2:], "float64"))


def describe_labels(found: Mapping[str, Any]) -> str:
    """Which model tells most categories, beside the better of the baselines."""
    models = found["models"]
    others = {
        name: own for name, own in models.items() if name not in (MARKOV_LABELS, MOST_FREQUENT)
    }
    best = max(others, key=lambda name: others[name]["accuracy"])
    base = max((MARKOV_LABELS, MOST_FREQUENT), key=lambda name: models[name]["accuracy"])
    told = [
        tr(
            "{model} tells the category of the next item for {own:.1%} of {n:,} users; {base} for "
            "{other:.1%}.",
            model=tr(best),
            own=models[best]["accuracy"],
            n=found["n_users"],
            base=tr(base),
            other=models[base]["accuracy"],
        )
    ]
    if found["n_without"]:
        told.append(
            tr("{n:,} users whose next item has no category are left out.", n=found["n_without"])
        )
    if found["n_classes"] > len(found["classes"]):
        told.append(
            tr(
                "The {n:,} most frequent of {total:,} categories are listed; the means are over "
                "all.",
                n=len(found["classes"]),
                total=found["n_classes"],
            )
        )
    return join_sentences(told)


def describe_rare(found: Mapping[str, Any]) -> str:
    """How many categories have too few users for a figure of their own; "" where none has."""
    rare = sum(0 < count < _ENOUGH for count in found["counts"])
    if not rare:
        return ""
    return tr(
        "{n:,} of {total:,} categories are next for fewer than {least} users: their figures say "
        "little. A column with fewer categories, chosen on the Data page, says more.",
        n=rare,
        total=len(found["counts"]),
        least=_ENOUGH,
    )
