"""What an analyst does is refused in demo mode where it is done, not only hidden on a page."""

import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from seqrec.demo.opening import open_demo
from seqrec.errors import ReadOnlyError
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue
from seqrec.log.cleaning.worker import start_cleaning, start_preview
from seqrec.log.mappings import delete_mapping, save_mapping
from seqrec.log.source import IngestRequest
from seqrec.log.upload import receive_upload, server_upload
from seqrec.log.worker import start_ingest
from seqrec.mining.config import PatternConfig
from seqrec.mining.store import request_mining
from seqrec.recommend.batch import request_batch
from seqrec.recommend.engine import Wish
from seqrec.recommend.rule_store import save_rules
from seqrec.training.config import TrainConfig
from seqrec.training.run import create_run
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv

Act = Callable[[Workspace, BehaviourLog], object]
ACTIONS: dict[str, Act] = {
    "upload": lambda space, _: receive_upload(space, [("a.csv", io.BytesIO(b"user,item\n1,a\n"))]),
    "read from the server": lambda space, _: server_upload(space, "a.csv"),
    "ingest": lambda space, log: start_ingest(space, IngestRequest("a", (), log.mapping)),
    "look for problems": lambda space, log: start_preview(space, log.log_id, [], suggest=True),
    "clean": lambda space, log: start_cleaning(space, log.log_id, []),
    "keep a mapping": lambda space, log: save_mapping(space, "shop", log.mapping),
    "forget a mapping": lambda space, _: delete_mapping(space, "shop"),
    "delete": lambda space, log: space.delete_log(log.log_id),
    "train": lambda space, log: create_run(space, log, TrainConfig()),
    "change rules": lambda space, log: save_rules(space, log, load_catalogue(log), b""),
    "make lists": lambda space, log: request_batch(space, log, None, Wish("Markov"), None),  # type: ignore[arg-type]
    "call Spark": lambda space, log: request_mining(
        space, log, PatternConfig(min_count=2, spark_url="local[2]")
    ),
}


@pytest.mark.parametrize("act", ACTIONS.values(), ids=ACTIONS)
def test_every_action_is_refused(act: Act, workspace: Workspace, store_csv: StoreCsv):
    log = store_csv("user,item,time\n1,a,1291193100\n1,b,1291193101\n")
    before = sorted(workspace.home.rglob("*"))
    with pytest.raises(ReadOnlyError, match="this is demo mode: nothing can be uploaded, changed"):
        act(replace(workspace, read_only=True), log)
    assert sorted(workspace.home.rglob("*")) == before


def test_the_demo_itself_can_be_opened(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    started = []
    monkeypatch.setattr("seqrec.jobs.launcher.start_job", lambda *job: started.append(job))
    open_demo(replace(workspace, read_only=True))
    assert [module for _, module in started] == ["seqrec.demo.open_worker"]
