import os
import sys
from pathlib import Path

import pytest
from streamlit.web import cli

from pages.shared import serve
from seqrec.workspace import Workspace


def test_start_sweeps_up_what_was_abandoned(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    abandoned = workspace.uploads / "old.part"
    abandoned.write_text("x")
    os.utime(abandoned, (0, 0))
    monkeypatch.setattr(sys, "argv", ["serve"])
    monkeypatch.setattr(cli, "main", lambda: None)
    serve.main()
    assert not abandoned.exists()


def test_a_home_that_cannot_be_made_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEQREC_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SystemExit, match="set SEQREC_HOME"):
        serve.main()
