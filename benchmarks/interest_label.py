"""The category of a user's next item: `python -m benchmarks.interest_label`.

Writes results/interest_label.md. Leave-last-out; a class is the first category that an item has.
The head sees titles by a language model, and how often and how recently each class came; the
others see classes alone. One thread, seed 0.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import platform
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from benchmarks.recommend import load_log
from seqrec.evaluation.classes import report_classes
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.interest_label import (
    HistoryFeatures,
    LabelConfig,
    fit_label_head,
    say_test_labels,
)
from seqrec.language.texts import item_texts
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.models.pairs import training_events
from seqrec.workspace import open_workspace

RESULT = Path(__file__).parent / "results" / "interest_label.md"
LOG = "ml-100k"
HEAD, BARE = "head on titles and classes", "head on classes"
REGRESSION, BALANCED = "logistic regression on counts", "the same, classes balanced"
MARKOV, FREQUENT = "Markov over classes", "most frequent class"


def main() -> int:
    """Measure and write the table; 0, since no goal is a number here."""
    torch.set_num_threads(1)
    database, catalogue = load_log(LOG)
    split = leave_last_out(database)
    if catalogue.categories is None:
        raise SystemExit(f"{LOG} has no categories")
    firsts = [str(kind).split(" ")[0] for kind in catalogue.categories]
    names = sorted(set(firsts) - {""})
    of_items = np.array([names.index(kind) if kind else -1 for kind in firsts])
    with tempfile.TemporaryDirectory() as home:
        facts = find_backbone(INSTALLED)
        store = VectorStore(open_workspace(Path(home)), facts)
        vectors = text_vectors(facts, store, item_texts(catalogue), lambda _share: None)
    said = {
        HEAD: say_by_head(split, vectors, of_items),
        BARE: say_by_head(split, vectors[:, :0], of_items),
        REGRESSION: say_by_regression(split, of_items, len(names), None),
        BALANCED: say_by_regression(split, of_items, len(names), "balanced"),
        MARKOV: say_by_markov(split, of_items, len(names)),
        FREQUENT: say_most_frequent(split, of_items),
    }
    text = report(split, of_items, names, said)
    RESULT.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0


def say_by_head(
    split: Split, vectors: NDArray[np.float32], of_items: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What the head says of every test user."""
    features = HistoryFeatures(vectors, of_items)
    return say_test_labels(
        split, features, fit_label_head(split, features, of_items, LabelConfig())
    )


def say_by_regression(
    split: Split, of_items: NDArray[np.int64], n_classes: int, weights: str | None
) -> NDArray[np.int64]:
    """What logistic regression says from the logarithms of the counts of classes before."""
    users, items = training_events(split)
    marks = np.eye(n_classes + 1)[of_items[items]][:, :-1]  # without a class: the last column
    sums = np.cumsum(marks, axis=0) - marks
    first = np.concatenate([[True], users[1:] != users[:-1]])
    before = sums - sums[np.maximum.accumulate(np.where(first, np.arange(len(items)), 0))]
    asked = np.flatnonzero(~first & (of_items[items] >= 0))
    model = LogisticRegression(max_iter=1000, class_weight=weights)
    model.fit(np.log1p(before[asked]), of_items[items[asked]])
    histories = [of_items[split.test_history(int(user))] for user in split.test_users]
    counts = np.array([np.bincount(own[own >= 0], minlength=n_classes) for own in histories])
    found: NDArray[np.int64] = model.predict(np.log1p(counts))
    return found


def say_by_markov(split: Split, of_items: NDArray[np.int64], n_classes: int) -> NDArray[np.int64]:
    """The class that most often followed the last one."""
    users, items = training_events(split)
    classes = of_items[items]
    follows = (users[1:] == users[:-1]) & (classes[1:] >= 0) & (classes[:-1] >= 0)
    counts = np.zeros((n_classes, n_classes))
    np.add.at(counts, (classes[:-1][follows], classes[1:][follows]), 1)
    last = [of_items[split.test_history(int(user))[-1]] for user in split.test_users]
    found: NDArray[np.int64] = counts.argmax(axis=1)[last]
    return found


def say_most_frequent(split: Split, of_items: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class of most training events."""
    classes = of_items[split.train_items()]
    most = int(np.bincount(classes[classes >= 0]).argmax())
    return np.full(len(split.test_users), most)


def report(
    split: Split, of_items: NDArray[np.int64], names: list[str], said: dict[str, NDArray[np.int64]]
) -> str:
    """The whole result as Markdown."""
    actual = of_items[split.test_targets()]
    kept = np.flatnonzero(actual >= 0)
    rows = {
        name: (found.macro_f1, found.accuracy)
        for name, own in said.items()
        for found in [report_classes(actual[kept], own[kept], len(names))]
    }
    best = max(rows, key=lambda name: rows[name][0])
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("torch", "scikit-learn"))
    return "\n".join(
        [
            "# The next category",
            "",
            "Command: `python -m benchmarks.interest_label`",
            f"Machine: {platform.machine()}, {os.cpu_count()} CPUs, one thread; {versions}",
            f"Date: {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}",
            "",
            f"{LOG}: {len(kept):,} test users, {len(names)} classes (the first genre of a film).",
            "",
            "| classifier | macro F1 | accuracy |",
            "| --- | ---: | ---: |",
            *(f"| {name} | {f1:.4f} | {share:.4f} |" for name, (f1, share) in rows.items()),
            "",
            f"Best by macro F1: {best}.",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
