"""Evaluation page: its tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.shared.runs import LIST_NOTES, draw_table
from pages.shared.texts import plain
from seqrec.evaluation.at_k import (
    LENGTHS,
    Ranks,
    compare_all,
    compare_two,
    list_models,
    metric_frame,
)
from seqrec.evaluation.compare import comparison_frame, list_frame, slice_frame, state_frame
from seqrec.evaluation.label_tables import class_frame, describe_labels, describe_rare, label_frame
from seqrec.evaluation.labels import CLASSIFIER
from seqrec.figures.evaluation import draw_differences, draw_trade
from seqrec.translation.texts import tr

_ACCURACY = "NDCG@10"


@dataclass(frozen=True)
class Shown:
    """The evaluation under one split, and the ranks of its targets by model."""

    evaluation: Mapping[str, Any]
    ranks: Ranks


def draw_accuracy(shown: Shown) -> None:
    """Metrics at any length, and any model against all others."""
    if not shown.ranks:
        draw_table(comparison_frame(shown.evaluation), tr("Test metrics of all models"))
        return
    k = st.select_slider(
        tr("Items of a list that count (k)"),
        LENGTHS,
        10,
        key="evaluation-k",
        bind="query-params",
    )
    draw_table(metric_frame(shown.ranks, k), tr("Test metrics of all models at {k}", k=k))
    st.caption(
        tr(
            "{n:,} users with one target each, so that recall is the hit rate. MRR: mean of "
            "1 / rank, 0 beyond k.",
            n=len(next(iter(shown.ranks.values()))),
        )
    )
    st.subheader(tr("How sure is a difference?"))
    names = list_models(shown.ranks)
    first, second = st.columns(2)
    base = first.selectbox(
        tr("Compare"), names, format_func=tr, key="evaluation-base", bind="query-params"
    )
    other = second.selectbox(
        tr("With"),
        [name for name in names if name != base],
        format_func=tr,
        key="evaluation-other",
        bind="query-params",
    )
    if base is None or other is None:
        return
    _, told = compare_two(shown.ranks, base, other)
    st.write(plain(told))
    frame = compare_all(shown.ranks, base)
    if not frame.empty:
        st.plotly_chart(
            draw_differences(frame, base),
            key="evaluation-differences",
            alt=tr("NDCG at 10 of all models against {base}, with 95 % intervals", base=tr(base)),
        )
        st.caption(
            tr(
                "NDCG@10 of each model against the first, over the same users; bars: 95 % "
                "intervals (paired bootstrap, 10,000 draws). Filled: the interval leaves no doubt. "
                "Open: it does."
            )
        )


def draw_lists(shown: Shown) -> None:
    """What the lists are like, and what accuracy is traded for."""
    frame = list_frame(shown.evaluation)
    draw_table(frame, tr("What the first ten items of all models are like"))
    st.caption(tr(LIST_NOTES))
    if frame.empty:
        return
    st.subheader(tr("Accuracy against what the lists are like"))
    kinds = [name for name in frame if name != "Model"]
    axis = st.selectbox(
        tr("Against"),
        kinds,
        index=kinds.index("Diversity"),
        format_func=tr,
        key="evaluation-axis",
        bind="query-params",
    )
    both = frame.merge(comparison_frame(shown.evaluation)[["Model", _ACCURACY]], on="Model")
    st.plotly_chart(
        draw_trade(both, str(axis), _ACCURACY),
        key="evaluation-trade",
        alt=tr("NDCG at 10 against {axis}, a point a model", axis=tr(str(axis))),
    )
    st.caption(
        tr("Up is more accurate. A model with another both above and beside it is dominated.")
    )


def draw_slices(shown: Shown) -> None:
    """For whom, and for which items, each model is good."""
    draw_table(slice_frame(shown.evaluation), tr("NDCG at 10 by kind of user and item"))
    st.caption(
        tr(
            "NDCG@10. Cold: hardly or not at all in what the models learned from. Targets that the "
            "user had before are repeats; the others are new to the user."
        )
    )


def draw_labels(shown: Shown) -> None:
    """How well each model tells the category of the next item, category by category."""
    found = shown.evaluation.get("labels")
    if found is None:
        st.info(tr("The log has no categories, or this run is older than this comparison."))
        return
    st.write(plain(describe_labels(found)))
    if told := describe_rare(found):
        st.caption(plain(told))
    frame = label_frame(found)
    draw_table(frame, tr("How well all models tell the category of the next item"))
    names: list[str] = frame["Model"].tolist()
    model = st.selectbox(
        tr("Model, category by category"), names, format_func=tr, key="evaluation-labels"
    )
    draw_table(
        class_frame(found, model),
        tr("Precision, recall and F1 of {model} by category", model=tr(model)),
    )
    st.caption(
        tr(
            "A model says the category that its first ten items speak for, the one of rank r with "
            "weight 1 / log2(r + 1). Precision: of the users who were said to be next in a "
            "category, those who were. Recall: of those who were, the ones who were said to be. "
            "F1: 2 TP / (2 TP + FP + FN); macro is its mean over categories, weighted over users. "
            "Empty: there is nothing to divide by."
        )
    )
    if CLASSIFIER in names:
        st.caption(
            tr(
                "The category classifier learns nothing else: a linear layer on how often and how "
                "lately each category was in the history, and on the titles where the run has a "
                "language model for them."
            )
        )


def draw_states(evaluation: Mapping[str, Any]) -> None:
    """What training brought to the transformer."""
    found = evaluation.get("before_after")
    if found is None:
        st.info(tr("This run is older than this comparison."))
        return
    draw_table(state_frame(found), tr("Test metrics of the transformer before and after training"))
    st.caption(
        tr(
            "The transformer on {n:,} test users, leave-last-out, whole catalogue. Warm start: "
            "item vectors from which items follow which (PPMI, SVD), no training step. No "
            "interval where a state hits too seldom to give one.",
            n=found["n_users"],
        )
    )
    if backbone := found.get("backbone"):
        st.caption(
            plain(
                tr(
                    "Pretrained only: {backbone} as others trained it compares titles, nothing of "
                    "this log is learned. The row below it has a text model on top that learned "
                    "from this log. Training is that of the transformer.",
                    backbone=backbone,
                )
            )
        )
