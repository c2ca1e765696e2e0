import pytest

from seqrec.errors import ConfigError
from seqrec.log.behaviour_log import BehaviourLog, Catalogue, load_catalogue
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.recommend.rule_store import load_rules, read_rule_text, rule_file, save_rules
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv

CSV = "user,item,time,category\nann,a,1291193100,Wine\nann,b,1291193160,Food\n"
FILE = b"version: 1\nblock: {categories: [Wine]}\n"


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(CSV)


@pytest.fixture
def catalogue(log: BehaviourLog) -> Catalogue:
    return load_catalogue(log)


def test_a_log_without_a_rule_file_has_no_rules(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue
):
    assert load_rules(workspace, log, catalogue) == NO_RULES
    assert read_rule_text(workspace, log) == ""


def test_a_kept_rule_file_is_read_again_and_removed_with_the_log(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue
):
    expected = ListRules(blocked_categories=frozenset({"Wine"}))
    assert save_rules(workspace, log, catalogue, FILE) == expected
    assert load_rules(workspace, log, catalogue) == expected
    workspace.delete_log(log.log_id)
    assert not rule_file(workspace, log).exists()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff\xfe", "not text in UTF-8 (byte 0)"),
        (b"version: 1\nblock: {categories: [Beer]}", "the category 'Beer', which the log does"),
        (b"version: 1\nblock: {items: [z]}", "the item 'z', which the log does not have"),
        (
            FILE + b"include: [{category: Wine, at_least: 1}]",
            "'Wine' is blocked and must be included",
        ),
    ],
)
def test_a_refused_file_leaves_the_one_before(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue, data: bytes, message: str
):
    save_rules(workspace, log, catalogue, FILE)
    with pytest.raises(ConfigError) as caught:
        save_rules(workspace, log, catalogue, data)
    assert message in str(caught.value)
    assert read_rule_text(workspace, log) == FILE.decode()


def test_an_empty_file_removes_the_rules(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue
):
    save_rules(workspace, log, catalogue, FILE)
    assert save_rules(workspace, log, catalogue, b" \n") == NO_RULES
    assert load_rules(workspace, log, catalogue) == NO_RULES


def test_a_kept_file_that_no_longer_suits_is_not_passed_over(
    workspace: Workspace, log: BehaviourLog, catalogue: Catalogue
):
    save_rules(workspace, log, catalogue, FILE)
    rule_file(workspace, log).write_text("version: 2")
    with pytest.raises(ConfigError, match="version 2"):
        load_rules(workspace, log, catalogue)
