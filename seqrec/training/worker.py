"""The training job: `python -m seqrec.training.worker FOLDER`."""

import os
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from seqrec.errors import SeqrecError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.log.behaviour_log import (
    ITEMS_FILE,
    BehaviourLog,
    load_catalogue,
    load_log,
    load_sequences,
)
from seqrec.models.blending import fit_blend
from seqrec.models.hybrid import HYBRID, Hybrid
from seqrec.models.item_transformer import ItemTransformer, TransformerScorer
from seqrec.training.baselines import fit_baselines
from seqrec.training.before_after import compare_states
from seqrec.training.by_time import compare_by_time
from seqrec.training.companions import TRANSFORMER, Companions, write_companions
from seqrec.training.config import TrainConfig, config_from_json
from seqrec.training.contest import Contest
from seqrec.training.monitor import TRAIN_SHARE, Task
from seqrec.training.results import write_results
from seqrec.training.run import (
    BASELINES_FILE,
    BUNDLE_FOLDER,
    CHECKPOINTS_FOLDER,
    read_metrics,
)
from seqrec.training.trainer import train
from seqrec.training.validation import sample_users, validate
from seqrec.workspace import (
    open_workspace,
    read_json,
    remove_folder,
    whole_folder,
    write_json,
    write_whole,
)


def training_job(reporter: JobReporter) -> None:
    """Train, keep the best model as a bundle, evaluate it beside the baselines."""
    value = read_json(reporter.folder / CONFIG_FILE)
    log = load_log(open_workspace(Path(value["home"])), value["log_id"])
    config = config_from_json(value["config"])
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report("Reading the log", 0.0)
    split = leave_last_out(load_sequences(log))
    catalogue = load_catalogue(log)
    fitted = fit_baselines(split, catalogue, config.exclude_seen)
    users = sample_users(split, config.seed)
    levels = {
        name: validate(split, baseline, users, config.exclude_seen).ndcg
        for name, baseline in fitted.models.items()
    }
    write_json(reporter.folder / BASELINES_FILE, levels)
    model = train(Task(reporter.folder, split, config, reporter))
    reporter.report("Saving the model", TRAIN_SHARE)
    write_bundle(reporter.folder / BUNDLE_FOLDER, model, log)

    def report(share: float) -> None:
        reporter.report("Ranking all users", TRAIN_SHARE + (1 - TRAIN_SHARE) * share)

    models: dict[str, Recommender] = {TRANSFORMER: TransformerScorer(model), **fitted.models}
    reporter.report("Blending the models", TRAIN_SHARE)
    started = time.perf_counter()
    blend, _ = fit_blend(split, models, config.exclude_seen, config.seed)
    companions = Companions(fitted.models, blend, config.exclude_seen)
    write_companions(reporter.folder / BUNDLE_FOLDER, companions)
    fit_s = {
        TRANSFORMER: read_metrics(reporter.folder)[-1].elapsed_s,
        **fitted.fit_s,
        HYBRID: round(time.perf_counter() - started, 3),
    }
    recommenders = {**models, HYBRID: Hybrid(blend, models, config.exclude_seen)}
    notes = {
        "fit_s": fit_s,
        "left_out": fitted.left_out,
        "before_after": compare_states(split, config, model),
        **tell_by_time(reporter.folder, split, log, config),
    }
    categories = None if catalogue.categories is None else catalogue.categories.tolist()
    contest = Contest(split, recommenders, config.exclude_seen, categories)
    write_results(reporter.folder, contest, report, notes)
    # What a resumed run would go on from; the finished one needs it no more.
    remove_folder(reporter.folder / CHECKPOINTS_FOLDER)


def tell_by_time(
    folder: Path, split: Split, log: BehaviourLog, config: TrainConfig
) -> dict[str, Any]:
    """The baselines under the split by time, or why there is none."""
    try:
        return {
            "by_time": compare_by_time(
                folder, split.database, load_catalogue(log), config.exclude_seen
            )
        }
    except SeqrecError as error:
        return {"by_time_missing": str(error)}


def write_bundle(folder: Path, model: ItemTransformer, log: BehaviourLog) -> None:
    """The model as files that another process can load: weights, shape, items."""
    remove_folder(folder)
    with whole_folder(folder) as making:
        weights = {name: value.cpu().contiguous() for name, value in model.state_dict().items()}
        write_whole(making / "model.safetensors", save(weights))
        description = {
            "model": asdict(model.config),
            "n_items": model.n_items,
            "log_fingerprint": log.fingerprint,
        }
        write_json(making / "config.json", description)
        shutil.copyfile(log.folder / ITEMS_FILE, making / ITEMS_FILE)


if __name__ == "__main__":
    sys.exit(run_worker(training_job))
