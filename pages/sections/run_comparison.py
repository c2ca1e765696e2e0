"""Runs page: all runs as a table, the chosen ones beside each other."""

import streamlit as st

from pages.shared.runs import draw_table
from pages.shared.texts import plain
from seqrec.figures.curves import draw_run_curves
from seqrec.training.overview import (
    RunFigures,
    describe_runs,
    differences_frame,
    read_figures,
    runs_frame,
    test_frame,
)
from seqrec.training.run import Run
from seqrec.translation.texts import tr

_TICK_S = 2.0
_FORMATS = {"Epochs": "%.1f", "Minutes": "%.1f", "Memory (GiB)": "%.2f"}


def draw_overview(runs: list[Run]) -> None:
    """All runs as a table, which follows those that go or wait."""
    if any(state.active for run in runs if (state := run.state())):
        _follow(runs)
    else:
        _draw_rows(runs)


def draw_comparison(figures: list[RunFigures]) -> None:
    """Curves, choices that differ, and test figures of the chosen runs."""
    if any(one.best_ndcg is not None for one in figures):
        _draw_curves(figures)
    if len(figures) > 1:
        st.subheader(tr("What differs"))
        frame = differences_frame(figures)
        if frame.empty:
            st.caption(tr("They were asked for with the same choices."))
        else:
            st.dataframe(
                frame,
                hide_index=True,
                height="content",
                column_config={"Choice": st.column_config.Column(tr("Choice"))},
                alt=tr("Choices that differ"),
            )
    if any(one.test for one in figures):
        st.subheader(tr("On the test users"))
        for told in describe_runs(figures):
            st.write(plain(told))
        draw_table(
            test_frame(figures), tr("Test metrics of the chosen runs and the best of the rest")
        )


@st.fragment(run_every=_TICK_S)
def _follow(runs: list[Run]) -> None:
    if not any(state.active for run in runs if (state := run.state())):
        st.rerun()
        return
    _draw_rows(runs)


def _draw_rows(runs: list[Run]) -> None:
    frame = runs_frame([read_figures(run) for run in runs])
    numbers = frame.select_dtypes("number").columns
    columns = {
        name: st.column_config.NumberColumn(tr(name), format=_FORMATS.get(name, "%.4f"))
        if name in numbers
        else st.column_config.Column(tr(name))
        for name in frame.columns
    }
    st.dataframe(
        frame,
        hide_index=True,
        column_config=columns,
        placeholder="-",
        alt=tr("Table of {n} runs", n=len(runs)),
    )


def _draw_curves(figures: list[RunFigures]) -> None:
    levels = [level for one in figures if (level := one.best_baseline)]
    best = max(levels, key=lambda level: level[1], default=None)
    st.plotly_chart(
        draw_run_curves({one.name: one.metrics for one in figures}, best),
        key="run-curves",
        alt=tr("Validation NDCG at 10 of the chosen runs by minutes, the best baseline as a level"),
    )
