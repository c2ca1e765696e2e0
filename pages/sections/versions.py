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
from seqrec.log.reject_words import tell_reason, tell_rejects
from seqrec.log.storing.originals import list_originals
from seqrec.tables import csv_bytes
from seqrec.translation.texts import mark, tr

N_SHOWN_REJECTS = 1_000


def draw_rejects(log: BehaviourLog) -> None:
    """Rows that could not be used: by reason, and each with its line for download."""
    n_rejected = sum(log.dropped.values())
    st.write(
        tr(
            "{n:,} of {total:,} rows of the files are in the log.",
            n=log.n_rows - n_rejected,
            total=log.n_rows,
        )
    )
    if not n_rejected:
        st.caption(tr("Every row could be used."))
        return
    reasons = [
        {tr("Reason"): tell_reason(reason), tr("Rows"): rows}
        for reason, rows in log.dropped.items()
    ]
    st.dataframe(
        reasons,
        hide_index=True,
        alt=tr("Rejected rows by reason"),
        width="content",
        column_config={tr("Rows"): st.column_config.NumberColumn(format="localized")},
    )
    st.download_button(
        tr("Download all {n:,} rejected rows (CSV)", n=n_rejected),
        lambda: csv_bytes(reject_frame(log)),
        f"{log.log_id}-rejects.csv",
        "text/csv",
        key="rejects-csv",
        icon=":material/download:",
        on_click="ignore",
    )
    shown = tell_rejects(reject_frame(log, N_SHOWN_REJECTS))
    st.dataframe(
        shown,
        hide_index=True,
        height=260,
        alt=tr("The first {n:,} rejected rows", n=len(shown)),
    )


def draw_origin(log: BehaviourLog) -> None:
    """Where the log comes from, its versions, growing and deleting it."""
    draw_lineage(log)
    if is_locked(Locked.VERSIONS):
        return
    draw_originals(log)
    st.markdown(f"**{tr('Newer events')}**")
    draw_growing(log)
    st.markdown(f"**{tr('Delete')}**")
    draw_deleting(log)


def draw_lineage(log: BehaviourLog) -> None:
    """Files, mapping and cleaning that this version comes from, and the family's versions."""
    st.markdown(f"**{tr('Where it comes from')}**")
    sources = [
        {
            tr("File"): source.name,
            tr("Rows"): source.n_rows,
            tr("Size"): size_text(source.size_bytes),
            "SHA-256": source.sha256,
        }
        for source in log.sources
    ]
    st.dataframe(sources, hide_index=True, alt=tr("The files that the log was read from"))
    columns = [{tr("Role"): tr(r), tr("Column"): c} for r, c in log.mapping.columns().items()]
    st.dataframe(columns, hide_index=True, alt=tr("The column of each role"), width="content")
    st.caption(
        plain(
            tr(
                "Times: {form}, zone {zone} where none is named. Fingerprint {fingerprint}.",
                form=tr(log.mapping.time_format),
                zone=log.mapping.zone,
                fingerprint=log.fingerprint,
            )
        )
    )
    for step in log.cleaning:
        st.text(tr("Cleaned: {sentence}", sentence=step_from_json(step).sentence))
    for note in log.notes:
        st.text(tr(note))
    st.markdown(f"**{tr('Versions')}**")
    for version in list_family(current_workspace(), log):
        _draw_version(version, is_current=version.log_id == log.log_id)


def draw_originals(log: BehaviourLog) -> None:
    """Downloads of the files as they were given, where they were kept."""
    for place, (name, path) in enumerate(list_originals(log)):
        st.download_button(
            plain(tr("Download {name} as it was given", name=name)),
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
            said = mark("Version {n} (in use)") if is_current else mark("Version {n}")
            st.text(tr(said, n=log.version))
            st.caption(
                tr(
                    "{events:,} events of {users:,} users · {files} file(s), {steps} cleaning "
                    "step(s) · made {made:%Y-%m-%d %H:%M} UTC",
                    events=log.n_events,
                    users=log.n_users,
                    files=len(log.sources),
                    steps=len(log.cleaning),
                    made=made,
                )
            )
        if not is_current and st.button(tr("Use"), key=f"version-{log.log_id}"):
            choose_log(log.log_id)
            st.rerun()


def draw_growing(log: BehaviourLog) -> None:
    """Add newer events as a new version."""
    st.write(
        tr(
            "Newer events make a new version; this one stays as it is. Events that are in the log "
            "already are recognised and counted."
        )
    )
    if st.button(tr("Add events to this log"), key="append", icon=":material/playlist_add:"):
        grow_log(log.log_id)
        st.rerun()


def draw_deleting(log: BehaviourLog) -> None:
    """Delete one version or all, with what was made of them, after a second click."""
    n_versions = len(list_family(current_workspace(), log))
    st.write(
        tr(
            "Deleting removes the events, what was mined from them, the models trained on them and "
            "the original file if it was kept. It cannot be undone."
        )
    )
    whole = n_versions > 1 and st.toggle(tr("All {n} versions", n=n_versions), key="delete-family")
    sure = st.checkbox(tr("I want to delete it"), key=f"delete-sure-{log.log_id}")
    if st.button(tr("Delete"), key="delete-log", disabled=not sure, icon=":material/delete:"):
        with show_refusal():
            workspace = current_workspace()
            for version in list_family(workspace, log) if whole else [log]:
                workspace.delete_log(version.log_id)
            leave_notice(tr("'{log}' was deleted.", log=log.name))
            st.query_params.clear()
            st.rerun()
