from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import cached_results
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.mining.store import read_summary
from seqrec.workspace import Workspace
from tests import oracles
from tests.conftest import StoreCsv
from tests.pages.app import open_page, texts
from tests.pages.mining import SHOP, csv_of, settle

PAGE = "pages/explore/patterns.py"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(SHOP))


def open_settled(workspace: Workspace, log: BehaviourLog) -> AppTest:
    return settle(open_page(PAGE, log=log.log_id), workspace.home)


def slide(app: AppTest, log: BehaviourLog, count: int) -> AppTest:
    app.select_slider(key=f"patterns-min-{log.log_id}").set_value(count)
    return app.button(key="patterns-mine").click().run()


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_leads_home():
    app = open_page(PAGE)
    assert not app.exception
    assert "There is no log yet" in texts(app)


def test_first_visit_mines_and_answers_in_words(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    assert not app.exception
    assert "66.7% of users had tea, later milk (n = 8 of 12 users)" in texts(app)
    summary = read_summary(next(workspace.home.glob("mined/*/*")))
    histories = [load_sequences(log).history(row).tolist() for row in range(12)]
    expected = oracles.mine_patterns(histories, summary.min_count, 2)
    assert app.metric[0].value == str(len(expected))
    frame = app.dataframe[0].value
    assert frame["Users"].tolist() == sorted(expected.values(), reverse=True)


def test_another_threshold_is_mined_on_mine(workspace: Workspace, log: BehaviourLog):
    app = slide(open_settled(workspace, log), log, 8)
    app = settle(app, workspace.home)
    assert app.metric[0].value == "1"
    assert app.metric[3].value == "8"
    assert len(list(workspace.home.glob("mined/*/*"))) == 2


def test_nothing_frequent_says_what_to_lower(workspace: Workspace, log: BehaviourLog):
    app = settle(slide(open_settled(workspace, log), log, 12), workspace.home)
    assert not app.exception
    assert "No pattern occurs in 12 of 12 users. The most frequent item occurs in 10" in texts(app)


def pick(app: AppTest, log: BehaviourLog, side: str, item: str) -> AppTest:
    return app.multiselect(key=f"patterns-{side}-{log.log_id}").set_value([item]).run()


def test_items_filter_without_mining(workspace: Workspace, log: BehaviourLog):
    app = pick(open_settled(workspace, log), log, "contain", "tea")
    everywhere = app.dataframe[0].value["Pattern"].tolist()
    assert all("tea" in pattern for pattern in everywhere)
    app = pick(app, log, "end", "milk")
    ends = app.dataframe[0].value["Pattern"].tolist()
    assert ends == [pattern for pattern in everywhere if pattern.endswith("milk")]
    app = pick(app, log, "start", "bun")
    assert not app.exception
    assert "None of the patterns passes these filters" in texts(app)
    assert len(list(workspace.home.glob("mined/*/*"))) == 1


def mine(app: AppTest, workspace: Workspace) -> AppTest:
    return settle(app.button(key="patterns-mine").click().run(), workspace.home)


def test_the_first_pattern_is_looked_at_closely(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    said = {metric.label: metric.value for metric in app.metric}
    assert said["Users who show it"] == "8"
    assert said["Median, first to last"] == "2 s"
    steps, users = app.dataframe[1].value, app.dataframe[2].value
    assert steps.iloc[0].tolist() == ["tea", "milk", "2 s", "1 s", "2 s"]
    assert users["User"].tolist() == [f"u{row:02}" for row in range(8)]
    assert users["Events of the history"].tolist() == ["1, 2"] * 4 + ["1, 3"] * 4
    app.selectbox(key="patterns-look").set_value(1).run()
    assert not app.exception
    assert len(app.dataframe[2].value) == int(app.dataframe[0].value["Users"][1])


def test_what_chance_explains_is_marked_and_hidden_without_mining(
    workspace: Workspace, store_csv: StoreCsv
):
    # Tea comes before milk in all 32 histories with both: 2^-32. Jam and tea take turns: 16 to 8.
    app = open_settled(workspace, store_csv(csv_of(SHOP * 4)))
    frame = app.dataframe[0].value.set_index("Pattern")
    assert frame.loc["tea → milk", "Order"] == "more than chance"
    assert frame.loc["jam → tea", "Order"] == "may be chance"
    assert "more than chance at 5.0% false discoveries" in texts(app)
    app.toggle(key="patterns-chance-hide").set_value(True).run()
    assert not app.exception
    left = app.dataframe[0].value["Pattern"].tolist()
    assert left == frame.index[frame["Order"] == "more than chance"].tolist()
    # 2^-32 times 12 pairs at most, their harmonic number 3.11 and two lengths.
    assert frame.loc["tea → milk", "Adjusted p"] <= 2**-32 * 12 * 3.11 * 2
    assert len(list(workspace.home.glob("mined/*/*"))) == 1


def test_a_check_counts_patterns_on_held_out_users(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app = settle(app.button(key="patterns-check").click().run(), workspace.home)
    assert not app.exception
    assert "The same search on half of the users finds" in texts(app)
    frame = app.dataframe[0].value
    assert (frame["Held-out users"] <= frame["Users"]).all()
    assert frame["Held-out support"].tolist() == (frame["Held-out users"] / 6).tolist()
    app.toggle(key="patterns-held-hide").set_value(True).run()
    least = read_summary(next(workspace.home.glob("mined/*/patterns-*"))).min_count / 12
    assert len(app.dataframe[0].value) == int((frame["Held-out support"] >= least).sum())


def test_patterns_of_few_users_are_left_out_of_downloads(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    assert "patterns of fewer than 10 users are left out of downloads" in texts(app)
    assert app.get("download_button")[0].label == "Download 0 patterns (CSV)"


def test_sessions_are_counted_instead_of_users(workspace: Workspace, store_csv: StoreCsv):
    # Two sessions, 28 hours apart; tea and milk are together in no session.
    rows = [f"u{u},{i},{1_600_000_000 + t}" for u in range(6) for t, i in ((0, "tea"), (1, "jam"))]
    rows += [f"u{u},milk,{1_600_100_000}" for u in range(6)]
    log = store_csv("\n".join(["user,item,time", *rows]) + "\n")
    app = open_settled(workspace, log)
    assert "tea → milk" in app.dataframe[0].value["Pattern"].tolist()
    app.segmented_control(key="patterns-unit").set_value("Sessions").run()
    app = settle(app, workspace.home)
    assert not app.exception
    assert "50.0% of sessions had tea, later jam (n = 6 of 12 sessions)" in texts(app)
    assert app.dataframe[0].value["Sessions"].tolist() == [6]


def test_categories_are_mined_and_filtered(workspace: Workspace, store_csv: StoreCsv):
    rows = [
        f"u{u},{i},{1_600_000_000 + t},{c}"
        for u in range(6)
        for t, (i, c) in enumerate((("a", "hot"), ("b", ""), ("c", "cold")))
    ]
    log = store_csv("\n".join(["user,item,time,category", *rows]) + "\n")
    app = open_settled(workspace, log)
    app.segmented_control(key="patterns-level").set_value("Categories").run()
    app = settle(app, workspace.home)
    assert not app.exception
    assert app.dataframe[0].value["Pattern"].tolist() == ["hot → cold"]


def test_limits_of_gap_and_time_are_mined(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.number_input(key="patterns-gap").set_value(0)
    app = mine(app, workspace)
    assert "tea → milk" in app.dataframe[0].value["Pattern"].tolist()
    counts = dict(
        zip(app.dataframe[0].value["Pattern"], app.dataframe[0].value["Users"], strict=True)
    )
    assert counts["tea → milk"] == 4  # the four with a bun between have it no more
    assert app.metric[4].value == "4"


def test_choices_that_exclude_each_other_say_so(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.number_input(key="patterns-gap").set_value(0)
    app.selectbox(key="patterns-kind").set_value("Closed")
    app = app.button(key="patterns-mine").click().run()
    assert not app.exception
    assert "closed patterns are not defined under limits of gap" in texts(app)


def test_the_most_frequent_patterns_need_no_support(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.number_input(key="patterns-top").set_value(1)
    app = mine(app, workspace)
    assert not app.exception
    assert app.dataframe[0].value["Users"].tolist() == [8]


def test_users_with_an_item_are_compared_with_those_without(
    workspace: Workspace, log: BehaviourLog
):
    app = open_settled(workspace, log)
    app.segmented_control(key="contrast-way").set_value("With an item and without").run()
    app.selectbox(key=f"contrast-item-{log.log_id}").set_value("bun").run()
    assert not app.exception
    assert "A: 6 users; B: 6." in texts(app)
    row = app.dataframe[3].value.set_index("Pattern").loc["tea → milk"]
    assert (row["Users of A"], row["Users of B"], row["Verdict"]) == (4, 4, "may be chance")


def test_the_time_before_a_date_is_compared_with_the_rest(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.segmented_control(key="contrast-way").set_value("Before a date and after").run()
    assert not app.exception
    assert "A: 6 users; B: 6." in texts(app)
    app.date_input(key=f"contrast-date-{log.log_id}").set_value(date(2020, 9, 13)).run()
    assert "One of the groups is empty" in texts(app)


def test_any_two_groups_of_users_are_compared(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.segmented_control(key="contrast-way").set_value("Any two groups of users").run()
    assert "Choose a condition for group A" in texts(app)
    app.number_input(key=f"group-A-least-{log.log_id}").set_value(3).run()
    assert not app.exception
    assert "A: 8 users; B: 4." in texts(app)
    frame = app.dataframe[3].value.set_index("Pattern")
    row = frame.loc["tea → milk"]
    assert (row["Users of A"], row["Users of B"], row["Odds ratio"]) == (8, 0, float("inf"))
    # Fisher gives 1 of 495 ways, doubled; the least of n tests, times n and 1 + 1/2 + ... + 1/n.
    tests = len(frame) * sum(1 / place for place in range(1, len(frame) + 1))
    assert row["Adjusted p"] == pytest.approx(2 / 495 * tests)
    app.toggle(key="contrast-rest").set_value(False).run()
    app.selectbox(key=f"group-B-item-{log.log_id}").set_value("jam").run()
    assert not app.exception
    # Four have three events and jam: they are in both groups.
    assert "A: 4 users; B: 2." in texts(app)
    app.number_input(key=f"group-B-least-{log.log_id}").set_value(9)
    app.number_input(key=f"group-B-most-{log.log_id}").set_value(2).run()
    assert "9 events at least and 2 at most" in texts(app)


def test_windows_show_what_comes_right_after_each_other(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.segmented_control(key="patterns-view").set_value("Windows").run()
    app = settle(app, workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value
    counts = dict(zip(frame["Pattern"], frame["Users"], strict=True))
    fours = ("tea → milk", "milk → jam", "tea → bun", "bun → milk")
    assert counts == {**dict.fromkeys(fours, 4), "jam → tea": 2}
    assert {metric.label: metric.value for metric in app.metric}["Users who show it"] == "4"


def test_session_sets_come_after_each_other(workspace: Workspace, store_csv: StoreCsv):
    visits = [("tea", 0), ("milk", 0), ("jam", 2), ("bun", 2)]
    rows = [f"u{u:02},{i},{1_600_000_000 + d * 86_400}" for u in range(12) for i, d in visits]
    app = open_settled(workspace, store_csv("\n".join(["user,item,time", *rows]) + "\n"))
    app.segmented_control(key="patterns-view").set_value("Session sets").run()
    app = settle(app, workspace.home)
    assert not app.exception, texts(app)
    app.toggle(key="sets-several").set_value(True).run()
    frame = app.dataframe[0].value.set_index("Sequence")
    assert frame.loc["tea + milk → jam + bun", "Users"] == 12
    assert "in a later session" in texts(app)
    assert app.selectbox(key="sets-user").options == [f"u{u:02}" for u in range(12)]
    app.slider(key="sets-sessions").set_value(5).run()
    assert "sequences of sets in" in texts(app)


def test_the_table_tells_how_long_patterns_take(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    app.toggle(key="patterns-times").set_value(True).run()
    assert not app.exception
    frame = app.dataframe[0].value.set_index("Pattern")
    assert frame.loc["tea → milk", "Median time"] == "2 s"
    assert frame.loc["tea → jam", "Median time"] == "2 s"
    assert frame.loc["jam → tea", "Median time"] == "1 s"


def test_a_result_that_was_cut_says_so(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    path = next(workspace.home.glob("mined/*/*")) / "result.json"
    path.write_text(
        path.read_text().replace(
            '"stopped_by": ""', '"stopped_by": "the search passed its limit of memory"'
        )
    )
    cached_results.patterns.clear()
    app.run()
    assert "This is not all: the search passed its limit of memory." in texts(app)


def test_a_log_without_times_has_no_timeline(workspace: Workspace, store_csv: StoreCsv):
    text = "user,item,time\n" + "".join(
        f"u{u},{i},{t}\n" for u in range(6) for t, i in enumerate("ab")
    )
    mapping = ColumnMapping("user", "item", "time", TimeFormat.ORDER)
    app = open_settled(workspace, store_csv(text, mapping))
    assert not app.exception
    assert "The log has no times, so there is no timeline." in texts(app)
    assert app.number_input(key="patterns-span").disabled


def test_wide_open_threshold_is_refused_and_the_suggestion_works(
    workspace: Workspace, store_csv: StoreCsv
):
    letters = [f"item {place}" for place in range(40)]
    log = store_csv(csv_of([letters * 2] * 2 + [letters[:4]] * 10))
    app = settle(slide(open_settled(workspace, log), log, 1), workspace.home)
    assert "a minimum support of 1 user would give about" in texts(app).replace("\\", "")
    suggestion = next(b for b in app.button if b.label.startswith("Use the suggested"))
    suggestion.click().run()
    app = settle(app, workspace.home)
    assert not app.exception
    assert app.metric


def test_cancelled_job_can_be_mined_again(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    folder = next(workspace.home.glob("mined/*/*"))
    cancel_job(folder)
    write_state(folder, JobState(JobStatus.STOPPED, "Cancelled"))
    app.run()
    assert "Mining was cancelled. What it had found is not kept" in texts(app)
    next(b for b in app.button if b.label == "Mine again").click().run()
    app = settle(app, workspace.home)
    assert app.metric, texts(app)


def test_a_full_disk_is_told_on_the_page(log: BehaviourLog, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("seqrec.mining.store.write_json", refuse)
    app = open_page(PAGE, log=log.log_id)
    assert not app.exception
    assert "No space left on device" in texts(app)
    assert "Mining was cancelled" not in texts(app)


def test_a_support_in_the_address_that_is_none_is_passed_over(
    workspace: Workspace, log: BehaviourLog
):
    control = {f"patterns-min-{log.log_id}": "250.00% · 30 users"}
    app = settle(open_page(PAGE, log=log.log_id, **control), workspace.home)
    assert not app.exception
    assert app.metric


def test_failed_job_shows_its_error_and_log(workspace: Workspace, log: BehaviourLog):
    app = open_settled(workspace, log)
    folder = next(workspace.home.glob("mined/*/*"))
    write_state(folder, JobState(JobStatus.FAILED, "Failed", error="the disk is full"))
    app.run()
    assert app.error[0].value == "the disk is full"
    assert app.code


def test_items_and_categories_are_mined_at_once(workspace: Workspace, store_csv: StoreCsv):
    rows = [
        f"u{u},{i},{1_600_000_000 + t},{c}"
        for u in range(6)
        for t, (i, c) in enumerate(((("a", "b")[u % 2], "hot"), ("c", "cold")))
    ]
    log = store_csv("\n".join(["user,item,time,category", *rows]) + "\n")
    app = open_settled(workspace, log)
    app.segmented_control(key="patterns-level").set_value("Items and categories").run()
    app = settle(app, workspace.home)
    assert not app.exception
    frame = app.dataframe[0].value.set_index("Pattern")
    assert frame.loc["any hot → c", "Users"] == 6
    # All who have something cold have c; of a and b, three users have each.
    assert frame.loc["any hot → any cold", "Says"] == "no more than a special pattern"
    assert frame.loc["any hot → c", "Says"] == ""
    assert "These patterns are not tested against chance." not in texts(app)
    assert "patterns are more than chance at 5.0% false discoveries" in texts(app)
    app.toggle(key="patterns-telling").set_value(True).run()
    assert not app.exception
    shown = app.dataframe[0].value["Pattern"].tolist()
    assert shown == ["any hot → c", "a → c", "b → c"]
    said = {metric.label: metric.value for metric in app.metric}
    assert said["Users who show it"] == "6"
    app.segmented_control(key="contrast-way").set_value("With an item and without").run()
    assert not app.exception
    assert "A: 6 users; B: 0." in texts(app)
    app.number_input(key="patterns-gap").set_value(0)
    app = app.button(key="patterns-mine").click().run()
    assert "items and categories at once are mined as all patterns" in texts(app)
    app.segmented_control(key="patterns-view").set_value("Windows").run()
    assert not app.exception
    assert "items and categories at once are mined as sequences alone" in texts(app)
