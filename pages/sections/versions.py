"""Data page: where the log comes from, what was rejected, adding newer events, deleting."""

from datetime import UTC, datetime

import streamlit as st

from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import (
    choose_log,
    current_workspace,
    grow_log,
    leave_notice,
    show_refusal,
)
from pages.shared.texts import plain, size_text
from seqrec.log.behaviour_log import BehaviourLog, list_family, reject_frame
from seqrec.log.cleaning.apply import step_from_json
from seqrec.log.storing.originals import list_originals
from seqrec.tables import csv_bytes

N_SHOWN_REJECTS = 1_000


def draw_rejects(log: BehaviourLog) -> None:
    """Rows that could not be used: by reason, and each with its line for download."""
    n_rejected = sum(log.dropped.values())
    st.write(f"{log.n_rows - n_rejected:,} of {log.n_rows:,} rows of the files are in the log.")
    if not n_rejected:
        st.caption("Every row could be used.")
        return
    reasons = [{"Reason": reason, "Rows": rows} for reason, rows in log.dropped.items()]
    st.dataframe(
        reasons,
        hide_index=True,
        alt="Rejected rows by reason",
        width="content",
        column_config={"Rows": st.column_config.NumberColumn(format="localized")},
    )
    st.download_button(
        f"Download all {n_rejected:,} rejected rows (CSV)",
        lambda: csv_bytes(reject_frame(log)),
        f"{log.log_id}-rejects.csv",
        "text/csv",
        key="rejects-csv",
        icon=":material/download:",
        on_click="ignore",
    )
    shown = reject_frame(log, N_SHOWN_REJECTS)
    st.dataframe(shown, hide_index=True, height=260, alt=f"The first {len(shown):,} rejected rows")


def draw_origin(log: BehaviourLog) -> None:
    """Where the log comes from, its versions, growing and deleting it."""
    draw_lineage(log)
    if is_locked(Locked.VERSIONS):
        return
    draw_originals(log)
    st.markdown("**Newer events**")
    draw_growing(log)
    st.markdown("**Delete**")
    draw_deleting(log)


def draw_lineage(log: BehaviourLog) -> None:
    """Files, mapping and cleaning that this version comes from, and the family's versions."""
    st.markdown("**Where it comes from**")
    sources = [
        {
            "File": source.name,
            "Rows": source.n_rows,
            "Size": size_text(source.size_bytes),
            "SHA-256": source.sha256,
        }
        for source in log.sources
    ]
    st.dataframe(sources, hide_index=True, alt="The files that the log was read from")
    columns = [{"Role": r, "Column": c} for r, c in log.mapping.columns().items()]
    st.dataframe(columns, hide_index=True, alt="The column of each role", width="content")
    st.caption(
        plain(
            f"Times: {log.mapping.time_format.value}, zone {log.mapping.zone} where none is named. "
            f"Fingerprint {log.fingerprint}."
        )
    )
    for step in log.cleaning:
        st.text(f"Cleaned: {step_from_json(step).sentence}")
    for note in log.notes:
        st.text(note)
    st.markdown("**Versions**")
    for version in list_family(current_workspace(), log):
        _draw_version(version, is_current=version.log_id == log.log_id)


def draw_originals(log: BehaviourLog) -> None:
    """Downloads of the files as they were given, where they were kept."""
    for place, (name, path) in enumerate(list_originals(log)):
        st.download_button(
            plain(f"Download {name} as it was given"),
            path.read_bytes,
            name,
            key=f"original-{place}",
            icon=":material/download:",
            on_click="ignore",
        )


def _draw_version(log: BehaviourLog, *, is_current: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        made = datetime.fromtimestamp(log.created_at, tz=UTC)
        with st.container():
            st.text(f"Version {log.version}" + (" (in use)" if is_current else ""))
            st.caption(
                f"{log.n_events:,} events of {log.n_users:,} users · {len(log.sources)} file(s), "
                f"{len(log.cleaning)} cleaning step(s) · made {made:%Y-%m-%d %H:%M} UTC"
            )
        if not is_current and st.button("Use", key=f"version-{log.log_id}"):
            choose_log(log.log_id)
            st.rerun()


def draw_growing(log: BehaviourLog) -> None:
    """Add newer events as a new version."""
    st.write(
        "Newer events make a new version; this one stays as it is. Events that are in the log "
        "already are recognised and counted."
    )
    if st.button("Add events to this log", key="append", icon=":material/playlist_add:"):
        grow_log(log.log_id)
        st.rerun()


def draw_deleting(log: BehaviourLog) -> None:
    """Delete one version or all, with what was made of them, after a second click."""
    n_versions = len(list_family(current_workspace(), log))
    st.write(
        "Deleting removes the events, what was mined from them, the models trained on them and "
        "the original file if it was kept. It cannot be undone."
    )
    whole = n_versions > 1 and st.toggle(f"All {n_versions} versions", key="delete-family")
    sure = st.checkbox("I want to delete it", key=f"delete-sure-{log.log_id}")
    if st.button("Delete", key="delete-log", disabled=not sure, icon=":material/delete:"):
        with show_refusal():
            workspace = current_workspace()
            for version in list_family(workspace, log) if whole else [log]:
                workspace.delete_log(version.log_id)
            leave_notice(f"'{log.name}' was deleted.")
            st.query_params.clear()
            st.rerun()
