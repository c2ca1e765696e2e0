"""Which mined results of a log are there to be reported."""

from pathlib import Path

from seqrec.errors import SeqrecError
from seqrec.jobs.state import JobStatus, read_job
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import CountedConfig, name_units
from seqrec.mining.store import SUMMARY_FILE, mining_folder, read_request, read_summary
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace


def list_results(
    workspace: Workspace, log: BehaviourLog, kind: type[CountedConfig]
) -> tuple[Path, ...]:
    """Folders of the finished results of one kind that are not empty, the newest first."""
    parent = workspace.mined_folder(log.log_id, "any").parent
    folders = [folder for folder in parent.glob("[!.]*") if (folder / SUMMARY_FILE).is_file()]
    folders.sort(key=lambda folder: (folder / SUMMARY_FILE).stat().st_mtime, reverse=True)
    return tuple(folder for folder in folders if _is_of_kind(workspace, log, folder, kind))


def _is_of_kind(
    workspace: Workspace, log: BehaviourLog, folder: Path, kind: type[CountedConfig]
) -> bool:
    state = read_job(folder)
    if state is None or state.status is not JobStatus.FINISHED:
        return False
    try:
        _, config = read_request(folder)
    except (SeqrecError, KeyError, TypeError):
        return False  # of another version of the program
    # The folder's name says the version of the miner, too.
    is_current = mining_folder(workspace, log, config) == folder
    return is_current and isinstance(config, kind) and read_summary(folder).n_results > 0


def name_result(folder: Path) -> str:
    """A finished result in words: how many there are, and the minimum they were mined at."""
    _, config = read_request(folder)
    summary = read_summary(folder)
    n_results = summary.n_rules or summary.n_results
    return tr(
        "{n:,} found in at least {minimum:,} of {units}",
        n=n_results,
        minimum=summary.min_count,
        units=name_units(summary.n_units, config),
    )
