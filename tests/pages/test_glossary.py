import pytest

from pages.shared.glossary import TERMS, explain
from pages.shared.tables import _FORMATS
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.pages.app import open_page
from tests.pages.mining import csv_of
from tests.pages.training import HISTORIES, make_run


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


def test_every_measure_of_a_table_is_explained_where_it_stands():
    assert set(_FORMATS) <= set(TERMS)
    assert explain("NDCG@10") == TERMS["NDCG"]
    assert explain("Pattern") is None


def test_a_page_leads_to_the_next_one(workspace: Workspace, log: BehaviourLog):
    make_run(workspace, log)
    app = open_page("pages/model/evaluation.py", log=log.log_id)
    assert not app.exception
    assert "Next: what would one user get?" in [link.proto.label for link in app.get("page_link")]
