"""Texts: each has a Chinese form, whose values are the English one's; data is never parsed."""

from string import Formatter

import pytest

from seqrec.translation.language import (
    Language,
    _language_of_process,
    as_language,
    ask_for_language,
    current_language,
)
from seqrec.translation.texts import (
    _FOLDER,
    join_sentences,
    read_translations,
    retell,
    tr,
    translations,
)
from tests.translation.marked import marked_texts, source_files


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_has_a_chinese_form() -> None:
    known = translations(Language.CHINESE)
    missing = [
        place for path in source_files() for place in marked_texts(path) if place.text not in known
    ]

    assert not missing, "\n".join(map(str, missing))


def test_every_chinese_form_is_of_a_text_in_use() -> None:
    used = {place.text for path in source_files() for place in marked_texts(path)}

    assert not set(translations(Language.CHINESE)) - used


def test_a_chinese_form_fills_in_the_values_of_the_english_one() -> None:
    differing = [e for e, own in translations(Language.CHINESE).items() if fields(e) != fields(own)]

    assert not differing


def test_no_text_is_translated_in_two_files() -> None:
    files = [read_translations(path) for path in (_FOLDER / "zh").glob("*.yaml")]

    assert sum(map(len, files)) == len(translations(Language.CHINESE))


@pytest.mark.usefixtures("chinese")
def test_values_are_filled_in_after_the_translation() -> None:
    assert tr("{n} min", n=3) == "3 分钟"


@pytest.mark.usefixtures("chinese")
def test_a_text_without_translation_stays_english() -> None:
    assert tr("Rosebud") == "Rosebud"


@pytest.mark.usefixtures("chinese")
def test_a_value_is_data_even_where_it_looks_like_a_text_or_a_field() -> None:
    assert tr("about {time} left", time="{n} Log") == "约剩 {n} Log"


def test_english_is_the_text_itself() -> None:
    assert tr(
        "{users:,} users · {items:,} items · {events:,} events", users=1234, items=2, events=3
    ) == ("1,234 users · 2 items · 3 events")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-CN", Language.CHINESE),
        ("zh_TW", Language.CHINESE),
        ("ZH", Language.CHINESE),
        ("en-GB", Language.ENGLISH),
        ("de-DE", None),
        ("", None),
        (None, None),
    ],
)
def test_a_browsers_tag_names_the_language(tag: str | None, language: Language | None) -> None:
    assert as_language(tag) is language


def test_a_worker_speaks_the_language_of_the_page_that_started_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SEQREC_LANGUAGE", "zh")
    monkeypatch.setattr("seqrec.translation.language._source", _language_of_process)

    assert current_language() is Language.CHINESE


def test_the_reader_is_asked_at_each_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seqrec.translation.language._source", lambda: Language.ENGLISH)
    spoken = [Language.CHINESE, Language.ENGLISH]
    ask_for_language(lambda: spoken.pop(0))

    assert [tr("Cancel"), tr("Cancel")] == ["取消", "Cancel"]


@pytest.mark.usefixtures("chinese")
def test_a_text_that_was_stored_in_english_is_told_in_chinese() -> None:
    assert retell("Popularity") == "流行度"
    stored = "with 12,000 items it would take minutes; in a run it is fitted up to 6,000"
    assert "需要数分钟" in retell(stored)
    assert "最多拟合 6,000 个物品" in retell(stored)
    assert retell("Rosebud {n}") == "Rosebud {n}"


@pytest.mark.parametrize(
    ("language", "paragraph"), [(Language.ENGLISH, "One. Two."), (Language.CHINESE, "One.Two.")]
)
def test_sentences_are_joined_as_the_language_does(
    monkeypatch: pytest.MonkeyPatch, language: Language, paragraph: str
) -> None:
    monkeypatch.setattr("seqrec.translation.language._source", lambda: language)

    assert join_sentences(["One.", "", "Two."]) == paragraph
