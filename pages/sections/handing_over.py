"""Recommend page: lists for many users as files, and the run as one file."""

from functools import partial
from pathlib import Path

import streamlit as st

from pages.shared.controls import show_job, tell_failure
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import current_workspace, demo_mode, show_refusal
from pages.shared.texts import plain
from seqrec.jobs.state import JobStatus, read_log_tail
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.recommend.batch import (
    CSV_FILE,
    PARQUET_FILE,
    batch_folder,
    read_summary,
    request_batch,
)
from seqrec.recommend.engine import Wish
from seqrec.recommend.export import bundle_name, export_bytes
from seqrec.training.run import Run
from seqrec.translation.texts import tr

_MAX_DOWNLOAD_BYTES = 500 << 20


def draw_batch(log: BehaviourLog, run: Run, wish: Wish) -> None:
    """The same list for all users or a cohort: start, progress, files."""
    if is_locked(Locked.HAND_OVER):
        return
    st.subheader(tr("For many users"))
    st.caption(
        tr(
            "Lists as above, of {k} items by {model}, for whole histories; the rules hold for "
            "every user.",
            k=wish.k,
            model=plain(tr(wish.model)),
        )
    )
    cohort = None
    if st.toggle(tr("Only some users"), key="batch-some"):
        text = st.text_area(tr("Ids of users, one a line"), key="batch-cohort")
        cohort = [line.strip() for line in text.splitlines() if line.strip()]
    with show_refusal():
        workspace = current_workspace()
        folder = batch_folder(workspace, log, run, wish, cohort)
        state = show_job(folder, "batch")
        if state is not None and state.active:
            return
        if state is not None and state.status is JobStatus.FINISHED:
            _draw_files(folder)
            return
        if state is not None and state.status is JobStatus.FAILED:
            st.error(tell_failure(state), icon=":material/error:")
            with st.expander(tr("Details")):
                st.code(read_log_tail(folder), language=None)
        n_users = log.n_users if cohort is None else len(cohort)
        if st.button(tr("Make lists for {n:,} users", n=n_users), key="batch-start"):
            request_batch(workspace, log, run, wish, cohort)
            st.rerun()


def draw_bundle(run: Run) -> None:
    """The button that exports the run, and how to use what it gives."""
    if demo_mode():
        return
    with st.expander(tr("Use the model elsewhere"), icon=":material/deployed_code:"):
        st.write(
            tr(
                "One file with the models, the items, the evaluation and the rule file of the "
                "log. It is loaded and served without the studio:"
            )
        )
        name = bundle_name(run)
        st.code(f"python -m seqrec.serve {name}", language="bash")
        with_histories = st.toggle(
            tr("With the users' ids and histories"),
            key="bundle-histories",
            help=tr("Then a user can be asked for by id. Whoever has the file has the histories."),
        )
        workspace = current_workspace()
        st.download_button(
            tr("Download the model"),
            partial(export_bytes, workspace, run, with_histories=with_histories),
            file_name=name,
            mime="application/zip",
            key="bundle-download",
            icon=":material/download:",
            on_click="ignore",
        )


def _draw_files(folder: Path) -> None:
    st.text(read_summary(folder).describe())
    with st.container(horizontal=True):
        for said, name, mime in (
            ("CSV", CSV_FILE, "text/csv"),
            ("Parquet", PARQUET_FILE, "application/vnd.apache.parquet"),
        ):
            path = folder / name
            if path.stat().st_size > _MAX_DOWNLOAD_BYTES:
                st.caption(
                    plain(
                        tr(
                            "{format}: too large for a download; it lies on the server, {path}",
                            format=said,
                            path=path,
                        )
                    )
                )
                continue
            st.download_button(
                tr("Download lists ({format})", format=said),
                path.read_bytes,
                file_name=name,
                mime=mime,
                key=f"batch-{said}",
                on_click="ignore",
            )
