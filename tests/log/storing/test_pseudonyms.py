import hashlib
import hmac
import stat

import pytest

from seqrec.errors import WorkspaceError
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import load_log, load_users
from seqrec.log.source import IngestRequest, Privacy
from seqrec.log.storing.pseudonyms import KEY_FILE, Pseudonyms
from seqrec.log.worker import start_ingest
from seqrec.workspace import Workspace, open_workspace
from tests.jobs.test_jobs import wait_for
from tests.log.tables import MAPPING, store, text_table

PEOPLE = ["alice@example.com", "bob@example.com"]
TEXT = "user,item,time\n" + "".join(f"{user},i,5\n" for user in PEOPLE) + f"{PEOPLE[0]},broken\n"
HIDDEN = Privacy(pseudonyms=True)


def test_users_become_keyed_hashes(workspace: Workspace):
    log = store(workspace, text_table(workspace, TEXT), privacy=HIDDEN)
    key = (workspace.home / KEY_FILE).read_bytes()
    expected = [hmac.new(key, user.encode(), hashlib.sha256).hexdigest()[:32] for user in PEOPLE]
    assert list(load_users(log)) == expected
    assert log.privacy == HIDDEN


def test_the_key_is_made_once_and_is_readable_by_its_owner_alone(workspace: Workspace):
    Pseudonyms(workspace)
    path = workspace.home / KEY_FILE
    key = path.read_bytes()
    Pseudonyms(workspace)
    assert path.read_bytes() == key
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in workspace.home.iterdir() if entry.name.startswith(".")] == []


def test_workspaces_have_keys_of_their_own(workspace: Workspace, tmp_path):
    other = open_workspace(tmp_path / "other")
    logs = [store(home, text_table(home, TEXT), privacy=HIDDEN) for home in (workspace, other)]
    assert set(load_users(logs[0])).isdisjoint(load_users(logs[1]))


def test_a_damaged_key_is_refused(workspace: Workspace):
    (workspace.home / KEY_FILE).write_bytes(b"short")
    with pytest.raises(WorkspaceError, match=r"pseudonym.key .* is damaged \(5 bytes"):
        store(workspace, text_table(workspace, TEXT), privacy=HIDDEN)


def test_no_name_is_left_in_the_workspace_after_a_job(workspace: Workspace):
    request = IngestRequest("log", (text_table(workspace, TEXT),), MAPPING, privacy=HIDDEN)
    folder = workspace.jobs / start_ingest(workspace, request)
    state = wait_for(folder, JobStatus.FINISHED)
    assert load_log(workspace, state.result or "").n_users == 2
    for path in workspace.home.rglob("*"):
        if path.is_file():
            assert not any(user.encode() in path.read_bytes() for user in PEOPLE), path
