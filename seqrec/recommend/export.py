"""A finished run as one file that a fresh process can serve, without the workspace."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from safetensors.numpy import save_file

from seqrec.errors import ConfigError
from seqrec.evaluation.compare import describe_protocol
from seqrec.log.behaviour_log import (
    BehaviourLog,
    load_catalogue,
    load_log,
    load_sequences,
    load_users,
)
from seqrec.models.arrays import Arrays
from seqrec.recommend.bundle_file import CARD, HISTORIES, RULES, USERS, pack, seal
from seqrec.recommend.rule_store import load_rules, read_rule_text
from seqrec.training.run import BUNDLE_FOLDER, Run, read_evaluation
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, scratch_folder, sync, write_json


def export_run(
    workspace: Workspace, run: Run, target: Path, *, with_histories: bool = False
) -> None:
    """Write a run's models, items, evaluation card and rule file as one file, whole or not at all.

    Args:
        workspace: where the run and its log are.
        run: that has finished.
        target: the file; one that is there is replaced.
        with_histories: whether the users of the log and what they did go along, so that a user
            can be asked for by id.

    Raises:
        ConfigError: the run has no results, or the log's rule file does not suit the log.
        BundleError: a part is larger than a bundle may hold.
    """
    source = run.folder / BUNDLE_FOLDER
    if not run.has_results or not source.is_dir():
        raise ConfigError(
            tr("this run has no finished model to export; wait for it, or train again")
        )
    log = load_log(workspace, run.log_id)
    rules = read_rule_text(workspace, log)
    load_rules(workspace, log, load_catalogue(log))
    with scratch_folder(target.parent) as scratch:
        parts = scratch / "parts"
        shutil.copytree(source, parts, ignore=shutil.ignore_patterns(".*"))
        write_json(parts / CARD, make_card(run, log, read_evaluation(run)))
        if rules:
            (parts / RULES).write_text(rules, encoding="utf-8")
        if with_histories:
            _write_histories(parts, log)
        seal(parts)
        pack(parts, scratch / "packed")
        sync(scratch / "packed")
        (scratch / "packed").replace(target)
    sync(target.parent)


def export_bytes(workspace: Workspace, run: Run, *, with_histories: bool = False) -> bytes:
    """The same as bytes, for a download."""
    with scratch_folder(run.folder) as scratch:
        target = scratch / "bundle"
        export_run(workspace, run, target, with_histories=with_histories)
        return target.read_bytes()


def make_card(run: Run, log: BehaviourLog, evaluation: Mapping[str, Any]) -> dict[str, Any]:
    """What was learned from, how, and how good it is beside what else, as JSON values."""
    return {
        "log": {
            "name": log.name,
            "fingerprint": log.fingerprint,
            "n_users": log.n_users,
            "n_items": log.n_items,
            "n_events": log.n_events,
        },
        "run": {
            "run_id": run.run_id,
            "created_at": run.created_at,
            "config": asdict(run.config),
        },
        "protocol": describe_protocol(evaluation),
        "evaluation": dict(evaluation),
    }


def bundle_name(run: Run) -> str:
    """What an exported run is called."""
    return f"seqrec-{run.run_id}.zip"


def _write_histories(folder: Path, log: BehaviourLog) -> None:
    users = [str(user) for user in load_users(log)]
    pq.write_table(pa.table({"user": pa.array(users, pa.string())}), folder / USERS)
    database = load_sequences(log)
    arrays: Arrays = {
        "items": np.ascontiguousarray(database.items, dtype=np.int32),
        "offsets": np.ascontiguousarray(database.offsets, dtype=np.int64),
    }
    save_file(arrays, os.fspath(folder / HISTORIES))
