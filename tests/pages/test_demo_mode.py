import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.demo_mode import Locked
from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.settings import read_settings
from seqrec.training.run import Run
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run

HOME = "pages/explore/home.py"
PAGES = {
    "pages/explore/data.py": Locked.UPLOAD,
    "pages/model/train.py": Locked.TRAIN,
    HOME: Locked.UPLOAD,
}
CHANGING = {
    *("go-upload", "use-data", "server-path-go", "append", "delete-log", "clean-apply"),
    *("clean-look", "start-training", "stop-training", "resume-training", "rule-save"),
    *("rule-remove", "batch-start", "keep-mapping", "forget-mapping"),
}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    return make_run(workspace, log)


def check_locked(app: AppTest, what: Locked) -> None:
    assert not app.exception
    assert what in texts(app)
    assert not CHANGING & {button.key for button in app.button}
    assert not app.get("file_uploader")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_control_that_changes_and_says_so(page: str, run: Run):
    app = open_page(page, demo="1", log=run.log_id)
    check_locked(app, PAGES[page])
    assert Locked.STUDIO in app.sidebar.caption[0].value


def test_parts_of_the_data_page_that_change_are_locked(run: Run):
    for tab, what in (("Clean", Locked.CLEAN), ("Origin and versions", Locked.VERSIONS)):
        app = open_page("pages/explore/data.py", demo="1", log=run.log_id)
        app.session_state["data-tab"] = tab
        check_locked(app.run(), what)


def test_the_mode_stays_when_the_address_no_longer_says_it(run: Run):
    app = open_page(HOME, demo="1", log=run.log_id)
    del app.query_params["demo"]
    check_locked(app.switch_page("pages/model/train.py").run(), Locked.TRAIN)
    assert app.query_params["demo"] in ("1", ["1"])


def test_without_it_the_controls_are_there(run: Run):
    app = open_page("pages/model/train.py", log=run.log_id)
    assert "start-training" in {button.key for button in app.button}
    assert "Demo mode" not in texts(app)


def test_a_server_can_be_set_to_it_for_every_visitor(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEQREC_DEMO", "1")
    check_locked(open_page("pages/model/train.py", log=run.log_id, demo="0"), Locked.TRAIN)


def test_a_setting_that_is_neither_on_nor_off_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SEQREC_DEMO", "yes")
    with pytest.raises(ConfigError, match=r"SEQREC_DEMO is 'yes'; expected 1 \(on\) or 0 \(off\)"):
        read_settings()
