import pandas as pd
import pytest

from seqrec.errors import NotStoredError
from seqrec.log.behaviour_log import load_catalogue, load_sequences, load_users
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.lists import Target
from seqrec.recommend.story import (
    Cohort,
    draw_user,
    find_user,
    list_cohort,
    tell_history,
    tell_list,
    tell_outcome,
)
from tests.conftest import StoreCsv

CSV = (
    "user,item,time,event,title\nann,a,1291193100,view,Mug\nann,b,1291193160,buy,Towel\n"
    "ann,a,1291193220,buy,Mug\nbob,b,1291193100,view,Towel\n"
)


def test_history_is_newest_first_with_time_title_and_event(store_csv: StoreCsv):
    log = store_csv(CSV)
    table = tell_history(log, load_sequences(log), load_catalogue(log), 0)
    assert list(table["position"]) == [3, 2, 1]
    assert list(table["title"]) == ["Mug", "Towel", "Mug"]
    assert list(table["event"]) == ["buy", "buy", "view"]
    assert table["time"][2] == pd.Timestamp("2010-12-01 08:45:00")


def test_history_without_clock_or_events_has_no_such_columns(store_csv: StoreCsv):
    log = store_csv("user,item,position\nann,a,0\nann,b,1\n")
    table = tell_history(log, load_sequences(log), load_catalogue(log), 0)
    assert list(table.columns) == ["position", "title"]


def test_users_are_found_by_their_own_id(store_csv: StoreCsv):
    users = load_users(store_csv(CSV))
    assert find_user(users, " bob ") == 1
    with pytest.raises(NotStoredError, match="no user 'carl'"):
        find_user(users, "carl")


def test_a_drawn_user_has_enough_events_where_any_has(store_csv: StoreCsv):
    database = load_sequences(store_csv(CSV))
    assert {draw_user(database, seed) for seed in range(10)} == {0}
    nobody = SequenceDatabase.from_histories([[1], [1, 2]])
    assert {draw_user(nobody, seed) for seed in range(20)} == {0, 1}


def test_cohorts_are_thirds_by_length_and_the_cold():
    lengths = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    database = SequenceDatabase.from_histories([[1] * length for length in lengths])
    assert list_cohort(database, Cohort.COLD).tolist() == [0, 1, 2, 3]
    assert list_cohort(database, Cohort.ANY).tolist() == [2, 3, 4, 5, 6, 7, 8]
    assert list_cohort(database, Cohort.SHORT).tolist() == [2, 3, 4]
    assert list_cohort(database, Cohort.LONG).tolist() == [6, 7, 8]
    assert draw_user(database, 0, Cohort.COLD) < 4


def test_list_marks_the_hit_and_what_was_seen(store_csv: StoreCsv):
    catalogue = load_catalogue(store_csv(CSV))
    lists = pd.DataFrame(
        {
            "model": ["m", "m", "other"],
            "rank": [2, 1, 1],
            "item": [1, 2, 1],
            "score": [0.5, 1.5, 3.0],
            "seen": [True, False, True],
        }
    )
    table = tell_list(lists, "m", catalogue, Target(1, {"m": 2}))
    assert list(table["title"]) == list(catalogue.titles[[2, 1]])
    assert list(table["hit"]) == [False, True]
    assert list(table["seen"]) == [False, True]
    assert "hit" not in tell_list(lists, "m", catalogue, None).columns


def test_outcome_names_every_rank_and_its_denominator(store_csv: StoreCsv):
    catalogue = load_catalogue(store_csv(CSV))
    text = tell_outcome(Target(1, {"Transformer": 3, "Popularity": 40}), catalogue, 20)
    assert text.startswith("What came next: Mug. Its rank among 2 items: Transformer 3 (hit), ")
    assert "Popularity 40. A hit is a rank within the top 20." in text
