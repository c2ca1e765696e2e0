"""The baselines and their hybrid, fitted again on what came before a moment."""

import logging
import time
from pathlib import Path
from typing import Any

from seqrec.evaluation.split import global_time
from seqrec.log.behaviour_log import Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.models.blending import fit_blend
from seqrec.models.hybrid import HYBRID, Hybrid
from seqrec.training.baselines import fit_baselines
from seqrec.training.contest import Contest, evaluate
from seqrec.training.results import write_targets
from seqrec.training.run import TARGETS_BY_TIME_FILE

logger = logging.getLogger(__name__)


def compare_by_time(
    folder: Path,
    database: SequenceDatabase,
    catalogue: Catalogue,
    exclude_seen: bool,  # noqa: FBT001 - a protocol, as in the configuration of a run
) -> dict[str, Any]:
    """The evaluation of all baselines under the split by time, as JSON values.

    A transformer has no row here: it would have to be trained again on other events. The ranks of
    all targets are written into the run's folder.

    Raises:
        ConfigError: the log has no times.
        TooSmallError: too few users have an event in the last tenth of the log.
    """
    started = time.monotonic()
    split = global_time(database)
    fitted = fit_baselines(split, catalogue, exclude_seen)
    blend, _ = fit_blend(split, fitted.models, exclude_seen)
    models = {**fitted.models, HYBRID: Hybrid(blend, fitted.models, exclude_seen)}
    categories = None if catalogue.categories is None else catalogue.categories.tolist()
    found, ranks = evaluate(Contest(split, models, exclude_seen, categories))
    write_targets(folder / TARGETS_BY_TIME_FILE, split, ranks)
    logger.info("baselines by time compared in %.1f s", time.monotonic() - started)
    return found | {"fit_s": fitted.fit_s, "left_out": fitted.left_out}
