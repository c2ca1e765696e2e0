"""How a made log takes its place among the versions of its family: one after the other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from seqrec.log.behaviour_log import LOG_FILE, list_logs
from seqrec.workspace import Workspace, hold, read_json, whole_folder, write_json


@contextmanager
def whole_log(workspace: Workspace, target: Path) -> Iterator[Path]:
    """A folder to fill with a log, which becomes `target` at the end, as `whole_folder` has it.

    A log with a parent gets the number behind those of its family. Logs that become whole at the
    same moment wait for each other, so that no two share a number.
    """
    with ExitStack() as until_whole, whole_folder(target) as making:
        yield making
        value = read_json(making / LOG_FILE)
        if value["parent"] is None:
            return
        until_whole.enter_context(hold(workspace.logs))
        family = (log for log in list_logs(workspace) if log.family == value["family"])
        value["version"] = 1 + max((log.version for log in family), default=1)
        write_json(making / LOG_FILE, value)
