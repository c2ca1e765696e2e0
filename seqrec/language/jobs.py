"""The dashboard's side of jobs of language models: asked for by name, read by the workers."""

from dataclasses import asdict
from pathlib import Path

from seqrec.errors import ConfigError
from seqrec.jobs.launcher import start_new_job
from seqrec.jobs.lines import read_lines
from seqrec.language.backbones import find_backbone, need_memory
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.stored_backbones import list_backbones
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.tuning_share import estimate_share
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace

WORD_LOSSES_FILE = "word_losses.jsonl"
_ENCODE = "seqrec.language.encode_worker"
_PRETRAIN = "seqrec.language.pretrain_worker"
_TUNE = "seqrec.language.tune_worker"
_TRIAL = "seqrec.language.trial_worker"


def start_encoding(workspace: Workspace, log_id: str, backbone: str) -> str:
    """Start to read all titles of a log; the job's id.

    What a cancelled job has read is kept, and the next one goes on from there.

    Args:
        workspace: where log and vectors lie.
        log_id: of the log.
        backbone: name of the backbone.

    Raises:
        BackboneError: the backbone cannot be used.
        WorkspaceError: the workspace cannot be written.
    """
    need_memory(find_backbone(backbone), trained=False)
    config = {"home": str(workspace.home), "log_id": log_id, "backbone": backbone}
    return start_new_job(workspace, config, _ENCODE)


def start_measuring(workspace: Workspace, log_id: str, backbone: str) -> str:
    """Start to measure a backbone on a log, as it is and with a text model on top; the job's id.

    Args:
        workspace: where the log lies and what was measured will.
        log_id: of the log.
        backbone: name of the backbone.

    Raises:
        BackboneError: the backbone cannot be used.
        ConfigError: it learned of the items that are to be new to it.
        WorkspaceError: the workspace cannot be written.
    """
    need_memory(find_backbone(backbone), trained=False)
    for made in list_backbones(workspace):
        if str(made.folder) == backbone and not (made.learning and made.learning.kept_back):
            raise ConfigError(
                "an earlier version of seqrec made this backbone from the events of all items, so "
                "that none is new to it and nothing fair can be measured; teach it again"
            )
    config = {"home": str(workspace.home), "log_id": log_id, "backbone": backbone}
    return start_new_job(workspace, config, _TRIAL)


def start_pretraining(
    workspace: Workspace,
    log_id: str,
    backbone: str,
    pretraining: PretrainConfig,
    *,
    measured: bool = True,
) -> str:
    """Start to go on with a backbone's pretraining on the titles of a log; the job's id.

    Args:
        workspace: where the log lies and the new backbone will.
        log_id: of the log.
        backbone: name of the backbone to start from.
        pretraining: how.
        measured: whether what comes of it is measured on the log at the end.

    Raises:
        BackboneError: the backbone cannot be used.
        WorkspaceError: the workspace cannot be written.
    """
    need_memory(find_backbone(backbone), trained=True)
    config = {
        "home": str(workspace.home),
        "log_id": log_id,
        "backbone": backbone,
        "pretraining": asdict(pretraining),
        "measured": measured,
    }
    return start_new_job(workspace, config, _PRETRAIN)


def start_tuning(
    workspace: Workspace,
    log_id: str,
    backbone: str,
    tuning: TuningConfig,
    lessons: NextTextConfig,
    *,
    measured: bool = True,
) -> str:
    """Start to teach a backbone which title follows which; the job's id.

    Args:
        workspace: where the log lies and the new backbone will.
        log_id: of the log.
        backbone: name of the backbone to start from.
        tuning: which of its weights learn.
        lessons: how.
        measured: whether what comes of it is measured on the log at the end.

    Raises:
        BackboneError: the backbone cannot be used.
        ConfigError: more layers are to stay frozen than there are, or nothing would learn.
        WorkspaceError: the workspace cannot be written.
    """
    facts = find_backbone(backbone)
    need_memory(facts, trained=tuning.tuning is Tuning.FULL)
    if not estimate_share(facts, tuning):
        raise ConfigError(
            tr("nothing of the backbone would learn; choose another way than 'frozen'")
        )
    config = {
        "home": str(workspace.home),
        "log_id": log_id,
        "backbone": backbone,
        "tuning": asdict(tuning),
        "lessons": asdict(lessons),
        "measured": measured,
    }
    return start_new_job(workspace, config, _TUNE)


def read_word_losses(folder: Path) -> list[dict[str, float | None]]:
    """What a job has measured so far: step, elapsed_s, loss, and held_out where there is one.

    A last line that is being written is left out.
    """
    return list(read_lines(folder / WORD_LOSSES_FILE))
