"""What all tests share: a workspace of their own and small logs in it."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.guess import guess_roles
from seqrec.log.ingest import CsvSource, ingest_csv
from seqrec.log.reader import inspect_csv, receive_upload
from seqrec.workspace import Workspace, open_workspace

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
        upload = receive_upload(workspace, io.BytesIO(text.encode()), name)
        profile = inspect_csv(upload.path)
        if mapping is None:
            guess = guess_roles(profile)
            mapping = ColumnMapping.from_choices(guess.columns, guess.time_format)
        source = CsvSource.of(upload, profile, mapping)
        return ingest_csv(workspace, source, 256, lambda _stage, _share: None)

    return store


@pytest.fixture
def plain_mapping() -> ColumnMapping:
    return ColumnMapping(user="user", item="item", time="time", time_format=TimeFormat.EPOCH_S)
