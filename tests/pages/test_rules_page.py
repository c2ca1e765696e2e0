import pytest
from streamlit.testing.v1 import AppTest

from seqrec.log.behaviour_log import BehaviourLog
from seqrec.mining.config import Engine
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of, settle

PAGE = "pages/explore/rules.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


@pytest.fixture
def app(workspace: Workspace, log: BehaviourLog) -> AppTest:
    return settle(open_page(PAGE, log=log.log_id), workspace.home)


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_first_visit_mines_and_shows_a_hand_counted_rule(app: AppTest):
    assert not app.exception
    frame = app.dataframe[0].value
    rule = frame[(frame["If a session has"] == "tea") & (frame["it also has"] == "milk")].iloc[0]
    assert (rule["Sessions with both"], rule["Sessions with the if"]) == (8, 10)
    assert rule["Confidence"] == pytest.approx(8 / 10)
    assert rule["Lift"] == pytest.approx((8 / 10) / (8 / 12))
    assert rule["Support"] == pytest.approx(8 / 12)
    assert "times more than chance (n = 8 of" in texts(app)


def test_confidence_and_lift_filter_without_mining(app: AppTest, workspace: Workspace):
    app.slider(key="rules-confidence").set_value(100).run()
    assert not app.exception
    assert app.dataframe[0].value["Confidence"].min() == 1.0
    app.number_input(key="rules-lift").set_value(50.0).run()
    assert "rules passes: lower confidence or lift" in texts(app)
    assert len(list(workspace.home.glob("mined/*/*"))) == 1


def test_what_chance_explains_is_marked_and_hidden(app: AppTest):
    # 8 of the 10 with tea have milk, as have 8 of all 12: Fisher gives 45 of 495.
    frame = app.dataframe[0].value
    rule = frame[(frame["If a session has"] == "tea") & (frame["it also has"] == "milk")].iloc[0]
    assert (rule["Verdict"], rule["Adjusted p"]) == ("may be chance", 1.0)
    assert "rules are more than chance at 5.0% false discoveries" in texts(app)
    app.toggle(key="rules-chance-hide").set_value(True).run()
    assert not app.exception
    assert "let pass what chance explains" in texts(app)


def test_a_check_counts_rules_on_held_out_users(app: AppTest, workspace: Workspace):
    app = settle(app.button(key="rules-check").click().run(), workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value
    assert (frame["Held-out sessions"] <= frame["Sessions with both"]).all()
    assert {"Held-out confidence", "Held-out lift"} <= set(frame)


def test_a_check_counts_later_rules_on_held_out_users(app: AppTest, workspace: Workspace):
    app.segmented_control(key="rules-order").set_value("One after the other").run()
    app = settle(app, workspace.home)
    app = settle(app.button(key="rules-later-check").click().run(), workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value
    rule = frame[(frame["If a user has"] == "tea") & (frame["it later has"] == "milk")].iloc[0]
    # Who has tea and milk has tea first, among the held-out users as well.
    assert 0 < rule["Held-out users"] <= 8
    assert rule["Held-out confidence"] <= 1
    assert set(frame["Verdict"]) <= {"more than chance", "may be chance"}


def test_items_of_a_side_filter(app: AppTest, log: BehaviourLog):
    app.multiselect(key=f"rules-then-{log.log_id}").set_value(["milk"]).run()
    assert not app.exception
    assert all("milk" in side for side in app.dataframe[0].value["it also has"])


def test_items_can_be_left_out_of_a_side_or_the_rule(app: AppTest, log: BehaviourLog):
    app.multiselect(key=f"rules-not-if-{log.log_id}").set_value(["tea"]).run()
    assert not any("tea" in side for side in app.dataframe[0].value["If a session has"])
    app.multiselect(key=f"rules-none-{log.log_id}").set_value(["milk"]).run()
    assert not app.exception
    said = app.dataframe[0].value["If a session has"] + app.dataframe[0].value["it also has"]
    assert not any("milk" in rule for rule in said)


def test_a_range_narrows_the_table_as_a_box_does(app: AppTest):
    app.slider(key="rules-range-confidence").set_range(80, 100).run()
    assert not app.exception
    assert app.dataframe[0].value["Confidence"].min() >= 0.8


def test_measures_are_chosen_as_columns_and_axes(app: AppTest):
    app.multiselect(key="rules-measures").set_value(["Conviction"])
    app.selectbox(key="rules-x").set_value("Conviction").run()
    assert not app.exception
    assert "Conviction" in app.dataframe[0].value
    assert "rules have no point here: the measure is undefined" in texts(app)


def ifs_of_milk(app: AppTest) -> list[str]:
    frame = app.dataframe[0].value
    return frame[frame["it also has"] == "milk"]["If a session has"].tolist()


def test_redundant_rules_are_hidden(app: AppTest):
    # Jam has milk in 4 of 6 sessions, and jam with tea in as many.
    app.number_input(key="rules-lift").set_value(0.0).run()
    assert {"jam", "tea + jam"} <= set(ifs_of_milk(app))
    app.toggle(key="rules-lean").set_value(True).run()
    assert not app.exception
    assert "jam" in ifs_of_milk(app)
    assert "tea + jam" not in ifs_of_milk(app)


@pytest.mark.parametrize("picture", ["Heatmap", "Network"])
def test_pictures_are_drawn_of_what_is_left(app: AppTest, picture: str):
    app.segmented_control(key="rules-picture").set_value(picture).run()
    assert not app.exception
    assert len(app.dataframe[0].value)


def test_reference_engine_gives_the_same_rules(app: AppTest, workspace: Workspace):
    own = app.dataframe[0].value
    app.selectbox(key="rules-engine").set_value(Engine.MLXTEND)
    app.button(key="rules-mine").click().run()
    app = settle(app, workspace.home)
    assert not app.exception
    assert len(app.dataframe[0].value) == len(own)


def test_nothing_frequent_says_what_to_lower(app: AppTest, workspace: Workspace, log: BehaviourLog):
    app.select_slider(key=f"rules-min-{log.log_id}").set_value(12)
    app.button(key="rules-mine").click().run()
    app = settle(app, workspace.home)
    assert "No two items occur together in 12 of 12 sessions" in texts(app)
    assert "The most frequent item occurs in 10" in texts(app)


def test_rules_tell_what_comes_later(app: AppTest, workspace: Workspace):
    app.segmented_control(key="rules-order").set_value("One after the other").run()
    app = settle(app, workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value
    rule = frame[(frame["If a user has"] == "tea") & (frame["it later has"] == "milk")].iloc[0]
    assert (rule["Users with both"], rule["Users with the if"]) == (8, 10)
    assert "times what chance gives in any order" in texts(app)
    app.number_input(key="rules-lift").set_value(0.0)
    app.number_input(key="rules-later-gap-time").set_value(1)
    app.selectbox(key="rules-later-gap-time-unit").set_value("seconds")
    app = settle(app.button(key="rules-later-mine").click().run(), workspace.home)
    frame = app.dataframe[0].value
    rule = frame[(frame["If a user has"] == "tea") & (frame["it later has"] == "milk")].iloc[0]
    assert rule["Users with both"] == 4
    assert "within 1 s" in texts(app)
    app.toggle(key="rules-later-any-order").set_value(True)
    app = settle(app.button(key="rules-later-mine").click().run(), workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value
    rule = frame[(frame["If a user has"] == "tea") & (frame["it later has"] == "milk")].iloc[0]
    assert rule["Users with both"] == 8


def test_what_one_user_has_in_many_sessions_is_not_downloaded(
    workspace: Workspace, store_csv: StoreCsv
):
    """Twelve sessions with tea and milk are enough sessions, but of one user."""
    visits = [("u0", day) for day in range(12)] + [(f"u{user}", 0) for user in range(1, 12)]
    rows = [
        f"{user},{item},{day * 86_400},{user}-{day}"
        for user, day in visits
        for item in (("tea", "milk") if user == "u0" else ("jam", "bread"))
    ]
    log = store_csv("\n".join(["user,item,time,session", *rows]) + "\n")
    app = settle(open_page(PAGE, log=log.log_id), workspace.home)
    assert not app.exception
    assert "3 itemsets of fewer than 10 users are left out of downloads" in texts(app)
    # Tea -> milk and milk -> tea; jam and bread have eleven users.
    assert "2 rules of fewer than 10 users are left out of downloads" in texts(app)


def test_itemsets_are_listed_by_kind_and_rules_stay(app: AppTest, workspace: Workspace):
    n_rules = len(app.dataframe[0].value)
    assert "11 sets of at most 4 items" in texts(app)
    # Milk, and milk with jam, are always with tea; so is jam, and milk with a bun.
    for kind, n_sets in (("Closed", 6), ("Maximal", 2)):
        app.segmented_control(key="rules-itemsets-kind").set_value(kind).run()
        app = settle(app, workspace.home)
        assert not app.exception
        assert f"{n_sets} sets of at most 4 items" in texts(app)
        assert "The rules are derived from all itemsets" in texts(app)
        assert len(app.dataframe[0].value) == n_rules
