"""Names of columns as words: `eventUserID`, `event_user_id` and `Event User-ID` are the same."""

import re
import unicodedata

Words = tuple[str, ...]

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# What database administrators write for it.
_SHORT = {
    "amt": "amount", "catg": "category", "cd": "code", "ctg": "category", "cust": "customer",
    "dept": "department", "desc": "description", "descr": "description", "dt": "date",
    "dttm": "datetime", "evt": "event", "grp": "group", "inv": "invoice", "nbr": "number",
    "nm": "name", "ord": "order", "prd": "product", "prod": "product", "qnty": "quantity",
    "qty": "quantity", "sess": "session", "tm": "time", "tran": "transaction",
    "trans": "transaction", "trx": "transaction", "tstamp": "timestamp", "txn": "transaction",
    "usr": "user",
}  # fmt: skip


def words_of(name: str) -> Words:
    """A name's words in lower case, without signs and accents; Chinese and Japanese stay whole.

    Common short forms are written out: `CUST_NBR` is `customer number`.
    """
    wide = unicodedata.normalize("NFKC", name)
    parts = _WORD.findall(_CAMEL.sub(" ", wide))
    words = (_without_accents(part.casefold()) for part in parts)
    return tuple(_SHORT.get(word, word) for word in words if word)


def _without_accents(word: str) -> str:
    if not word.isascii() and word.translate(_GERMAN).isascii():
        return word.translate(_GERMAN)
    kept = (
        sign
        for sign in unicodedata.normalize("NFD", word)
        if not "\u0300" <= sign <= "\u036f"  # accents; kana keep their voicing marks
    )
    return unicodedata.normalize("NFC", "".join(kept))
