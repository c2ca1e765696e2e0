"""The training job: `python -m seqrec.training.worker FOLDER`."""

import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save

from seqrec.errors import SeqrecError
from seqrec.evaluation.recommender import Recommender
from seqrec.evaluation.split import Split, global_time, leave_last_out
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, is_first_process, run_worker
from seqrec.log.behaviour_log import (
    ITEMS_FILE,
    BehaviourLog,
    Catalogue,
    load_catalogue,
    load_log,
    load_sequences,
)
from seqrec.models.blending import fit_blend
from seqrec.models.ensemble import make_scorer, member_file
from seqrec.models.hybrid import HYBRID, Hybrid
from seqrec.models.item_transformer import ItemTransformer
from seqrec.training.baselines import Baselines
from seqrec.training.before_after import compare_states
from seqrec.training.by_time import compare_by_time
from seqrec.training.category_classifier import classify_next
from seqrec.training.companions import TRANSFORMER, Companions, write_companions
from seqrec.training.config import TrainConfig, config_from_json
from seqrec.training.contest import Contest
from seqrec.training.monitor import TRAIN_SHARE, Task
from seqrec.training.results import write_results
from seqrec.training.run import (
    BASELINES_FILE,
    BUNDLE_FOLDER,
    CHECKPOINTS_FOLDER,
    MEMBERS_FOLDER,
    read_metrics,
)
from seqrec.training.text_model import TextTask, fit_beside, impute_members, text_states
from seqrec.training.trainer import train
from seqrec.training.validation import sample_users, validate
from seqrec.translation.texts import mark
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
    reporter.report(mark("Reading the log"), 0.0)
    split = leave_last_out(load_sequences(log))
    catalogue = load_catalogue(log)
    if not is_first_process():
        train_members(Task(reporter.folder, split, config, reporter))
        return  # the first process does the rest
    texts = TextTask(Path(value["home"]), config, reporter)
    fitted = fit_beside(split, catalogue, texts)
    write_levels(reporter.folder, split, fitted, config)
    members = impute_members(
        train_members(Task(reporter.folder, split, config, reporter)), split, catalogue, texts
    )
    write_bundle(reporter.folder / BUNDLE_FOLDER, members[0], log, members[1:])

    def report(share: float) -> None:
        reporter.report(mark("Ranking all users"), TRAIN_SHARE + (1 - TRAIN_SHARE) * share)

    models: dict[str, Recommender] = {TRANSFORMER: make_scorer(members), **fitted.models}
    reporter.report(mark("Blending the models"), TRAIN_SHARE)
    started = time.perf_counter()
    blend, _ = fit_blend(split, models, config.exclude_seen, config.seed)
    write_companions(
        reporter.folder / BUNDLE_FOLDER, Companions(fitted.models, blend, config.exclude_seen)
    )
    fit_s = {
        TRANSFORMER: read_metrics(reporter.folder)[-1].elapsed_s,
        **fitted.fit_s,
        HYBRID: round(time.perf_counter() - started, 3),
    }
    recommenders = {**models, HYBRID: Hybrid(blend, models, config.exclude_seen)}
    notes = {
        "fit_s": fit_s,
        "left_out": fitted.left_out,
        "before_after": tell_states(split, members[0], catalogue, texts, fitted),
        **tell_by_time(reporter.folder, split, log, config),
    }
    categories = None if catalogue.categories is None else catalogue.categories.tolist()
    classified = classify_next(split, catalogue, texts)
    contest = Contest(split, recommenders, config.exclude_seen, categories, classified)
    write_results(reporter.folder, contest, report, notes)
    _remove_checkpoints(reporter.folder)


def _remove_checkpoints(folder: Path) -> None:
    """Remove what a resumed run would go on from; the finished one needs it no more."""
    remove_folder(folder / CHECKPOINTS_FOLDER)
    for member in (folder / MEMBERS_FOLDER).glob(f"*/{CHECKPOINTS_FOLDER}"):
        remove_folder(member)


def write_levels(folder: Path, split: Split, fitted: Baselines, config: TrainConfig) -> None:
    """Validation NDCG@10 of the baselines, for the lines in the live chart."""
    users = sample_users(split, config.seed)
    levels = {
        name: validate(split, baseline, users, config.exclude_seen).ndcg
        for name, baseline in fitted.models.items()
    }
    write_json(folder / BASELINES_FILE, levels)


def tell_states(
    split: Split,
    member: ItemTransformer,
    catalogue: Catalogue,
    texts: TextTask,
    fitted: Baselines,
) -> dict[str, Any]:
    """What training brought, beside what a language model knows before and after it."""
    backbone, others = text_states(catalogue, texts, fitted)
    return {**compare_states(split, texts.config, member, others), "backbone": backbone}


def tell_by_time(
    folder: Path, split: Split, log: BehaviourLog, config: TrainConfig
) -> dict[str, Any]:
    """The baselines under the split by time, or why there is none."""
    try:
        return {
            "by_time": compare_by_time(
                folder, global_time(split.database), load_catalogue(log), config.exclude_seen
            )
        }
    except SeqrecError as error:
        return {"by_time_missing": str(error)}


def train_members(task: Task) -> list[ItemTransformer]:
    """One model, or those of an ensemble, each with a seed and a share of the minutes of its own.

    A stop ends with the models that have begun.
    """
    config, members = task.config, []
    for place in range(config.ensemble):
        if place and task.reporter.stop_requested():
            break
        minutes = config.minutes / config.ensemble
        own = replace(config, seed=config.seed + place, minutes=minutes)
        folder = task.folder / MEMBERS_FOLDER / str(place) if place else task.folder
        members.append(train(replace(task, folder=folder, config=own, member=place)))
    return members


def write_bundle(
    folder: Path,
    model: ItemTransformer,
    log: BehaviourLog,
    others: Sequence[ItemTransformer] = (),
) -> None:
    """The model as files that another process can load: weights, shape, items.

    Args:
        folder: of the bundle.
        model: what was trained, of an ensemble the first one.
        log: whose items it knows.
        others: of the ensemble.
    """
    remove_folder(folder)
    with whole_folder(folder) as making:
        for place, member in enumerate((model, *others)):
            named = member.state_dict().items()
            weights = {name: value.cpu().contiguous() for name, value in named}
            write_whole(making / member_file(place), save(weights))
        description = {
            "model": asdict(model.config),
            "n_items": model.n_items,
            "n_members": 1 + len(others),
            "log_fingerprint": log.fingerprint,
        }
        write_json(making / "config.json", description)
        shutil.copyfile(log.folder / ITEMS_FILE, making / ITEMS_FILE)


if __name__ == "__main__":
    sys.exit(run_worker(training_job))
