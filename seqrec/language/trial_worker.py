"""The job that measures a backbone on a log: `python -m seqrec.language.trial_worker FOLDER`."""

import logging
import os
import sys
from pathlib import Path

import torch

from seqrec.errors import SeqrecError
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.language.backbones import find_backbone
from seqrec.language.measuring import measure_backbone
from seqrec.language.trials import read_trial
from seqrec.log.behaviour_log import BehaviourLog, load_log
from seqrec.workspace import Workspace, open_workspace, read_json

logger = logging.getLogger(__name__)

_STAGE = "Measuring what it knows of items"


def trial_job(reporter: JobReporter) -> str:
    """Measure a backbone on a log; the log's id."""
    value = read_json(reporter.folder / CONFIG_FILE)
    torch.set_num_threads(os.cpu_count() or 1)
    workspace = open_workspace(Path(value["home"]))
    log, facts = load_log(workspace, value["log_id"]), find_backbone(value["backbone"])
    measure_backbone(workspace, log, facts, lambda share: reporter.report(_STAGE, share))
    return log.log_id


def measure_before_and_after(
    workspace: Workspace, log: BehaviourLog, names: tuple[str, str], reporter: JobReporter
) -> None:
    """Measure what a job made, and what it was made from where that was not measured before.

    Whatever is wrong with that does not take away what was made.

    Args:
        workspace: where log, vectors and trials lie.
        log: that the job learned from.
        names: of the backbone before and after.
        reporter: of the job; a stop leaves the measuring out.
    """
    before, after = names
    try:
        for name in (before, after):
            if reporter.stop_requested():
                return
            if name == after or read_trial(workspace, log.log_id, name) is None:
                reporter.report(_STAGE, None)
                measure_backbone(workspace, log, find_backbone(name), lambda _share: None)
    except SeqrecError as error:
        logger.warning("not measured: %s", error)


if __name__ == "__main__":
    sys.exit(run_worker(trial_job))
