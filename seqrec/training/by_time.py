"""Models and their hybrid, fitted again on what came before a moment."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split
from seqrec.log.behaviour_log import Catalogue
from seqrec.models.blending import fit_blend
from seqrec.models.hybrid import HYBRID, Hybrid
from seqrec.training.baselines import fit_baselines
from seqrec.training.contest import Contest, evaluate
from seqrec.training.results import write_targets
from seqrec.training.run import TARGETS_BY_TIME_FILE

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Trained:
    """A model that learned from what came before the moment, and from nothing else.

    Attributes:
        name: that pages show.
        model: ready to score.
        fit_s: seconds that it was trained.
    """

    name: str
    model: Recommender
    fit_s: float


def compare_by_time(
    folder: Path,
    split: Split,
    catalogue: Catalogue,
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
    trained: Trained | None = None,
) -> dict[str, Any]:
    """The evaluation of all baselines under the split by time, as JSON values.

    A transformer has a row only where it was trained again on the events of this split: the one
    of the run has learned from events that come after this split's targets. The ranks of all
    targets are written into the folder.

    Args:
        folder: of the run, or of the job that trained.
        split: by time.
        catalogue: of the log.
        exclude_seen: whether items of a history are left out of its list.
        trained: what else is compared.
    """
    started = time.monotonic()
    fitted = fit_baselines(split, catalogue, exclude_seen)
    alone = {trained.name: trained.model} if trained else {}
    models: dict[str, Recommender] = {**alone, **fitted.models}
    blend, _ = fit_blend(split, models, exclude_seen)
    models[HYBRID] = Hybrid(blend, dict(models), exclude_seen)
    categories = None if catalogue.categories is None else catalogue.categories.tolist()
    found, ranks = evaluate(Contest(split, models, exclude_seen, categories))
    write_targets(folder / TARGETS_BY_TIME_FILE, split, ranks)
    logger.info("models by time compared in %.1f s", time.monotonic() - started)
    fit_s = {trained.name: trained.fit_s} if trained else {}
    return found | {"fit_s": fit_s | fitted.fit_s, "left_out": fitted.left_out}
