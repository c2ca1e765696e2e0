from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrec.errors import ConfigError
from seqrec.recommend.list_rules import ListRules
from seqrec.recommend.obligations import read_obligations

KEYS = np.array(["", "sku-1", "17"], dtype=object)
CATEGORIES = frozenset({"Weapons", "Wine", "Food", "Sale", "New"})
FILE = """
version: 1
block:
  items: [17]
  categories: [Weapons]
gates:
  - {category: Wine, after: Food}
limits:
  - {category: Sale, at_most: 3}
include:
  - {category: New, at_least: 1}
"""


def test_every_part_of_a_rule_file_is_read():
    assert read_obligations(FILE, KEYS, CATEGORIES) == ListRules(
        blocked_items=frozenset({2}),
        blocked_categories=frozenset({"Weapons"}),
        gates={"Wine": "Food"},
        caps={"Sale": 3},
        floors={"New": 1},
    )
    assert read_obligations("version: 1", KEYS, CATEGORIES) == ListRules()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected 'version: ...'"),
        ("[1]", "expected 'version: ...'"),
        ("{", "is not YAML"),
        ("version: 2", "version 2; this program reads version 1"),
        ("block: {}", "version None"),
        ("version: 1\nblok: {}", "'blok' is unknown; known are version, block, gates"),
        ("version: 1\nblock: [a]", "block: expected 'items: ...'"),
        ("version: 1\nblock: {item: [a]}", "block: 'item' is unknown; known are items"),
        ("version: 1\nblock: {items: a}", "block: items: expected a list, found 'a'"),
        ("version: 1\nblock: {items: [a]}", "blocks the item 'a', which the log does not have"),
        ("version: 1\nblock: {categories: [Win]}", "the category 'Win', which the log does not"),
        ("version: 1\ngates: [{category: Wine}]", "gates: an entry lacks 'after'"),
        ("version: 1\nlimits: [{category: Sale, at_most: -1}]", "is -1; choose a whole number"),
        ("version: 1\nlimits: [{category: Sale, at_most: true}]", "is True; choose a whole"),
        ("version: 1\ninclude: [{category: New, at_least: 0}]", "is 0; choose a whole number"),
        (
            "version: 1\ninclude: [{category: New, at_least: 1}, {category: New, at_least: 2}]",
            "'New' stands there twice",
        ),
        (
            "version: 1\nblock: {categories: [New]}\ninclude: [{category: New, at_least: 1}]",
            "'New' is blocked and must be included",
        ),
        ("version: 1\nx: !!python/object/apply:os.system [ls]", "is not YAML"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_what_to_do(text: str, message: str):
    with pytest.raises(ConfigError) as caught:
        read_obligations(text, KEYS, CATEGORIES)
    assert message in str(caught.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str):
    with suppress(ConfigError):
        assert isinstance(read_obligations(text, KEYS, CATEGORIES), ListRules)


def test_an_enormous_file_is_refused():
    with pytest.raises(ConfigError, match="more than 1,000,000 characters"):
        read_obligations(" " * 1_000_001, KEYS, CATEGORIES)


def test_a_file_nested_without_end_is_refused():
    with pytest.raises(ConfigError, match="is not YAML"):
        read_obligations("[" * 100_000, KEYS, CATEGORIES)
