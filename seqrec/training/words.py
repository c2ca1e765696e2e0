"""Every choice of a run in words: what it is called, what it does, what it costs."""

from dataclasses import dataclass

from seqrec.settings import WandbMode
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.estimate import LogSize, times_as_long
from seqrec.translation.texts import mark, tr


@dataclass(frozen=True)
class Words:
    """A choice as the page shows it.

    Attributes:
        label: short, with the unit.
        help: what it does, and when it is worth a change.
    """

    label: str
    help: str


GROUPS: dict[str, dict[str, Words]] = {
    mark("Budget"): {
        "epochs": Words("Epochs at most", "Passes over all histories."),
        "minutes": Words(
            "Minutes at most (0: no limit)",
            "The learning rate follows whichever of epochs and minutes is further spent.",
        ),
        "patience": Words(
            "Stop after validations without gain (0: never)",
            "Early stopping on NDCG@10 over the whole catalogue. The best model is kept anyway.",
        ),
        "batch_tokens": Words(
            "Batch (events)",
            "Larger batches are quicker an epoch and make fewer steps. One that does not fit in "
            "memory is taken in parts.",
        ),
        "ensemble": Words(
            "Models (ensemble)", "Trained with seeds of their own; their scores are averaged."
        ),
        "seed": Words("Seed", "Of every random choice: the same seed gives the same model."),
    },
    mark("Model"): {
        "architecture": Words(
            "Blocks",
            "GPT-2 and Llama predict each next event from those before it; BERT fills in masked "
            "events from both sides, and learns more slowly.",
        ),
        "max_length": Words("Newest events seen", "Older events of a history are not looked at."),
        "width": Words("Width", "Numbers an item is described by; a multiple of the heads."),
        "n_blocks": Words("Blocks in a row", "More can learn more, and overfit sooner."),
        "n_heads": Words("Attention heads", "In each block."),
        "dropout": Words(
            "Dropout", "Share of activations that are hidden in training, against overfitting."
        ),
        "tied": Words(
            "One vector an item",
            "As past and as next event: half the weights, but A -> B and B -> A start alike.",
        ),
        "spectral_start": Words(
            "Start from transitions",
            "Item vectors start from which items follow which (PPMI, SVD) instead of at random.",
        ),
    },
    mark("Objective"): {
        "cross_entropy": Words(
            "Cross-entropy (weight)", "Softmax over items: tell the next item from the others."
        ),
        "full_items": Words(
            "Full softmax up to (items)",
            "Up to so many items the softmax is over all of them, above over a shared sample.",
        ),
        "n_negatives": Words("Sampled items", "Shared by a batch, where the softmax is sampled."),
        "squared": Words(
            "Squared error (weight)", "Distance between what is predicted and the item's vector."
        ),
        "contrastive": Words(
            "Contrastive views (weight)",
            "Two changed views of a history are to be told from those of others. 0 is off.",
        ),
        "view": Words(
            "Kind of view",
            "Cropped, masked, reordered, or items replaced by ones with like neighbours.",
        ),
        "adversarial": Words(
            "Adversarial step (length)",
            "The loss is taken once more where item vectors have gone a step against it. 0 is off.",
        ),
        "interest": Words(
            "Mined interests (weight)",
            "A history is also asked which frequent patterns its user is interested in. 0 is off.",
        ),
    },
    mark("Optimiser"): {
        "method": Words("Method", "AdamW, Adam, or SGD with momentum 0.9."),
        "learning_rate": Words("Learning rate", "At its highest. SGD needs a higher one."),
        "schedule": Words("Schedule", "How the rate falls after the warm-up."),
        "warmup_share": Words("Warm-up (share of the budget)", "The rate rises from 0 over it."),
        "weight_decay": Words("Weight decay / L2", "Of AdamW; an L2 penalty for Adam and SGD."),
        "clip": Words("Clip gradients to (0: never)", "Longer gradients are scaled down."),
    },
    mark("Titles"): {
        "backbone": Words(
            "Language model for titles",
            "The installed one, one that was made here, a folder of this machine, or a model of "
            "the Hugging Face hub (owner/model). A text model then learns which title follows "
            "which, beside the transformer, and knows items that nobody had yet.",
        ),
        "text_epochs": Words(
            "Epochs of the text model", "Passes over all histories in which it learns."
        ),
    },
    mark("Lists and tracking"): {
        "exclude_seen": Words(
            "Leave out seen items", "From every list, and in every figure of quality."
        ),
        "wandb": Words(
            "Weights & Biases",
            "TensorBoard files are written always. Offline keeps the same figures for Weights & "
            "Biases on this machine; online sends figures and choices to its server.",
        ),
    },
}

LABELS = {name: words.label for group in GROUPS.values() for name, words in group.items()}


def tell_choice(value: object) -> str:
    """The value of a choice in words."""
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return f"{value:g}" if isinstance(value, float) else tr(str(value))


def describe_costs(config: TrainConfig, size: LogSize) -> list[str]:
    """What each choice that costs something costs, a sentence each."""
    told = []
    for name, said in _COSTLY.items():
        if not getattr(config.objective, name):
            continue
        times = times_as_long(config, with_choices(config, {name: 0.0}), size)
        told.append(
            tr("{choice}: a step takes about {n:.1f} times as long.", choice=tr(said), n=times)
        )
    if config.ensemble > 1:
        told.append(_describe_ensemble(config))
    if config.objective.cross_entropy:
        told.append(_describe_softmax(config, size))
    if config.text.backbone:
        told.append(
            tr(
                "Language model: titles are read once (some hundred a second and core), then the "
                "text model learns from all events."
            )
        )
    if config.wandb is WandbMode.ONLINE:
        told.append(
            tr("Weights & Biases online: figures and choices leave this machine, no events.")
        )
    return told


# Of the objective: what it is called by its name; 0 is off.
_COSTLY = {
    "adversarial": mark("Adversarial step"),
    "interest": mark("Mined interests"),
    "contrastive": mark("Contrastive views"),
}


def _describe_ensemble(config: TrainConfig) -> str:
    if config.minutes:
        return tr(
            "Ensemble: {n} models, each gets its share of the minutes, and as many times the "
            "scoring.",
            n=config.ensemble,
        )
    return tr(
        "Ensemble: {n} models, so many times the time, and as many times the scoring.",
        n=config.ensemble,
    )


def _describe_softmax(config: TrainConfig, size: LogSize) -> str:
    objective = config.objective
    if size.n_items > objective.full_items:
        return tr(
            "Softmax over a shared sample of {sample:,} of {items:,} items.",
            sample=objective.n_negatives,
            items=size.n_items,
        )
    return tr(
        "Softmax over all {items:,} items: {n:.1f} times as long a step as over a sample of "
        "{sample:,}.",
        items=size.n_items,
        n=times_as_long(config, with_choices(config, {"full_items": 0}), size),
        sample=objective.n_negatives,
    )
