import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqrec.errors import LogFormatError
from seqrec.log.formats import plain_text as plain_text_module
from seqrec.log.formats.encodings import ENCODINGS, chosen_encoding, marked_encoding
from seqrec.log.formats.letters import codec_of
from seqrec.log.formats.plain_text import PlainText, plain_text

WORDS = {
    "German": "Größe;Müller;Straße;Bücherregal weiß;Käsemesser;Türschloss;Öl;Süßigkeiten",
    "French": "Crème brûlée;Théière émaillée;Fenêtre;Château;Français;Noël;Été;Garçon",
    "Spanish": "Niño;Señor;Camión;¿Qué?;España;Árbol;Corazón;Pingüino;Dirección",
    "Portuguese": "Coração;São Paulo;Pão de açúcar;Informações;Avó;Têxtil;Maçã;Não",
    "Swedish": "Blåbär;Smörgås;Kött;Fåtölj;Älg;Räksallad;Ö;Grädde",
    "Danish": "Rødgrød med fløde;Blåbær;Køkken;Ærter;Øl;Håndklæde;Sæbe;Brød",
    "English": "Price £5;Café;Total £12.50;Naïve;£3 – “new”",
    "Euro": "Preis 5 €;Müller;Öl;Süß;12 €",
    "Polish": "Łóżko;Żółty ser;Książka;Źródło;Ćwikła;Śliwka;Pączki;Jabłko",
    "Czech": "Přílohy;Žluťoučký kůň;Čeština;Škoda;Třešně;Mléko;Rohlík;Křeslo",
    "Hungarian": "Őrség;Tűzoltó;Gyümölcs;Kenyér;Szőlő;Főzelék;Hűtő;Zöldség",
    "Turkish": "Şeker;Çiğdem;Işık;Güneş;Ağaç;İstanbul;Öğretmen;Kırmızı;Yoğurt",
    "Russian": "Красная кружка;Чайник;Полотенце;Книга;Стол письменный;Лампа;Ёлка",
    "Ukrainian": "Червона чашка;Їжак;Київ;Рушник;Є що їсти;Хліб;Молоко;Цукор;Сіль",
    "Greek": "Κόκκινη κούπα;Ψωμί;Γάλα;Τυρί φέτα;Ελιές;Μέλι;Καφές;Τραπέζι",
    "Hebrew": "ספל אדום;לחם;חלב;גבינה;ספר;שולחן;כיסא;מנורה;כרית;מגבת",
    "Arabic": "كوب أحمر;خبز;حليب;جبنة;كتاب;طاولة;كرسي;مصباح;وسادة;منشفة",
    "Thai": "แก้วสีแดง;ขนมปัง;นม;ชีส;หนังสือ;โต๊ะ;เก้าอี้;โคมไฟ;หมอน",
    "Chinese": "红色马克杯;面包;牛奶;奶酪;书籍;书桌;椅子;台灯;枕头;毛巾",
    "Traditional Chinese": "紅色馬克杯;麵包;牛奶;乳酪;書籍;書桌;椅子;檯燈;枕頭;毛巾",
    "Japanese": "赤いマグカップ;パン;牛乳;チーズ;本;机;椅子;ランプ;枕;タオル",
    "Katakana": "マグカップ;チーズケーキ;タオル;ランプ",
    "Korean": "빨간 머그컵;빵;우유;치즈;책;책상;의자;램프;베개;수건",
}
WRITTEN = [
    *((language, "cp1252") for language in ("German", "French", "Spanish", "Portuguese")),
    *((language, "cp1252") for language in ("Swedish", "Danish", "English", "Euro")),
    ("Euro", "iso8859-15"),
    ("German", "cp850"),
    ("German", "mac_roman"),
    *((language, "cp1250") for language in ("Polish", "Czech", "Hungarian")),
    *((language, "iso8859-2") for language in ("Polish", "Czech")),
    ("Turkish", "cp1254"),
    *(("Russian", codec) for codec in ("cp1251", "koi8-r", "cp866", "iso8859-5")),
    ("Ukrainian", "cp1251"),
    ("Greek", "cp1253"),
    ("Hebrew", "cp1255"),
    ("Arabic", "cp1256"),
    ("Thai", "cp874"),
    ("Chinese", "gb18030"),
    ("Traditional Chinese", "big5"),
    ("Traditional Chinese", "gb18030"),
    *(("Japanese", codec) for codec in ("cp932", "euc_jp")),
    *(("Katakana", codec) for codec in ("cp932", "euc_jp")),
    ("Korean", "cp949"),
]


def _lines(language: str) -> str:
    words = WORDS[language].split(";")
    return "".join(f"u{n % 7},{words[n % len(words)]},2026-01-{1 + n % 28}\n" for n in range(60))


@pytest.mark.parametrize(("language", "codec"), WRITTEN)
def test_encoding_is_guessed_from_the_letters(language: str, codec: str):
    text = _lines(language)
    assert text.encode(codec).decode(codec_of(text.encode(codec))) == text


def _plain(folder: Path, data: bytes, wanted: str | None = None) -> tuple[PlainText, str]:
    given, copy = folder / "given", folder / "copy"
    given.write_bytes(data)
    text = plain_text(given, copy, wanted, lambda _stage, _share: None)
    assert given.read_bytes() == data
    plain = text.path.read_bytes().decode("utf-8-sig", "replace")
    return text, plain.replace("\r\n", "\n") if text.path == given else plain


@pytest.mark.parametrize("codec", ENCODINGS)
def test_every_encoding_can_be_chosen(tmp_path: Path, codec: str):
    _, text = _plain(tmp_path, "a,b\r\n1,2\r\n".encode(codec), codec)
    assert text == "a,b\n1,2\n"


ALIASES = [("shift_jis", "cp932"), ("GBK", "gb18030"), ("UTF8", "utf-8")]


@pytest.mark.parametrize(("name", "codec"), ALIASES)
def test_other_names_of_an_encoding_are_known(name: str, codec: str):
    assert chosen_encoding(name, b"").codec == codec


NOT_LISTED = r"there is no encoding .*choose one from the list"


@pytest.mark.parametrize("name", ["zip", "rot13", "", "../x", "idna"])
def test_only_encodings_of_text_can_be_chosen(name: str):
    with pytest.raises(LogFormatError, match=NOT_LISTED):
        chosen_encoding(name, b"")


def test_utf8_with_plain_line_ends_is_not_copied(tmp_path: Path):
    text, _ = _plain(tmp_path, "a,größe\n1,2\n".encode())
    assert text.path == tmp_path / "given"
    assert not (tmp_path / "copy").exists()
    assert text.scan.n_ends == 2


def test_windows_line_ends_are_read_where_they_lie(tmp_path: Path):
    text, _ = _plain(tmp_path, b'a,b\r\n1,"2"\r\n')
    assert text.path == tmp_path / "given"


def test_windows_line_ends_inside_fields_become_plain(tmp_path: Path):
    text, plain = _plain(tmp_path, b'a,b\r\n1,"2\r\n3"\r\n')
    assert text.path == tmp_path / "copy"
    assert plain == 'a,b\n1,"2\n3"\n'


def test_few_lines_that_are_not_utf8_are_named_and_stay_for_the_rejects(tmp_path: Path):
    data = b"".join("größe,größe,größe\n".encode() for _ in range(60)) + b"gr\xf6\xdfe,1,1\n"
    text, _ = _plain(tmp_path, data)
    assert text.encoding.codec == "utf-8"
    assert text.notes == (
        "lines that are not UTF-8 are left out (1; the first is line 61, where byte 3 is 0xf6)",
    )


def test_characters_that_an_encoding_lacks_are_counted_and_shown(tmp_path: Path):
    data = "用户,商品\n".encode("gb18030") * 30 + b"\xff\xff,1\n"
    text, plain = _plain(tmp_path, data)
    assert plain.endswith("\ufffd\ufffd,1\n")
    assert text.notes[0].startswith("characters that are not GB18030 (GBK), Chinese show as")
    assert text.notes[0].endswith("(2; the first is in line 31)")


def test_a_wrong_choice_of_encoding_is_said(tmp_path: Path):
    data = "größe;maß\n".encode("cp1252") * 10
    with pytest.raises(LogFormatError, match=r"line 1 cannot be read as EUC-JP.*choose another"):
        _plain(tmp_path, data, "euc_jp")


def test_carriage_returns_inside_lines_become_spaces(tmp_path: Path):
    data = b"a,b\n" * 5000 + b"x\ry,1\n"
    text, plain = _plain(tmp_path, data)
    assert plain.endswith("x y,1\n")
    assert text.notes == ("carriage returns inside lines are read as spaces (1)",)


def test_utf16_without_mark_is_not_seen_in_text_with_a_zero_byte():
    assert marked_encoding(b"user,item\n1,a\0,5\n2,b\0,6\n") is None


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be", "gb18030", "cp932", "cp1252"])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_text_is_the_same_however_its_bytes_are_cut(
    tmp_path_factory: pytest.TempPathFactory, codec: str, data: st.DataObject
):
    letters = st.sampled_from([*'ab1,;"\t', "\n", "\r\n", "é", "ß"]) | st.sampled_from("用户商品")
    wanted = data.draw(st.lists(letters, min_size=1, max_size=60).map("".join))
    wanted = wanted.encode(codec, "ignore").decode(codec) + "x\n"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_text_module, "BLOCK_BYTES", data.draw(st.integers(1, 9)))
        folder = tmp_path_factory.mktemp("cut")
        _, text = _plain(folder, wanted.encode(codec), codec)
    assert text == wanted.replace("\r\n", "\n")


def test_a_mark_is_no_part_of_the_text(tmp_path: Path):
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF32_BE, "utf-32-be")):
        text, plain = _plain(tmp_path, mark + "a,b\n".encode(codec))
        assert plain == "a,b\n"
        assert text.encoding.codec == codec
        assert text.encoding.label.endswith("(byte-order mark)")
