import logging
from pathlib import Path

import pytest

from seqrec.errors import ConfigError, NotStoredError
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.mappings import (
    SavedMapping,
    delete_mapping,
    find_mappings,
    list_mappings,
    save_mapping,
)
from seqrec.workspace import Workspace

SMALL = ColumnMapping("Kunde", "Artikel", "Datum", TimeFormat.DOTTED, zone="Europe/Berlin")
LARGE = ColumnMapping(
    "Kunde", "Artikel", "Datum", TimeFormat.DOTTED, value="Menge", decimal_comma=True
)


def names(found: tuple[SavedMapping, ...]) -> list[str]:
    return [saved.name for saved in found]


def test_a_mapping_is_kept_as_it_was_saved(workspace: Workspace):
    assert list_mappings(workspace) == ()
    saved = save_mapping(workspace, " Shop export ", LARGE)
    assert saved.name == "Shop export"
    assert list_mappings(workspace) == (saved,)


def test_the_same_name_replaces(workspace: Workspace):
    save_mapping(workspace, "shop", SMALL)
    save_mapping(workspace, "shop", LARGE)
    assert [saved.mapping for saved in list_mappings(workspace)] == [LARGE]


def test_mappings_whose_columns_are_all_there_are_found_the_fullest_first(workspace: Workspace):
    for name, mapping in (("small", SMALL), ("large", LARGE), ("small again", SMALL)):
        save_mapping(workspace, name, mapping)
    columns = ["Datum", "Kunde", "Artikel", "Menge", "Land"]
    assert names(find_mappings(workspace, columns)) == ["large", "small again", "small"]
    assert names(find_mappings(workspace, columns[:3])) == ["small again", "small"]
    assert find_mappings(workspace, columns[:2]) == ()


def test_a_log_in_the_order_of_its_rows_needs_no_time_column(workspace: Workspace):
    save_mapping(workspace, "rows", ColumnMapping("u", "i", None, TimeFormat.ORDER))
    assert names(find_mappings(workspace, ["u", "i"])) == ["rows"]


def test_a_deleted_mapping_is_gone(workspace: Workspace):
    save_mapping(workspace, "shop", SMALL)
    delete_mapping(workspace, "shop")
    assert list_mappings(workspace) == ()
    with pytest.raises(NotStoredError, match="there is no mapping 'shop'"):
        delete_mapping(workspace, "shop")


HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "a\\b",
    "C:\\x",
    "nul",
    "日本語 😀",
    "'; drop table x; --",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_data_and_never_a_path(workspace: Workspace, name: str):
    before = {path for path in workspace.home.parent.rglob("*") if path.is_file()}
    save_mapping(workspace, name, SMALL)
    (made,) = {path for path in workspace.home.parent.rglob("*") if path.is_file()} - before
    assert made.parent == workspace.home / "mappings"
    assert made.stem.isalnum()
    assert names(list_mappings(workspace)) == [name]
    delete_mapping(workspace, name)
    assert not made.exists()


REFUSED = [("", "has no name"), (" \t", "has no name"), ("x" * 81, "81 characters"),
           ("a\nb", "cannot be shown"), ("a\x00b", "cannot be shown")]  # fmt: skip


@pytest.mark.parametrize(("name", "message"), REFUSED)
def test_a_name_that_cannot_be_shown_is_refused(workspace: Workspace, name: str, message: str):
    with pytest.raises(ConfigError, match=message):
        save_mapping(workspace, name, SMALL)
    assert list_mappings(workspace) == ()


NEWER = '{"user": "u", "item": "i", "time": "t", "time_format": "by the moon"}'
DAMAGED = [
    "", "{", "[]", "{}", '{"name": "x", "mapping": {"user": "u"}, "saved_at": 1}',
    f'{{"name": "x", "mapping": {NEWER}, "saved_at": 1}}',
]  # fmt: skip


@pytest.mark.parametrize("text", DAMAGED)
def test_a_damaged_mapping_is_left_out_and_named(
    workspace: Workspace, caplog: pytest.LogCaptureFixture, text: str
):
    save_mapping(workspace, "good", SMALL)
    Path(workspace.home / "mappings" / "bad.json").write_text(text)
    with caplog.at_level(logging.WARNING):
        assert names(list_mappings(workspace)) == ["good"]
    assert "bad.json is left out" in caplog.text
