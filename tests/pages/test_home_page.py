import time

import pytest

from seqrec.evaluation.compare import describe_winner
from seqrec.log.behaviour_log import list_logs
from seqrec.training.results import read_ranks
from seqrec.training.run import TARGETS_FILE, list_runs, read_evaluation
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts

HOME = "pages/explore/home.py"


@pytest.mark.usefixtures("workspace")
def test_first_visit_offers_the_demo_and_an_upload():
    app = open_page(HOME)
    assert not app.exception
    assert [button.label for button in app.button] == ["Open demo", "Upload a log"]


def test_open_demo_stores_the_built_in_log_and_its_finished_run(workspace: Workspace):
    app = open_page(HOME)
    app.button(key="open-demo").click().run()
    deadline = time.monotonic() + 60
    while not list(workspace.runs.glob("[!.]*")) and time.monotonic() < deadline:
        time.sleep(0.1)
    (log,) = list_logs(workspace)
    assert log.n_events == 117_795
    (run,) = list_runs(workspace, log.log_id)
    evaluation = read_evaluation(run)
    assert evaluation["n_users"] == len(read_ranks(run.folder / TARGETS_FILE)["Transformer"]) == 600
    page = open_page("pages/model/evaluation.py", log=log.log_id)
    assert not page.exception
    assert describe_winner(evaluation) in texts(page).replace("\\", "")
    assert "made by make demo-bundle on 20" in texts(page).replace("\\", "").replace("`", "")


def test_stored_logs_are_listed_by_name_as_plain_text(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n", name="![x](http://evil/x.png)")
    app = open_page(HOME)
    assert "![x](http://evil/x.png)" in [text.value for text in app.text]


def test_a_link_to_a_log_that_is_gone_is_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n")
    app = open_page(HOME, log="0000000000000000")
    assert "there is no log" in texts(app)
