import pytest

from seqrec.log.roles.lexicon import personal_kind
from seqrec.log.roles.name_scores import name_score, says_attribute, says_nothing
from seqrec.log.roles.names import words_of

WORDS = [
    ("eventUserID", ("event", "user", "id")),
    ("event_user-id", ("event", "user", "id")),
    ("Stückpreis (€)", ("stueckpreis",)),
    ("Título", ("titulo",)),
    ("\uff35\uff33\uff25\uff32", ("user",)),  # in full width
    ("用户ID", ("用户id",)),
    ("カテゴリ", ("カテゴリ",)),
    ("CUST_NBR", ("customer", "number")),
    ("case:concept:name", ("case", "concept", "name")),
    ("€", ()),
]


@pytest.mark.parametrize(("name", "words"), WORDS)
def test_names_are_compared_by_their_words(name: str, words: tuple[str, ...]):
    assert words_of(name) == words


SAYING = [
    ("user", "CustomerID"), ("user", "event_user_id"), ("user", "Stammkundennummer"),
    ("user", "fullVisitorId"), ("item", "properties.product_id"), ("item", "购买商品编号"),
    ("item", "concept:name"), ("session", "domain_sessionid"), ("event", "lifecycle:transition"),
    ("title", "procedure_name"), ("category", "product_type"), ("value", "Qté"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "name"), SAYING)
def test_a_name_says_its_role(role: str, name: str):
    assert name_score(role, name) >= 0.6


MUTE = [
    ("user", "user_age"), ("title", "user_name"), ("item", "item_count"), ("time", "birth_date"),
    ("category", "country"), ("user", "customer_country"), ("title", "product_id"), ("user", "€"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "name"), MUTE)
def test_a_name_that_says_something_else_says_nothing(role: str, name: str):
    assert name_score(role, name) == 0


def test_whole_names_say_more_than_endings():
    assert name_score("item", "item_id") > name_score("item", "previous item id") > 0


def test_attributes_of_people_and_rows_play_no_role():
    assert says_attribute("customer_country")
    assert says_attribute("Unnamed: 0")
    assert not says_attribute("customer_id")


def test_a_file_without_header_has_names_that_say_nothing():
    assert says_nothing(("column 1", "column 2"))
    assert not says_nothing(("column 1", "Kunde"))


def test_names_of_personal_columns_are_known():
    assert personal_kind("billing_email") == "email"
    assert personal_kind("item") is None
