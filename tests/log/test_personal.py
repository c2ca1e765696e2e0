import pytest

from seqrec.log.personal import PersonalColumn, PersonalKind, find_personal, is_card_number
from seqrec.log.source import Sample


def found_in(name: str, *values: str) -> PersonalColumn | None:
    found = find_personal(Sample((name,), tuple((value,) for value in values), ()))
    return found[0] if found else None


VALUES = [
    (["anna@example.com", "bob.b@mail.example.org"], PersonalKind.EMAIL),
    (["192.0.2.17", "2001:db8::1"], PersonalKind.IP),
    (["4111 1111 1111 1111", "5555555555554444"], PersonalKind.CARD),
    (["+49 151 2345678", "0151-2345678"], PersonalKind.PHONE),
    (["(212) 555-0199", "212-555-0123"], PersonalKind.PHONE),
    (["13812345678", "15912345678"], PersonalKind.PHONE),
]


@pytest.mark.parametrize(("values", "kind"), VALUES)
def test_personal_values_are_found_whatever_the_column_is_called(
    values: list[str], kind: PersonalKind
):
    found = found_in("x", *values)
    assert found is not None
    assert found.kind is kind
    assert found.share == 1
    assert found.reason == f"100% of its values look like {kind.value}"


def test_a_few_addresses_among_other_texts_are_found():
    found = found_in("remark", *["fine"] * 40, "anna@example.com")
    assert found is not None
    assert found.kind is PersonalKind.EMAIL
    assert round(found.share * 41) == 1


NAMES = [
    ("Customer Name", PersonalKind.NAME), ("Geburtsdatum", PersonalKind.BIRTH),
    ("收货地址", PersonalKind.ADDRESS), ("Teléfono", PersonalKind.PHONE),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), NAMES)
def test_names_of_columns_say_what_values_cannot(name: str, kind: PersonalKind):
    found = found_in(name, "abc", "def")
    assert found is not None
    assert found.kind is kind


HARMLESS = [
    ("1291193100", "1291193101"), ("2010-12-01", "2010-12-02"), ("12583.0", "17850.0"),
    ("1291193100000000000", "1291193100000000001"), ("Blue mug", "Tea towel"),
    ("9780306406157", "9783161484100"), ("3.75", "12.50"), ("", "NULL"),
    ("408-1234567-1234567", "408-7654321-7654321"),
]  # fmt: skip


@pytest.mark.parametrize("values", HARMLESS)
def test_numbers_dates_and_titles_are_not_personal(values: tuple[str, ...]):
    assert found_in("x", *values) is None


@pytest.mark.parametrize("number", ["4111111111111111", "378282246310005", "6011 1111 1111 1117"])
def test_a_card_number_ends_in_its_check_digit(number: str):
    assert is_card_number(number)
    assert not is_card_number(number[:-1] + str((int(number[-1]) + 1) % 10))
