"""What all tests share: a workspace of their own and small logs in it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.workspace import Workspace, open_workspace
from tests.stored import store_bytes

StoreCsv = Callable[..., BehaviourLog]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEQREC_HOME", str(tmp_path / "home"))
    return open_workspace(tmp_path / "home")


@pytest.fixture
def store_csv(workspace: Workspace) -> StoreCsv:
    """Stores CSV text as a log, with guessed roles unless a mapping is given."""

    def store(
        text: str, mapping: ColumnMapping | None = None, name: str = "test log"
    ) -> BehaviourLog:
        return store_bytes(workspace, text.encode(), mapping, name)

    return store


@pytest.fixture
def plain_mapping() -> ColumnMapping:
    return ColumnMapping(user="user", item="item", time="time", time_format=TimeFormat.EPOCH_S)
