"""Train page: which language model reads the titles, and what it makes of them."""

from typing import Any

import pandas as pd
import streamlit as st

from pages.shared import cached_models
from pages.shared.session import current_workspace, show_refusal
from pages.shared.texts import plain, size_text
from seqrec.language.backbones import INSTALLED, is_installed
from seqrec.language.stored_backbones import MadeBackbone, list_backbones
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.words import Words
from seqrec.translation.language import current_language
from seqrec.translation.texts import mark, retell, tr

_NONE = mark("none: titles are compared by their words")


def choose_backbone(words: Words, value: str, told: dict[str, Any]) -> str:
    """The name of a backbone, "" for none; another one can be written.

    Args:
        words: label and help.
        value: that is chosen at first.
        told: key and help of the widget.
    """
    made = {str(one.folder): one for one in list_backbones(current_workspace())}
    options = ["", *([INSTALLED] if is_installed() else []), *made]
    if value not in options:
        options.append(value)

    def name(option: str) -> str:
        if option in made:
            return name_made(made[option])
        return option or tr(_NONE)

    chosen = st.selectbox(
        tr(words.label),
        options,
        index=options.index(value),
        format_func=name,
        accept_new_options=True,
        placeholder=tr("Choose one, or write a name"),
        **told,
    )
    return chosen or ""


def name_made(made: MadeBackbone) -> str:
    """What a backbone was made from, and how."""
    return tr("{backbone}, {how}", backbone=made.made_from, how=retell(made.how))


def draw_backbone(log: BehaviourLog, name: str) -> bool:
    """What is known of the backbone and how it reads the log's titles; whether it can be used."""
    with show_refusal():
        facts, found = cached_models.backbone_reading(log, name, current_language())
        st.markdown(
            tr(
                "**{name}**: {reading} of the family {family}, {layers} layers, "
                "{millions:,.1f} million parameters, {size}, vectors of {width:,} numbers. All of "
                "it stays frozen; the text model on top of it learns.",
                name=plain(facts.name),
                reading=tr(facts.reading),
                family=plain(facts.family),
                layers=facts.n_layers,
                millions=facts.n_parameters / 1e6,
                size=size_text(facts.size_bytes),
                width=facts.width,
            )
        )
        for notice in found.notices:
            st.warning(plain(notice), icon=":material/translate:")
        with st.expander(tr("How it reads titles")):
            rows = [
                {tr("Title"): text, tr("Pieces"): " | ".join(pieces)}
                for text, pieces in found.samples
            ]
            st.dataframe(pd.DataFrame(rows), hide_index=True)
        return True
    return False
