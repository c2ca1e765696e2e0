"""The category of a user's next item: `python -m benchmarks.interest_label`.

Writes results/interest_label.md, a section a log. Leave-last-out; on ml-100k a class is the first
genre of a film. The built-in log has no category, so that the studio offers no label there; the
last word of a title (BAG, BOX, HOLDER...) stands in for it, where twenty items share it. The head
sees titles by a language model, and how often and how recently each class came; the others see
classes alone. One thread, seed 0. `--logs` names some.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarks.language.home import open_built_in
from benchmarks.recommend import load_log
from benchmarks.sections import Section, write_sections
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
MOVIES, BUILT_IN = "ml-100k", "built-in"
HEAD, BARE = "head on titles and classes", "head on classes"
REGRESSION, BALANCED = "logistic regression on counts", "the same, classes balanced"
MARKOV, FREQUENT = "Markov over classes", "most frequent class"
_LEAST_ITEMS = 20  # that share a last word
_MOST_ROUNDS = 300  # of the regression


@dataclass(frozen=True)
class Labels:
    """A log whose items have a class.

    Attributes:
        split: leave-last-out.
        texts: of the items, as a backbone reads them; (V,).
        names: of the classes.
        of_items: class of each item, -1 where it has none; (V,).
        what: a class is, in words.
    """

    split: Split
    texts: list[str]
    names: list[str]
    of_items: NDArray[np.int64]
    what: str


def main() -> int:
    """Measure and write the tables; 0, since no goal is a number here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", nargs="+", default=[MOVIES, BUILT_IN])
    torch.set_num_threads(1)
    command = " ".join(["python -m benchmarks.interest_label", *sys.argv[1:]])
    for name in parser.parse_args().logs:
        labels = label_movies() if name == MOVIES else label_built_in()
        text = write_sections(RESULT, "The next category", command, [measure(name, labels)])
    sys.stdout.write(text)
    return 0


def label_movies() -> Labels:
    """The first genre of each film."""
    database, catalogue = load_log(MOVIES)
    if catalogue.categories is None:
        raise SystemExit(f"{MOVIES} has no categories")
    firsts = [str(kind).split(" ")[0] for kind in catalogue.categories]
    names, of_items = _classes_of(firsts)
    what = "the first genre of a film"
    return Labels(leave_last_out(database), item_texts(catalogue), names, of_items, what)


def label_built_in() -> Labels:
    """The last word of each title, where enough items share it."""
    database, catalogue = open_built_in()
    lasts = [(str(title).split() or [""])[-1] for title in catalogue.titles]
    counts = Counter(lasts)
    kept = [word if counts[word] >= _LEAST_ITEMS and word.isalpha() else "" for word in lasts]
    names, of_items = _classes_of(["", *kept[1:]])
    what = (
        f"the last word of a title, where {_LEAST_ITEMS} items share it; the log has no category, "
        "so that the studio offers no label there"
    )
    return Labels(leave_last_out(database), item_texts(catalogue), names, of_items, what)


def _classes_of(words: list[str]) -> tuple[list[str], NDArray[np.int64]]:
    names = sorted(set(words) - {""})
    return names, np.array([names.index(word) if word else -1 for word in words])


def measure(name: str, labels: Labels) -> Section:
    """All classifiers on one log."""
    split, of_items, n_classes = labels.split, labels.of_items, len(labels.names)
    with tempfile.TemporaryDirectory() as home:
        facts = find_backbone(INSTALLED)
        store = VectorStore(open_workspace(Path(home)), facts)
        vectors = text_vectors(facts, store, labels.texts, lambda _share: None)
    said = {
        HEAD: say_by_head(split, vectors, of_items),
        BARE: say_by_head(split, vectors[:, :0], of_items),
        REGRESSION: say_by_regression(split, of_items, n_classes, None),
        BALANCED: say_by_regression(split, of_items, n_classes, "balanced"),
        MARKOV: say_by_markov(split, of_items, n_classes),
        FREQUENT: say_most_frequent(split, of_items),
    }
    return Section(name, describe(labels, said))


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
    regression = LogisticRegression(max_iter=_MOST_ROUNDS, class_weight=weights)
    model = make_pipeline(StandardScaler(), regression)
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


def describe(labels: Labels, said: dict[str, NDArray[np.int64]]) -> list[str]:
    """A table of the classifiers, and which is best, as Markdown."""
    actual = labels.of_items[labels.split.test_targets()]
    kept = np.flatnonzero(actual >= 0)
    rows = {
        name: (found.macro_f1, found.accuracy)
        for name, own in said.items()
        for found in [report_classes(actual[kept], own[kept], len(labels.names))]
    }
    best = max(rows, key=lambda name: rows[name][0])
    most = max(rows, key=lambda name: rows[name][1])
    return [
        (
            f"{len(kept):,} test users whose target has a class, {len(labels.names)} classes: "
            f"{labels.what}."
        ),
        "",
        "| classifier | macro F1 | accuracy |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {f1:.4f} | {share:.4f} |" for name, (f1, share) in rows.items()),
        "",
        f"Best by macro F1: {best}; by accuracy: {most}.",
    ]


if __name__ == "__main__":
    sys.exit(main())
