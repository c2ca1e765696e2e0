"""Whether a trained model beats the best baseline, and what its curves say of the reason."""

from collections.abc import Sequence

from seqrec.evaluation.intervals import compare_ranks, describe_difference
from seqrec.models.hybrid import HYBRID
from seqrec.training.results import read_ranks
from seqrec.training.run import TARGETS_FILE, Run, StepMetrics, read_evaluation
from seqrec.translation.texts import join_sentences, tr

_LEARNED_BY_HEART = 0.3  # nats by which training loss is below validation loss


def describe_verdict(run: Run, metrics: Sequence[StepMetrics]) -> str:
    """A plain sentence, and where it does not beat the best baseline why that may be.

    A hybrid is no baseline: the trained model is a part of it. "" where there is none.
    """
    models = read_evaluation(run)["models"]
    trained, *others = models
    baselines = [name for name in others if name != HYBRID]
    if not baselines:
        return ""
    best = max(baselines, key=lambda name: models[name]["ndcg"])
    own, level = models[trained]["ndcg"], models[best]["ndcg"]
    beats = own > level
    values = {"model": tr(trained), "baseline": tr(best), "own": own, "level": level}
    told = [
        tr(
            "{model} beats the best baseline, {baseline} (NDCG@10 {own:.4f} against {level:.4f}).",
            **values,
        )
        if beats
        else tr(
            "{model} does not beat the best baseline, {baseline} (NDCG@10 {own:.4f} against "
            "{level:.4f}).",
            **values,
        )
    ]
    ranks = read_ranks(run.folder / TARGETS_FILE)
    if {trained, best} <= ranks.keys():
        found = compare_ranks(ranks[trained], ranks[best])
        told.append(describe_difference(tr(trained), tr(best), found))
    return join_sentences(told if beats else [*told, describe_reason(metrics)])


def describe_reason(metrics: Sequence[StepMetrics]) -> str:
    """What the curves say of a model that is not good enough; "" where they say nothing."""
    validations = [line for line in metrics if line.ndcg is not None]
    losses = [line.loss for line in metrics if line.loss is not None]
    if not validations:
        return tr("No user could be validated on, so that the newest model was kept.")
    if losses and losses[-1] > losses[0]:
        return tr(
            "The training loss rose from {first:.2f} to {last:.2f} nats: the learning rate is "
            "probably too high, or gradients are not clipped.",
            first=losses[0],
            last=losses[-1],
        )
    best = max(validations, key=lambda line: line.ndcg or 0.0)
    last = validations[-1]
    if best.step == last.step:
        return tr("Validation was still rising at the end: more epochs or minutes may help.")
    gap = (last.validation_loss or 0.0) - (losses[-1] if losses else 0.0)
    if losses and gap > _LEARNED_BY_HEART:
        return tr(
            "Validation was best at epoch {epoch:.1f}, and the training loss ended {gap:.2f} nats "
            "below validation's: it learns this log by heart. More dropout, contrastive views, a "
            "smaller model or more data may help; a longer run will not.",
            epoch=best.epoch,
            gap=gap,
        )
    return tr(
        "Validation was best at epoch {epoch:.1f} and no better after it: another learning rate or "
        "width may help (the Search page tries them).",
        epoch=best.epoch,
    )
