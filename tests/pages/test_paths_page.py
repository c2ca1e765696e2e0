import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import ColumnMapping, TimeFormat
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of

PAGE = "pages/explore/paths.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


@pytest.fixture
def app(log: BehaviourLog) -> AppTest:
    return open_page(PAGE, log=log.log_id)


def choose(app: AppTest, log: BehaviourLog, said: str, item: str) -> AppTest:
    return app.selectbox(key=f"paths-{said}-item-{log.log_id}").set_value(item).run()


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_first_visit_answers_in_words_and_adds_up(app: AppTest):
    assert not app.exception
    assert "67% (8 of 12) of sessions begin with tea." in texts(app)
    assert "50% (4 of 8) of them go on to milk next." in texts(app)
    links = app.dataframe[0].value
    assert links[links["Step"] == 1]["Sessions"].sum() == 12


def test_a_start_gives_its_paths(app: AppTest, log: BehaviourLog):
    app = choose(app, log, "start", "tea")
    assert not app.exception
    said = texts(app)
    assert "83% (10 of 12) of sessions come to tea." in said
    assert "40% (4 of 10) of them go on to milk next." in said
    assert "20% (2 of 10) end there." in said


def test_an_end_alone_is_followed_backwards(app: AppTest, log: BehaviourLog):
    app = choose(app, log, "end", "milk")
    assert not app.exception
    assert "67% (8 of 12) of sessions come to milk." in texts(app)
    assert "50% (4 of 8) of them come to it from tea." in texts(app)
    assert "backwards from the end" in texts(app)
    assert "Start" in set(app.dataframe[0].value["To"])


def test_a_way_nobody_goes_says_what_to_change(app: AppTest, log: BehaviourLog):
    app = choose(choose(app, log, "start", "bun"), log, "end", "tea")
    assert not app.exception
    assert "None of the 12 sessions goes this way" in texts(app)


def test_histories_are_followed_instead_of_sessions(app: AppTest):
    app = app.button_group(key="paths-unit").set_value("Users").run()
    assert not app.exception
    assert "(8 of 12) of users begin with tea." in texts(app)


def test_steps_and_named_nodes_are_limited(app: AppTest):
    app.slider(key="paths-steps").set_value(2)
    app.slider(key="paths-top").set_value(1).run()
    assert not app.exception
    links = app.dataframe[0].value
    assert set(links["Step"]) == {1}
    assert set(links["From"]) == {"tea", "Other"}


def test_categories_and_kinds_of_event_can_be_followed(store_csv: StoreCsv):
    rows = ["user,item,time,event,category", "u,a,1600000000,view,hot", "u,b,1600000001,buy,"]
    roles = {"event": "event", "category": "category"}
    mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, **roles)
    log = store_csv("\n".join(rows) + "\n", mapping)
    app = open_page(PAGE, log=log.log_id)
    kind = app.selectbox(key="paths-kind")
    assert kind.options == ["Items", "Categories", "Kinds of event"]
    app = kind.set_value("Categories").run()
    assert "go on to (no category) next" in texts(app)
    app = app.selectbox(key="paths-kind").set_value("Kinds of event").run()
    assert not app.exception
    assert "100% (1 of 1) of them go on to buy next." in texts(app)
