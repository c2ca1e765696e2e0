import pytest

from seqrec.errors import MappingError
from seqrec.log.behaviour_log import CatalogueCounts, load_catalogue
from seqrec.log.columns import ColumnMapping, TimeFormat
from seqrec.log.source import CatalogueMapping, CatalogueSource
from seqrec.workspace import Workspace
from tests.log.tables import parquet_table, store, text_table

EVENTS = "user,item,time\nu,a,1\nu,b,2\nv,c,3\n"
MAPPING = CatalogueMapping(item="sku", title="name", category="group")


def catalogue(workspace: Workspace, text: str, mapping: CatalogueMapping = MAPPING):
    return CatalogueSource(text_table(workspace, text), mapping)


def test_a_catalogue_names_items_and_is_counted(workspace: Workspace):
    source = catalogue(
        workspace,
        "sku,name,group\na,Ann,x\na,Other,y\nb,,x\n,Nobody,\nz,Zed\ny,Yes,NULL\nb,Bee,\n",
    )
    log = store(workspace, text_table(workspace, EVENTS), catalogue=source)
    assert log.catalogue == CatalogueCounts("table.csv", 7, 2, 2, 2)
    found = load_catalogue(log)
    assert found.titles.tolist() == ["", "Ann", "b", "c"]
    assert found.categories is not None
    assert found.categories.tolist() == ["", "x", "x", ""]


def test_the_log_s_own_titles_fill_the_gaps(workspace: Workspace):
    table = text_table(workspace, "user,item,time,title\nu,a,1,own a\nu,b,2,own b\n")
    mapping = ColumnMapping("user", "item", "time", TimeFormat.EPOCH_S, title="title")
    log = store(
        workspace,
        table,
        mapping=mapping,
        catalogue=catalogue(workspace, "sku,name,group\na,Ann,\n"),
    )
    assert load_catalogue(log).titles.tolist() == ["", "Ann", "own b"]


def test_a_catalogue_of_other_items_is_refused_with_examples(workspace: Workspace):
    source = catalogue(workspace, "sku,name,group\n1,Ann,x\n2,Bee,y\n")
    with pytest.raises(MappingError, match=r"none of the log's items: the log has 'a'.*'1', '2'"):
        store(workspace, text_table(workspace, EVENTS), catalogue=source)
    assert list(workspace.logs.iterdir()) == []


def test_a_catalogue_may_come_from_a_workbook_and_write_ids_as_floats(workspace: Workspace):
    rows = [["1.0", "One"], ["2.0", "Two"]]
    source = CatalogueSource(
        parquet_table(workspace, ["sku", "name"], rows, [2, 3]), CatalogueMapping("sku", "name")
    )
    log = store(workspace, text_table(workspace, "user,item,time\nu,2,1\n"), catalogue=source)
    assert load_catalogue(log).titles.tolist() == ["", "Two"]


def test_what_is_appended_finds_its_titles_in_the_catalogue(workspace: Workspace):
    source = catalogue(workspace, "sku,name,group\na,Ann,x\nd,Dee,y\ne,Eve,\n")
    base = store(workspace, text_table(workspace, EVENTS), catalogue=source)
    more = text_table(workspace, "user,item,time\nw,d,9\nw,f,8\n")
    added = store(workspace, more, append_to=base.log_id)
    assert load_catalogue(added).titles.tolist() == ["", "Ann", "b", "c", "Dee", "f"]
    assert added.catalogue == CatalogueCounts("table.csv", 3, 0, 0, 2)
    newer = catalogue(workspace, "sku,name,group\nd,Newer,\nf,Eff,\n")
    third = store(
        workspace, text_table(workspace, "user,item,time\nw,e,9\n"), append_to=added.log_id,
        catalogue=newer,
    )  # fmt: skip
    assert load_catalogue(third).titles.tolist() == ["", "Ann", "b", "c", "Newer", "Eff", "Eve"]
