"""In which encoding a text is written: by its mark, by zero bytes, or guessed from its letters."""

import codecs
from dataclasses import dataclass

from seqrec.errors import LogFormatError
from seqrec.log.formats.letters import codec_of
from seqrec.translation.texts import mark, tr

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16-le": mark("UTF-16 little endian"),
    "utf-16-be": mark("UTF-16 big endian"),
    "utf-32-le": mark("UTF-32 little endian"),
    "utf-32-be": mark("UTF-32 big endian"),
    "cp1252": mark("Windows-1252, Western European"),
    "latin-1": mark("Latin-1, Western European"),
    "iso8859-15": mark("Latin-9 with euro sign, Western European"),
    "cp1250": mark("Windows-1250, Central European"),
    "iso8859-2": mark("Latin-2, Central European"),
    "cp1257": mark("Windows-1257, Baltic"),
    "cp1251": mark("Windows-1251, Cyrillic"),
    "koi8-r": mark("KOI8-R, Cyrillic"),
    "cp866": mark("DOS 866, Cyrillic"),
    "iso8859-5": mark("ISO 8859-5, Cyrillic"),
    "cp1253": mark("Windows-1253, Greek"),
    "cp1254": mark("Windows-1254, Turkish"),
    "cp1255": mark("Windows-1255, Hebrew"),
    "cp1256": mark("Windows-1256, Arabic"),
    "cp874": mark("Windows-874, Thai"),
    "gb18030": mark("GB18030 (GBK), Chinese"),
    "big5": mark("Big5, Chinese"),
    "cp932": mark("Shift-JIS, Japanese"),
    "euc_jp": mark("EUC-JP, Japanese"),
    "cp949": mark("EUC-KR, Korean"),
    "mac_roman": mark("Mac Roman, Western European"),
    "cp850": mark("DOS 850, Western European"),
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NARROWER = {"shift_jis": "cp932", "euc_kr": "cp949", "gbk": "gb18030", "gb2312": "gb18030"}
_MIN_ZERO_SHARE = 0.02
_MIN_ZEROS = 4


@dataclass(frozen=True)
class Encoding:
    """How a text is written.

    Attributes:
        codec: Python codec name.
        reason: why it is taken for that, in words.
        n_mark_bytes: length of the byte-order mark.
        is_guess: whether reading on may show that it is another.
    """

    codec: str
    reason: str
    n_mark_bytes: int = 0
    is_guess: bool = False

    @property
    def label(self) -> str:
        """Its name and why, as a note."""
        return tr("{encoding} ({reason})", encoding=tr(ENCODINGS[self.codec]), reason=self.reason)


def chosen_encoding(name: str, head: bytes) -> Encoding:
    """The encoding that the analyst chose.

    Raises:
        LogFormatError: it is not one of `ENCODINGS`.
    """
    try:
        wanted = codecs.lookup(_NARROWER.get(name.lower(), name)).name
    except LookupError:
        wanted = ""
    for codec in ENCODINGS:
        if codecs.lookup(codec).name == wanted:
            n_mark = next((len(m) for m, of in _MARKS if of == codec and head.startswith(m)), 0)
            return Encoding(codec, tr("as you set it"), n_mark)
    raise LogFormatError(
        tr("there is no encoding '{name}'; choose one from the list", name=name[:40])
    )


def marked_encoding(head: bytes) -> Encoding | None:
    """The encoding that a byte-order mark or the pattern of zero bytes shows; None otherwise."""
    for bom, codec in _MARKS:
        if head.startswith(bom):
            return Encoding(codec, tr("byte-order mark"), len(bom))
    for place, codec in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[place::2].count(0), head[1 - place :: 2].count(0)
        often = zeros > max(_MIN_ZERO_SHARE * len(head), 20 * others, _MIN_ZEROS)
        if often and _decodes(head, codec):
            reason = tr("every second byte is often 0, {n:,} in the first lines", n=zeros)
            return Encoding(codec, reason)
    return None


def guess_encoding(lines: bytes) -> Encoding:
    """The encoding of lines that are not UTF-8, all of which hold letters beyond ASCII."""
    n_lines = len(lines.splitlines())
    said = mark("guessed from the letters in {n:,} lines")
    if n_lines == 1:
        said = mark("guessed from the letters in 1 line")
    return Encoding(codec_of(lines), tr(said, n=n_lines))


def _decodes(data: bytes, codec: str) -> bool:
    """Whether all of it, but for a character cut at the end, can be decoded."""
    try:
        codecs.getincrementaldecoder(codec)("strict").decode(data)
    except UnicodeDecodeError:
        return False
    return True
