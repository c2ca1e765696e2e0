"""What a term means, in one place; shown as help where the term is used."""

from seqrec.translation.texts import mark, tr

TERMS = {
    "Support": mark("Share of all users (or sessions) who show it. 10 %: one in ten."),
    "Confidence": mark("Of those with the first part, the share who have the second part too."),
    "Lift": mark(
        "How many times more often than if both parts had nothing to do with each other. "
        "1: chance; above 1: more often; below 1: they avoid each other."
    ),
    "Leverage": mark("Share of all who have both, minus the share that chance would give."),
    "Conviction": mark(
        "How many times more often the rule would be wrong if it were chance alone."
    ),
    "Share of A": mark("Support in the first group."),
    "Share of B": mark("Support in the second group."),
    "Difference": mark("Share of A minus share of B, in percentage points."),
    "Odds ratio": mark("Odds in the first group over odds in the second; 1 is no difference."),
    "At least": mark("Lower end of the interval of the difference."),
    "At most": mark("Upper end of the interval of the difference."),
    "Held-out support": mark("Support among users who were kept aside when this was found."),
    "Held-out confidence": mark("Confidence among users who were kept aside when this was found."),
    "Held-out lift": mark("Lift among users who were kept aside when this was found."),
    "Adjusted p": mark(
        "How easily chance gives this, with all that was tested taken into account; "
        "small is convincing."
    ),
    "Weight": mark("Share of the user's interest of this kind."),
    "Times the log's share": mark("The user's share over the share in the whole log."),
    "NDCG": mark(
        "How high the item that really came next stands in the list: 1 at the top, less "
        "further down, 0 beyond the list; the mean over users."
    ),
    "HR": mark("Hit rate: share of users whose next item is in the list."),
    "Recall": mark(
        "Share of what came next that is in the list; with one item each, the hit rate."
    ),
    "MRR": mark("Mean of 1 / rank of the item that came next; 0 beyond the list."),
    "Coverage": mark("Share of all items that stand in any list."),
    "Gini": mark("0 where all items are listed equally often, near 1 where a few take all places."),
    "Novelty": mark("How rare the listed items are: -log2 of the share of users who had them."),
    "Diversity": mark("How seldom two items of a list had the same users."),
    "Popularity lift": mark("Above 1: the lists are more popular than what users chose."),
    "Miscalibration": mark(
        "How far the categories of a list are from those of the history; 0 is best."
    ),
}


def explain(name: str) -> str | None:
    """What a column or figure means, "NDCG@10" as "NDCG"; None where it speaks for itself."""
    text = TERMS.get(name.partition("@")[0])
    return text and tr(text)
