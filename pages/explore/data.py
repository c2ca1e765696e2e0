"""Data: is my log usable?"""

import streamlit as st

from pages.shared import cached
from pages.shared.controls import show_job
from pages.shared.frame import PATTERNS
from pages.shared.session import (
    choose_log,
    current_log,
    current_upload,
    current_workspace,
    keep_upload,
    recall,
    remember,
    show_refusal,
    uploader_key,
)
from pages.shared.texts import plain
from seqrec.figures.data import draw_events_per_day, draw_history_lengths, draw_long_tail
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.columns import OPTIONAL_ROLES, ROLES, ColumnMapping, TimeFormat
from seqrec.log.guess import Guess, guess_roles
from seqrec.log.ingest import CsvSource
from seqrec.log.profile import describe_findings
from seqrec.log.reader import CsvProfile, Upload, receive_upload, template_csv
from seqrec.log.worker import start_ingest

INGEST_JOB = "ingest job"
N_SHOWN_ROWS = 20


def draw_uploader() -> None:
    """Takes a file and puts it into the workspace at once, so that a reload does not lose it."""
    st.write("A CSV file in UTF-8 with a header: one row an event, with user, item and time.")
    file = st.file_uploader(
        "Log (CSV, up to 200 MB)", type=["csv", "tsv", "txt"], key=uploader_key()
    )
    st.download_button(
        "Download a template", template_csv, "seqrec-template.csv", "text/csv", type="tertiary"
    )
    if file is not None:
        with show_refusal():
            keep_upload(receive_upload(current_workspace(), file, file.name))
            st.rerun()


def draw_mapping(upload: Upload) -> None:
    """What was found in the upload, the roles to confirm or change, and the button to go on."""
    with show_refusal():
        profile = cached.inspect(upload.path)
        guess = guess_roles(profile)
        st.text(f"{upload.name} · {profile.size_bytes / 1e6:,.1f} MB")
        st.caption(plain(f"UTF-8, fields separated by {profile.delimiter!r}"))
        mapping = choose_mapping(profile, guess)
        rows = [dict(zip(profile.columns, row, strict=True)) for row in profile.rows[:N_SHOWN_ROWS]]
        st.dataframe(rows, height=220, alt=f"First {len(rows)} rows of the upload")
        if mapping and st.button("Use this data", type="primary", key="use-data"):
            source = CsvSource.of(upload, profile, mapping)
            remember(INGEST_JOB, start_ingest(current_workspace(), source.request()))
            st.rerun()
    if st.button("Take another file", key="drop-upload", type="tertiary"):
        upload.remove()
        keep_upload(None)
        st.rerun()


def choose_mapping(profile: CsvProfile, guess: Guess) -> ColumnMapping | None:
    """A column for each role, starting from the guess; None (and why) while it is not usable."""
    chosen: dict[str, str | None] = {}
    places = st.columns(4)
    for place, role in enumerate(ROLES):
        optional = role in OPTIONAL_ROLES
        options: list[str | None] = [None, *profile.columns] if optional else [*profile.columns]
        guessed = guess.columns.get(role)
        with places[place % 4]:
            chosen[role] = st.selectbox(
                role.capitalize() + (" (optional)" if optional else ""),
                options,
                index=options.index(guessed) if guessed in options else None,
                format_func=lambda name: "-" if name is None else name,
                help=plain(guess.reasons.get(role, "no column looks like it")),
                key=f"role-{role}",
            )
    with places[len(ROLES) % 4]:
        time_format = st.selectbox(
            "Times are written as",
            list(TimeFormat),
            index=list(TimeFormat).index(guess.time_format),
            format_func=lambda time_format: time_format.value,
            key="time-format",
        )
    with show_refusal():
        return ColumnMapping.from_choices(chosen, time_format or guess.time_format)
    return None


def follow_ingest(job_id: str) -> None:
    """Progress of storing the upload; its patterns when it is done."""
    state = show_job(current_workspace().job_folder(job_id), "ingest")
    if state is None or state.active:
        return
    remember(INGEST_JOB, None)
    if state.status is JobStatus.FINISHED and state.result:
        keep_upload(None)
        choose_log(state.result)
        st.switch_page(PATTERNS, query_params={"log": state.result})
    if state.error:
        st.error(plain(state.error), icon=":material/error:")


def draw_log(log: BehaviourLog) -> None:
    """The stored log: counts, what was dropped and why, findings and distributions."""
    profile = cached.profile(log)
    st.subheader("The log in use")
    st.text(log.name)
    counts = st.columns(6)
    counts[0].metric("Users", f"{log.n_users:,}")
    counts[1].metric("Items", f"{log.n_items:,}")
    counts[2].metric("Events", f"{log.n_events:,}")
    counts[3].metric("Sessions", f"{log.n_sessions:,}")
    counts[4].metric("Median events a user", f"{profile.median_length:,.0f}")
    counts[5].metric("Repeats (share of events)", f"{profile.repeat_rate:.0%}")
    st.write(f"{log.n_events:,} of {log.n_rows:,} rows of the file are used.")
    if log.dropped:
        reasons = [{"Reason": reason, "Rows": rows} for reason, rows in log.dropped.items()]
        st.dataframe(reasons, alt="Rows that were dropped, by reason", width="content")
    for finding in describe_findings(log, profile):
        st.info(plain(finding), icon=":material/info:")
    left, right = st.columns(2)
    if log.has_clock:
        st.markdown("**When did things happen?**")
        st.plotly_chart(draw_events_per_day(profile), alt="Number of events over time")
    left.markdown("**How long are histories?**")
    left.plotly_chart(draw_history_lengths(profile), alt="Number of users by history length")
    right.markdown("**Do few items take most events?**")
    right.plotly_chart(draw_long_tail(profile), alt="Share of events that frequent items take")


st.title("Data")
st.caption("Is my log usable? Upload one, check how it is read, and see what it holds.")
job = recall(INGEST_JOB)
uploaded = current_upload()
if job is not None:
    follow_ingest(job)
elif uploaded is not None:
    draw_mapping(uploaded)
else:
    draw_uploader()
if uploaded is None and (current := current_log()) is not None:
    draw_log(current)
