"""The Recommend page with models at work: one real scoring process for all tests here."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from pages.shared import cached_models
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import BehaviourLog, load_catalogue, load_sequences
from seqrec.models.item_transformer import make_transformer
from seqrec.models.markov import fit_markov
from seqrec.models.popularity import fit_popularity
from seqrec.models.shape import ModelConfig
from seqrec.recommend.rule_store import read_rule_text, save_rules
from seqrec.training.companions import Companions, write_companions
from seqrec.training.run import BUNDLE_FOLDER, Run
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, open_workspace
from tests.pages.app import open_page, texts
from tests.pages.training import HISTORIES, make_run
from tests.stored import store_bytes

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = "pages/model/recommend.py"
CATEGORIES = {"tea": "Drink", "milk": "Drink", "jam": "Food", "bun": "Food"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def log(home: Path) -> BehaviourLog:
    rows = [
        f"u{user:02},{item},{1_600_000_000 + user * 1000 + place},{CATEGORIES[item]}"
        for user, history in enumerate(HISTORIES)
        for place, item in enumerate(history)
    ]
    text = "\n".join(["user,item,time,category", *rows])
    return store_bytes(open_workspace(home), text.encode())


@pytest.fixture(scope="module")
def run(home: Path, log: BehaviourLog) -> Iterator[Run]:
    """A run with a model that has not learned; Markov beside it has: the ring goes on."""
    run = make_run(open_workspace(home), log)
    split = leave_last_out(load_sequences(log))
    torch.manual_seed(1)
    config = ModelConfig(max_length=8, width=8, n_blocks=1, dropout=0.0)
    model = make_transformer(config, split.database.n_items)
    write_bundle(run.folder / BUNDLE_FOLDER, model, log)
    models = {"Markov": fit_markov(split), "Popularity": fit_popularity(split)}
    write_companions(run.folder / BUNDLE_FOLDER, Companions(models, None, exclude_seen=False))
    yield run
    cached_models.scorers().close()


@pytest.fixture(autouse=True)
def workspace(home: Path, log: BehaviourLog, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("SEQREC_HOME", str(home))
    workspace = open_workspace(home)
    save_rules(workspace, log, load_catalogue(log), b"")
    return workspace


def open_what_if(run: Run, **query: str) -> AppTest:
    wanted = {"user": "u00", "what-if-model": "Markov", **query}
    app = open_page(PAGE, log=run.log_id, run=run.run_id, mode="What if", **wanted)
    assert not app.exception
    return app


def titles(app: AppTest, place: int = 1) -> list[str]:
    """The items of the history (0) or of a list, in their order."""
    frame = app.dataframe[place].value
    return frame["title" if "title" in frame else "Item"].tolist()


def said(app: AppTest) -> str:
    return texts(app).replace("\\", "")


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def test_a_user_gets_a_list_with_the_hit_and_a_reason(run: Run):
    # u00: tea milk jam bun tea, and milk, which is hidden.
    app = open_what_if(run)
    assert titles(app, 0) == ["tea", "bun", "jam", "milk", "tea"]
    frame = app.dataframe[1].value
    assert frame["title"][0] == "milk"
    assert frame["note"][0] == "hit, seen"
    assert frame["because"][0].startswith("#5 (-")
    assert "What came next: milk (rank 1 of the list)." in said(app)
    # Of the training parts (four events), the three that begin with milk have it before tea.
    assert "75% of users with tea later had milk" in said(app)


def test_without_the_event_that_a_reason_names_the_item_falls(run: Run):
    app = open_what_if(run)
    reason = app.dataframe[1].value["because"][0]
    app.selectbox(key="what-if-event").set_value(int(reason[1]) - 1).run()
    press(app, "what-if-remove")
    assert titles(app, 0) == ["bun", "jam", "milk", "tea"]
    assert titles(app)[0] == "tea"
    assert titles(app).index("milk") > 0
    assert "changed by you" in said(app)
    press(app, "what-if-reset")
    assert titles(app)[0] == "milk"


def test_events_are_added_and_moved(run: Run):
    app = open_what_if(run)
    app.selectbox(key="what-if-item").set_value("jam").run()
    press(app, "what-if-add")
    assert titles(app, 0)[0] == "jam"
    assert titles(app)[0] == "bun"
    press(app, "what-if-earlier")
    assert titles(app, 0)[:2] == ["tea", "jam"]
    assert titles(app)[0] == "milk"


def test_another_user_leaves_no_choice_of_the_one_before(run: Run):
    app = open_what_if(run)
    app.selectbox(key="what-if-event").set_value(1).run()
    app.selectbox(key="what-if-why").set_value(2).run()
    app.selectbox(key="user").set_value("u01").run()
    assert not app.exception
    assert app.selectbox(key="what-if-event").value == 4
    assert app.selectbox(key="what-if-why").value == 0


def test_an_unknown_item_is_told(run: Run):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in {"log": run.log_id, "run": run.run_id, "mode": "What if"}.items():
        app.query_params[name] = value
    app.session_state["what-if-item"] = "beer"
    app.run().switch_page(PAGE).run()
    assert "the log has no item 'beer', so that no model knows it" in said(app)
    assert app.button(key="what-if-add").disabled


def test_an_unknown_user_is_told(run: Run):
    assert "the log has no user 'nobody'" in said(open_what_if(run, user="nobody"))


def test_a_new_user_begins_with_what_is_popular(run: Run):
    app = open_what_if(run)
    app.segmented_control(key="whom").set_value("A new user").run()
    assert not app.exception
    assert "The history is empty: whoever is new gets the most popular items." in said(app)
    assert len(titles(app)) == 4
    app.multiselect(key="new-user").set_value(["jam"]).run()
    assert titles(app, 0) == ["jam"]
    assert titles(app)[0] == "bun"


def test_a_second_model_stands_beside_with_moves(run: Run):
    app = open_what_if(run)
    app.selectbox(key="what-if-beside").set_value("Popularity").run()
    assert not app.exception
    first, second = app.dataframe[1].value, app.dataframe[2].value
    assert set(first["move"]) <= {"=", "▲ 1", "▼ 1", "▲ 2", "▼ 2", "▲ 3", "▼ 3"}
    assert sorted(first["title"]) == sorted(second["title"])
    assert "4 of 10 items: there are no more to list." in said(app)


def test_a_blocked_item_is_gone_and_its_cost_is_told(run: Run):
    app = open_what_if(run)
    app.multiselect(key="what-if-block").set_value(["milk"]).run()
    assert not app.exception
    assert "milk" not in titles(app)
    assert "The rules kept 1 of the best 10 out." in said(app)
    costs = app.dataframe[-1].value
    assert costs["Control"].tolist() == ["Blocked"]
    assert costs["Change"][0] < 0
    assert "Lists of ten for 12 users" in said(app)


def test_a_category_may_be_required_limited_or_closed(run: Run):
    app = open_what_if(run)
    app.number_input(key="what-if-k").set_value(2)
    app.multiselect(key="what-if-closed").set_value(["Drink"]).run()
    assert set(titles(app)) == {"jam", "bun"}
    app.multiselect(key="what-if-wanted").set_value(["Drink"]).run()
    assert "'Drink' is blocked and must be included" in said(app)
    app.multiselect(key="what-if-closed").set_value([])
    app.number_input(key="what-if-quota").set_value(1).run()
    assert {CATEGORIES[title] for title in titles(app)} == {"Drink", "Food"}


def test_the_shelf_of_new_items_leaves_what_is_known(run: Run):
    app = open_what_if(run)
    app.toggle(key="what-if-new").set_value(True).run()
    assert not app.exception
    # All four items have twelve training events.
    assert "The rules and the history leave no item to list" in said(app)
    assert app.dataframe[-1].value["Control"].tolist() == ["New items only"]


def test_blocking_everything_is_told(run: Run):
    app = open_what_if(run)
    app.multiselect(key="what-if-closed").set_value(["Drink", "Food"]).run()
    assert "The rules and the history leave no item to list" in said(app)


def test_a_rule_file_is_kept_and_obeyed_and_a_wrong_one_refused(
    run: Run, log: BehaviourLog, workspace: Workspace
):
    app = open_what_if(run)
    area = app.text_area(key=f"rule-text-{log.log_id}")
    area.set_value("version: 1\nblock: {items: [milk]}").run()
    press(app, "rule-save")
    assert "milk" not in titles(app)
    assert "Rule file: 1 items blocked." in said(app)
    app.text_area(key=f"rule-text-{log.log_id}").set_value("version: 1\nblocks: {}").run()
    press(app, "rule-save")
    assert "'blocks' is unknown; known are version, block" in said(app)
    assert read_rule_text(workspace, log) == "version: 1\nblock: {items: [milk]}"
    press(app, "rule-remove")
    assert "milk" in titles(app)


def test_a_rule_file_that_no_longer_suits_stops_all_lists(
    run: Run, log: BehaviourLog, workspace: Workspace
):
    save_rules(workspace, log, load_catalogue(log), b"version: 1\n")
    (workspace.rules / f"{log.family}.yaml").write_text("version: 7")
    app = open_what_if(run)
    assert "the rule file has version 7" in said(app)
    assert not [frame for frame in app.dataframe if "title" in frame.value]
    press(app, "rule-remove")
    assert titles(app)[0] == "milk"


def test_a_run_without_a_model_is_told(home: Path, log: BehaviourLog):
    old = make_run(open_workspace(home), log)
    assert "has left no model that could be asked" in said(open_what_if(old))


def test_torch_stays_out_of_the_pages():
    code = (
        "import sys; import pages.sections.what_if; "
        "sys.exit(any(name in sys.modules for name in ('torch', 'transformers', 'numba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
