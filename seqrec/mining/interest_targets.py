"""Interests as what a model is taught: from the training part of a split, and from it alone."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from seqrec.evaluation.split import Split
from seqrec.mining.config import PatternConfig
from seqrec.mining.interest_config import InterestConfig, InterestLabels
from seqrec.mining.interest_rows import InterestRows, interest_matrix
from seqrec.mining.interests import list_completions, profile_users, weigh_labels
from seqrec.mining.levels import Level
from seqrec.mining.patterns import mine_patterns
from seqrec.mining.tables import PatternTable


@dataclass(frozen=True)
class InterestTargets:
    """Labels that were mined from training events, and how much each user is interested in them.

    Attributes:
        patterns: the first `most_patterns` of those that the training parts hold; they are the
            first columns, categories the ones behind.
        n_categories: 0 where no level was given.
        weights: shares of each user's interest, float32; patterns and categories of a user sum to
            1 each, or to 0 where the training part supports none; (n_users, n_labels).
        completed: whether the training event completes the label; the events are those of
            `split.train_database()`; bool, (n_train_events, n_labels).
    """

    patterns: PatternTable
    n_categories: int
    weights: csr_array
    completed: csr_array


def interest_targets(
    split: Split, mining: PatternConfig, config: InterestConfig, level: Level | None = None
) -> InterestTargets:
    """Which interests a model is to predict beside the next event.

    The patterns are mined anew from the training parts, since a result that was mined from the
    whole log knows which patterns the held-out events complete. What is known of users, patterns
    and categories comes from the training parts too; nothing held out changes any of it.

    The labels of a prefix of a history are the rows of `completed` before its end, summed; those
    that it has yet to complete, the rows behind it.

    Args:
        split: of the log.
        mining: which patterns are wanted.
        config: how interests are weighed.
        level: categories of the items; None leaves them out.

    Raises:
        ConfigError: a limit or the half-life is in seconds and the log has no clock.
        OverLimitError: there are too many patterns.
    """
    database = split.train_database()
    patterns = mine_patterns(database, mining, level=level)
    labels = [InterestLabels.of_patterns(patterns, mining, config.most_patterns)]
    if level is not None:
        labels.append(InterestLabels.of_categories(level, mining.scope.event_ids))
    counts = [weigh_labels(database, one, level) for one in labels]
    n_patterns, n_categories = len(labels[0].lists), 0 if level is None else len(labels[1].lists)
    rows = InterestRows.join(list(profile_users(database, labels, counts, config, level)))
    places, columns = [], []
    for shift, one in zip((0, n_patterns), labels, strict=False):
        at, label = list_completions(database, one, level)
        places.append(at)
        columns.append(label + shift)
    ones = np.ones(sum(map(len, places)), dtype=np.bool_)
    completed = csr_array(
        (ones, (np.concatenate(places), np.concatenate(columns))),
        shape=(database.n_events, n_patterns + n_categories),
    )
    weights = interest_matrix(rows, database.n_users, (n_patterns, n_categories))
    return InterestTargets(patterns, n_categories, weights, completed)
