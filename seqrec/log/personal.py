"""Columns that say who a person is: addresses of e-mail and machines, phones, cards, names."""

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from seqrec.log.ids import is_missing
from seqrec.log.roles.lexicon import personal_kind
from seqrec.log.source import Sample
from seqrec.log.times.time_guess import Hint, guess_times
from seqrec.translation.texts import mark, tr

_EMAIL = re.compile(r"[^@\s,;]{1,64}@[^@\s,;]{1,253}\.[^@\s.,;0-9]{2,24}")
_PHONE = re.compile(
    r"(?:\+|00)[0-9][0-9 ()./-]{6,20}"  # +49 151 2345678
    r"|0[0-9]{1,5}[ /-][0-9 /-]{4,14}"  # 0151 2345678
    r"|\(?[0-9]{3}\)?[ -][0-9]{3}[ -][0-9]{4}"  # (212) 555-0199
    r"|1[3-9][0-9]{9}"  # a Chinese mobile phone
)
_BARE_PHONE = re.compile(r"[0-9 ()+./-]{6,20}")
_CARD = re.compile(r"[2-6][0-9]{12,18}")
_GAPS = re.compile(r"[ -]")
_SEEN = 400  # characters of a text that are looked at
_PHONE_DIGITS = range(7, 16)


class PersonalKind(StrEnum):
    """What a column says about a person."""

    EMAIL = mark("e-mail addresses")
    PHONE = mark("phone numbers")
    CARD = mark("payment card numbers")
    IP = mark("IP addresses")
    NAME = mark("names of people")
    ADDRESS = mark("postal addresses")
    BIRTH = mark("dates of birth")


@dataclass(frozen=True)
class PersonalColumn:
    """A column that should be left out of a log unless it is wanted.

    Attributes:
        column: its name.
        kind: what it holds.
        share: of the filled values seen that look so; 0 where only the name says it.
        reason: why, in words.
    """

    column: str
    kind: PersonalKind
    share: float
    reason: str


def find_personal(sample: Sample) -> tuple[PersonalColumn, ...]:
    """The columns that look personal, by their values or by their names, in the file's order."""
    found = (_personal(name, sample.column(name)) for name in sample.columns)
    return tuple(column for column in found if column is not None)


def is_card_number(text: str) -> bool:
    """Whether a text is a payment card number: 13 to 19 digits with a valid last one (Luhn)."""
    digits = _GAPS.sub("", text)
    if not _CARD.fullmatch(digits):
        return False
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 * (n > 9) for n in doubled)) % 10 == 0  # noqa: PLR2004


def _personal(name: str, values: list[str]) -> PersonalColumn | None:
    filled = [text.strip()[:_SEEN] for text in values if not is_missing(text)]
    if not filled:
        return None
    named = personal_kind(name)
    for kind, (claim, min_share) in _CLAIMS.items():
        share = sum(map(claim, filled)) / len(filled)
        if share >= min_share and not (kind is PersonalKind.PHONE and _are_times(filled)):
            reason = tr("{share:.0%} of its values look like {what}", share=share, what=tr(kind))
            return PersonalColumn(name, kind, share, reason)
    if named is None:
        return None
    kind = PersonalKind[named.upper()]
    share = sum(bool(_BARE_PHONE.fullmatch(text)) for text in filled) / len(filled)
    share = share if kind is PersonalKind.PHONE else 0.0
    reason = tr("a column called '{column}' may hold {what}", column=name, what=tr(kind))
    return PersonalColumn(name, kind, share, reason)


def _are_times(filled: list[str]) -> bool:
    return guess_times(filled, hint=Hint.NOTHING) is not None


def _is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def _is_phone(text: str) -> bool:
    n_digits = sum(map(str.isdigit, text))
    return bool(_PHONE.fullmatch(text)) and n_digits in _PHONE_DIGITS


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


# A few addresses among other texts are enough; digits that happen to fit are not.
_CLAIMS: dict[PersonalKind, tuple[Callable[[str], bool], float]] = {
    PersonalKind.EMAIL: (_is_email, 0.02),
    PersonalKind.IP: (_is_ip, 0.5),
    PersonalKind.CARD: (is_card_number, 0.8),
    PersonalKind.PHONE: (_is_phone, 0.6),
}
