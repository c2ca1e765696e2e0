"""Which encoding makes words of bytes that are not UTF-8.

Latin scripts, whose letters stand alone among plain ones, are told apart by which letters come
out; charset-normalizer, which mistakes these for each other, decides between the other scripts.
"""

import codecs
import re
from collections.abc import Sequence

from charset_normalizer import from_bytes

_WESTERN = "äöüßéèêëàâçîïôûùœæñáíóúãåøìòý"
# Codecs and the letters of the languages written in them; where two fit alike, the earlier.
_LATIN = (
    (("cp1252", "iso8859-15"), _WESTERN + "õ"),
    (("cp1252",), "áéíóúýþæöðøå"),  # Icelandic, Faroese
    (("cp1252",), "õäöüšž"),  # Estonian
    (("cp1250", "iso8859-2"), "ąćęłńóśźż"),  # Polish
    (("cp1250", "iso8859-2"), "áčďéěíňóřšťúůýžäľĺŕô"),  # Czech, Slovak
    (("cp1250", "iso8859-2"), "áéíóöőúüű"),  # Hungarian
    (("cp1250", "iso8859-2"), "ăâîşţ"),  # Romanian
    (("cp1250", "iso8859-2"), "čćđšž"),  # Croatian, Slovene
    (("cp1254",), "çğıiöşüâîû"),  # Turkish
    (("cp1257",), "ąčęėįšųūžāēģīķļņ"),  # Lithuanian, Latvian
)
_OLD_LATIN = ((("cp850", "mac_roman"), _WESTERN),)
# Signs that stand beside words, not inside them; an apostrophe may.
_SIGN = "[“”„‘‚«»–—…€£°®©™§½²×·¿¡ºª\u00a0]"
_SIGNS = re.compile(rf"(?<!\w){_SIGN}|{_SIGN}(?!\w)|’")
# Õ stands before an e in Portuguese (ões), anywhere in Hungarian, whose o it would be taken for.
_NOT_PORTUGUESE = re.compile("õ(?!e)", re.IGNORECASE)
# Pairs of bytes that are frequent signs, and the share of them that is asked for. The order
# matters: Korean syllables would also be frequent Chinese signs, Japanese ones rarer Chinese signs.
_PAIRED = (
    ("euc_jp", rb"[\xa4\xa5][\xa1-\xf6]|\xa1[\xa1-\xfe]|[\xb0-\xcf][\xa1-\xfe]", 0.9),
    ("cp949", rb"[\xb0-\xc8][\xa1-\xfe]", 0.9),
    ("big5", rb"[\xa4-\xc6][\x40-\x7e\xa1-\xfe]|\xa1[\x40-\x7e\xa1-\xfe]", 0.9),
    ("cp932", rb"[\x82\x83][\x40-\xf1]|[\x88-\x97][\x40-\xfc]|\x81[\x40-\x5b]", 0.9),
    # A log may hold one word only, with a rarer sign in it.
    ("gb18030", rb"[\xb0-\xd7][\xa1-\xfe]|\xa3[\xa1-\xfe]|\xa1[\xa1-\xbf]", 0.5),
)
_KANA = re.compile("[\u3040-\u30ff]")
_MIN_KANA_SHARE = 0.1
_SINGLE = ("cp1251", "koi8-r", "cp866", "iso8859-5", "cp1253", "cp1255", "cp1256", "cp874")
_MIN_LATIN_SHARE = 0.8
_MAX_LOST_SHARE = 0.02
_LOST = "\ufffd"
_MAX_RUN_SHARE = 0.5
_LONG_RUN = re.compile(rb"[\x80-\xff]{4,}")
_SAMPLE_BYTES = 1 << 15


def codec_of(lines: bytes) -> str:
    """The codec of lines that are not UTF-8, which hold nothing but lines with such letters."""
    n_letters = len(lines.translate(None, bytes(range(128))))
    n_in_runs = sum(len(run) for run in _LONG_RUN.findall(lines))
    if n_in_runs <= _MAX_RUN_SHARE * n_letters:
        found = _latin(lines, _LATIN) or _paired(lines) or _latin(lines, _OLD_LATIN)
        if found is not None:
            return found
    pairs = [codec for codec, *_ in _PAIRED if _decoded(lines, codec) is not None]
    found = _paired(lines) or _best(lines, [*pairs, *_SINGLE])
    return found or ("cp1252" if _decoded(lines, "cp1252") is not None else "latin-1")


def _best(lines: bytes, tried: Sequence[str]) -> str | None:
    """What charset-normalizer holds to be the best of some codecs."""
    if not tried:
        return None
    best = from_bytes(_cut(lines), cp_isolation=list(tried)).best()
    if best is None:
        return None
    name = codecs.lookup(best.encoding).name
    return next((codec for codec in tried if codecs.lookup(codec).name == name), None)


def _latin(lines: bytes, tried: tuple[tuple[tuple[str, ...], str], ...]) -> str | None:
    """A codec in which nearly all letters beyond ASCII belong to one Latin alphabet."""
    best, best_share = None, 0.0
    for codecs_tried, letters in tried:
        for codec in codecs_tried:
            text = _decoded(lines, codec)
            share = _share(text, letters) if text is not None else 0.0
            if share > best_share:
                best, best_share = codec, share
    return best if best_share >= _MIN_LATIN_SHARE else None


def _paired(lines: bytes) -> str | None:
    """A codec of two bytes a sign in which nearly all signs are frequent ones."""
    for codec, frequent, least in _PAIRED:
        text = _decoded(lines, codec)
        if text is None:
            continue
        n_signs = len(re.sub(r"[\x00-\x7f]", "", text))
        if codec == "euc_jp" and len(_KANA.findall(text)) < _MIN_KANA_SHARE * n_signs:
            continue
        if len(re.findall(frequent, lines)) >= least * n_signs:
            return codec
    return None


def _share(text: str, letters: str) -> float:
    """Of the signs beyond ASCII, those that are of an alphabet or stand where such signs stand."""
    found = re.sub(r"[\x00-\x7f]", "", text)
    known = set(letters + letters.upper())
    n_known = sum(letter in known for letter in found) + len(_SIGNS.findall(text))
    if "ã" in letters:
        n_known -= len(_NOT_PORTUGUESE.findall(text))
    return n_known / max(len(found), 1)


def _decoded(data: bytes, codec: str) -> str | None:
    """The text, None where more than a few of its letters cannot be read."""
    text = data.decode(codec, "replace")
    n_letters = len(data.translate(None, bytes(range(128))))
    return text if text.count(_LOST) <= _MAX_LOST_SHARE * n_letters else None


def _cut(lines: bytes) -> bytes:
    """Whole lines of about 32 KiB."""
    if len(lines) <= _SAMPLE_BYTES:
        return lines
    return lines[: lines.rfind(b"\n", 0, _SAMPLE_BYTES) + 1 or _SAMPLE_BYTES]
