"""Recommend page: a decoder orders the first fifty, with its cost before, and whether it helps."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.shared import cached
from pages.shared.controls import duration, show_job
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import current_workspace, recall, remember, show_refusal
from pages.shared.texts import plain
from seqrec.jobs.state import JobStatus
from seqrec.language.likelihood_cost import N_CANDIDATES
from seqrec.language.stored_backbones import list_backbones
from seqrec.language.texts import item_texts
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.engine import Wish
from seqrec.recommend.reorder import (
    MAX_USERS,
    describe_reordered,
    expected_cost,
    read_reordered,
    reordered_frame,
    start_reordering,
)
from seqrec.training.run import Run
from seqrec.translation.texts import tr


def draw_reordering(log: BehaviourLog, run: Run, wish: Wish, history: NDArray[np.int32]) -> None:
    """The choice of a decoder, what it costs, and the order that it gave."""
    if is_locked(Locked.TRAIN) or not cached.catalogue(log).has_titles:
        return
    with st.expander(
        tr("Let a decoder order the first {n}", n=N_CANDIDATES), key="reorder", on_change="rerun"
    ) as box:
        if not box.open:
            return
        key = f"{run.run_id}.reorder"
        with show_refusal():
            started = _choose(log, run, wish, history)
            if started is not None:
                remember(key, started)
                st.rerun()
        job_id = recall(key)
        if job_id is not None:
            _show(log, job_id, wish.k)


def _choose(log: BehaviourLog, run: Run, wish: Wish, history: NDArray[np.int32]) -> str | None:
    """The id of a job, where one was started."""
    first, second = st.columns([3, 1])
    name = first.selectbox(
        tr("Decoder (GPT-2, Llama, Qwen...)"),
        [str(one.folder) for one in list_backbones(current_workspace())],
        index=None,
        accept_new_options=True,
        placeholder=tr("A folder of this machine, or a hub id"),
        key="reorder-backbone",
        help=tr(
            "It reads the newest ten titles and says how likely each candidate's title is next."
        ),
    )
    n_users = second.number_input(
        tr("Test users to measure on"), 0, MAX_USERS, 20, key="reorder-users"
    )
    if not name:
        return None
    cost, seconds = expected_cost(name, item_texts(cached.catalogue(log)))
    st.caption(
        tr(
            "A list: {tokens:,} tokens, {giga:,.3g} thousand million products, about {time} at the "
            "pace that a short test of this machine promises, and {memory:,.0f} MiB for the "
            "weights. With the test users: about {all}. On a GPU it is untested.",
            tokens=cost.n_tokens,
            giga=cost.n_products / 1e9,
            time=duration(seconds),
            memory=cost.memory_mib,
            all=duration(seconds * (1 + n_users)),
        )
    )
    if not st.button(tr("Order them"), key="reorder-start", icon=":material/sort:"):
        return None
    return start_reordering(current_workspace(), run, name, wish, history, int(n_users))


def _show(log: BehaviourLog, job_id: str, k: int) -> None:
    folder = current_workspace().job_folder(job_id)
    state = show_job(folder, "reorder")
    if state is None or state.active:
        return
    if state.status is JobStatus.FAILED:
        st.error(plain(state.error or tr("It failed without a word.")))
    found = read_reordered(folder)
    if found is None:
        return
    for told in describe_reordered(found):
        st.write(plain(told))
    st.dataframe(
        reordered_frame(found, cached.level_titles(log, by_category=False), k),
        hide_index=True,
        height="content",
        column_config={
            "rank": st.column_config.NumberColumn("#", width=45),
            "title": tr("Item"),
            "score": st.column_config.NumberColumn(
                tr("Log-likelihood (nats a token)"), format="%.3f"
            ),
            "before": st.column_config.NumberColumn(tr("Rank before"), width=90),
        },
        alt=tr("The first {n} items in the decoder's order", n=k),
    )
    st.caption(tr("Of the history and list as they were when the job was started."))
