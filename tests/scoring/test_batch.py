"""Batches of a run that was really trained; one in a worker of its own."""

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from seqrec.errors import ConfigError
from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.launcher import cancel_job
from seqrec.jobs.state import JobStatus, read_job, read_log_tail
from seqrec.log.behaviour_log import load_catalogue, load_sequences, load_users
from seqrec.recommend import batch_writer
from seqrec.recommend.batch import (
    CSV_FILE,
    PARQUET_FILE,
    BatchSummary,
    batch_folder,
    find_cohort,
    read_summary,
    request_batch,
)
from seqrec.recommend.batch_writer import write_batch
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.rule_store import load_rules
from seqrec.scoring.load import load_engine
from seqrec.training.run import BUNDLE_FOLDER
from tests.scoring.exported import Exported, make_exported

pytestmark = pytest.mark.slow

WISH = Wish("Transformer", 5, hide_seen=True)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return make_exported(tmp_path_factory.mktemp("home"))


def write(
    exported: Exported, folder: Path, wish: Wish, cohort: list[str] | None = None
) -> BatchSummary:
    database = load_sequences(exported.log)
    engine = load_engine(exported.run.folder / BUNDLE_FOLDER, leave_last_out(database))
    found = find_cohort(exported.log, cohort)
    return write_batch(folder, engine, wish, database, found, lambda _share: None)


def wait(folder: Path) -> JobStatus:
    deadline = time.monotonic() + 90
    try:
        while (state := read_job(folder)) is not None and state.active:
            assert time.monotonic() < deadline, "the job does not end"
            time.sleep(0.05)
    finally:
        cancel_job(folder)
    assert state is not None
    return state.status


def test_the_job_gives_every_user_the_list_of_the_page(exported: Exported):
    folder = request_batch(exported.workspace, exported.log, exported.run, WISH, None)
    assert wait(folder) is JobStatus.FINISHED, read_log_tail(folder)
    found = pd.read_parquet(folder / PARQUET_FILE)
    database, catalogue = load_sequences(exported.log), load_catalogue(exported.log)
    engine = load_engine(exported.run.folder / BUNDLE_FOLDER, leave_last_out(database))
    rules = load_rules(exported.workspace, exported.log, catalogue)
    n_withheld = 0
    for row, user in enumerate(load_users(exported.log)):
        (own,) = recommend(engine, [database.history(row)], replace(WISH, rules=rules))
        listed = found[found["user"] == user]
        assert listed["item"].tolist() == catalogue.item_keys[own.items].tolist()
        assert listed["rank"].tolist() == list(range(1, len(own.items) + 1))
        n_withheld += own.n_withheld
    # The rule file held though the wish had no rules: i03 is blocked, two of Salty at most.
    assert "i03" not in set(found["item"])
    summary = read_summary(folder)
    assert (summary.n_users, summary.n_rows) == (40, len(found))
    assert summary.n_withheld == n_withheld > 0
    assert "The rules kept" in summary.describe()
    same = batch_folder(exported.workspace, exported.log, exported.run, WISH, None)
    assert same == folder
    blocked = replace(WISH, rules=ListRules(blocked_items=frozenset({1})))
    other = batch_folder(exported.workspace, exported.log, exported.run, blocked, None)
    assert other != folder


def test_pieces_make_the_file_of_one_piece(
    exported: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
    wish = Wish("Popularity", 4)
    write(exported, whole, wish)
    monkeypatch.setattr(batch_writer, "_USERS_AT_ONCE", 7)
    write(exported, parts, wish)
    assert (whole / CSV_FILE).read_bytes() == (parts / CSV_FILE).read_bytes()
    pd.testing.assert_frame_equal(
        pd.read_parquet(whole / PARQUET_FILE), pd.read_parquet(parts / PARQUET_FILE)
    )


def test_cells_of_the_csv_are_no_formulas_and_excel_sees_utf8(exported: Exported, tmp_path: Path):
    write(exported, tmp_path, Wish("Popularity", 3))
    data = (tmp_path / CSV_FILE).read_bytes()
    assert data.startswith(b"\xef\xbb\xbfuser,rank,item,title,score,seen\n")
    table = pd.read_csv(tmp_path / CSV_FILE, encoding="utf-8-sig")
    assert table["title"].str.startswith("'=Item").all()
    assert pd.read_parquet(tmp_path / PARQUET_FILE)["title"].str.startswith("=Item").all()


def test_a_cohort_is_listed_and_strangers_are_named(exported: Exported, tmp_path: Path):
    asked = ["u007", "nobody", "u002", "u007"]
    summary = write(exported, tmp_path, Wish("Popularity", 3), asked)
    assert pd.read_parquet(tmp_path / PARQUET_FILE)["user"].unique().tolist() == ["u002", "u007"]
    assert (summary.n_users, summary.n_unknown, summary.unknown) == (2, 1, ["nobody"])
    assert "1 users are not in the log: nobody." in summary.describe()


def test_rules_that_leave_nothing_are_counted(exported: Exported, tmp_path: Path):
    everything = ListRules(blocked_categories=frozenset({"Sweet", "Salty"}))
    summary = write(exported, tmp_path, replace(WISH, hide_seen=False, rules=everything))
    assert (summary.n_rows, summary.n_empty, summary.n_short) == (0, 40, 40)
    assert summary.n_withheld == 5 * 40
    assert len(pd.read_csv(tmp_path / CSV_FILE)) == 0
    assert len(pd.read_parquet(tmp_path / PARQUET_FILE)) == 0


def test_an_empty_cohort_is_refused(exported: Exported):
    with pytest.raises(ConfigError, match="no user is named"):
        request_batch(exported.workspace, exported.log, exported.run, WISH, [])
