"""The category of each user's next item, told by a classifier that learns that alone."""

import logging

import numpy as np
from numpy.typing import NDArray

from seqrec.errors import TooSmallError
from seqrec.evaluation.labels import CLASSIFIER, make_label_task
from seqrec.evaluation.split import Split
from seqrec.language.interest_label import (
    HistoryFeatures,
    LabelConfig,
    fit_label_head,
    say_test_labels,
)
from seqrec.language.texts import item_texts
from seqrec.log.behaviour_log import Catalogue
from seqrec.training.text_model import TextTask, read_titles

logger = logging.getLogger(__name__)

_MOST_CLASSES = 1000  # an item has a mark for each
_ENOUGH_EVENTS, _EPOCHS = 300_000, (3, 100)  # seen in all passes together; fewest and most passes


def classify_next(
    split: Split, catalogue: Catalogue, task: TextTask
) -> dict[str, NDArray[np.int64]]:
    """What the classifier says of every test user, by its name; (n_test_users,).

    It sees how often and how lately each category was in the history and, where the run has a
    backbone, the titles. Nothing is said where the log has no or more than a thousand categories,
    or where they cannot be told apart.

    Args:
        split: whose training parts it learns from.
        catalogue: of the log.
        task: of the run.
    """
    if catalogue.categories is None:
        return {}
    labels = make_label_task(split, catalogue.categories.tolist())
    if labels is None or len(labels.names) > _MOST_CLASSES:
        return {}
    if task.config.text.backbone:
        vectors = read_titles(item_texts(catalogue), task)
    else:
        vectors = np.zeros((len(labels.of_items), 0), dtype=np.float32)
    features = HistoryFeatures(vectors, labels.of_items)
    epochs = int(np.clip(_ENOUGH_EVENTS // len(split.train_items()), *_EPOCHS))
    config = LabelConfig(epochs, seed=task.config.seed)
    try:
        head = fit_label_head(split, features, labels.of_items, config)
    except TooSmallError as error:
        logger.info("no classifier of categories: %s", error)
        return {}
    return {CLASSIFIER: say_test_labels(split, features, head)}
