"""The dashboard's side of jobs of language models: asked for by name, read by the workers."""

from seqrec.jobs.launcher import start_new_job
from seqrec.workspace import Workspace

_ENCODE = "seqrec.language.encode_worker"


def start_encoding(workspace: Workspace, log_id: str, backbone: str) -> str:
    """Start to read all titles of a log; the job's id.

    What a cancelled job has read is kept, and the next one goes on from there.

    Args:
        workspace: where log and vectors lie.
        log_id: of the log.
        backbone: name of the backbone.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    config = {"home": str(workspace.home), "log_id": log_id, "backbone": backbone}
    return start_new_job(workspace, config, _ENCODE)
