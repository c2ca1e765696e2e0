from pathlib import Path

import numpy as np
import pytest

from seqrec.errors import ConfigError
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.texts import item_texts, look_at_texts
from seqrec.log.behaviour_log import Catalogue


def _catalogue(*titles: str, categories: list[str] | None = None) -> Catalogue:
    keys = np.array(["", *(f"k{place}" for place in range(len(titles)))], dtype=object)
    kinds = None if categories is None else np.array(["", *categories], dtype=object)
    return Catalogue(keys, np.array(["", *titles], dtype=object), kinds)


def test_a_text_is_title_and_category_and_a_key_is_none() -> None:
    catalogue = _catalogue("red  ball", "k1", "blue cup\n", categories=["toy", "toy", ""])
    assert item_texts(catalogue) == ["", "red ball toy", "toy", "blue cup"]


def test_a_catalogue_without_titles_is_refused() -> None:
    with pytest.raises(ConfigError, match="no titles for a language model to read"):
        item_texts(_catalogue("k0", "k1"))


def test_equal_titles_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"all items have the same text \('cup'\)"):
        item_texts(_catalogue("cup", "cup", "k2"))


def test_a_very_long_title_is_cut() -> None:
    texts = item_texts(_catalogue("word " * 10_000, "cup"))
    assert len(texts[1]) < 2001


def test_samples_show_the_pieces_that_are_read(encoder: Path) -> None:
    found = look_at_texts(find_backbone(str(encoder)), ["", "red ball", "blue zebra", "", "cup"])
    assert found.samples[1] == ("blue zebra", ("[CLS]", "blue", "[UNK]", "[SEP]"))
    assert (found.n_items, found.n_texts, found.n_distinct) == (4, 3, 3)
    assert found.unknown_share == 1 / 11


def test_few_and_repeated_texts_are_noticed(encoder: Path) -> None:
    facts = find_backbone(str(encoder))
    few = look_at_texts(facts, ["", "cup", *[""] * 3]).notices
    assert few == ("Only 1 of 4 items have a text; the others are known by their events alone.",)
    repeated = look_at_texts(facts, ["", *["cup"] * 4, "hat"]).notices
    assert repeated == ("5 items share 2 different texts: those with the same text look alike.",)


def test_a_chinese_catalogue_with_an_english_backbone_gets_a_warning() -> None:
    texts = ["", "哈利波特与魔法石", "三体 第一部", "红楼梦 上册"]
    notices = look_at_texts(find_backbone(INSTALLED), texts).notices
    assert "written in Chinese letters" in notices[0]
    assert "multilingual" in notices[0]
    english = look_at_texts(find_backbone(INSTALLED), ["", "Harry Potter", "Zelda: é", "x"])
    assert english.notices == ()


def test_some_titles_in_other_letters_are_noticed_and_emoji_do_no_harm() -> None:
    facts = find_backbone(INSTALLED)
    titles = ["Harry Potter", "Zelda", "Mario Kart", "三体 第一部", "Halo", "Sonic"]
    notice = look_at_texts(facts, ["", *titles]).notices[0]
    assert notice.startswith("17% of the titles are mostly in other letters")
    emoji = look_at_texts(facts, ["", "🎮🎮🎮", "🎲 🎯", "👩‍🚀"])
    assert emoji.n_texts == 3
    assert "word pieces in titles are unknown to this backbone" in emoji.notices[0]
    assert item_texts(_catalogue("🎮 car", "hat", "")) == ["", "🎮 car", "hat", ""]
