"""Data page: cleaning steps, what each would do, and the version that they make."""

import pandas as pd
import streamlit as st

from pages.sections.step_controls import choose_steps, take_up
from pages.shared import cached
from pages.shared.controls import show_job
from pages.shared.demo_mode import Locked, is_locked
from pages.shared.session import (
    choose_log,
    current_workspace,
    leave_notice,
    recall,
    remember,
    show_refusal,
)
from pages.shared.texts import plain
from seqrec.figures.behaviour import draw_gaps
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.log.cleaning.apply import StepEffect
from seqrec.log.cleaning.sessions import SessionsByGap
from seqrec.log.cleaning.step import Step
from seqrec.log.cleaning.versions import Preview
from seqrec.log.cleaning.worker import load_preview, start_cleaning, start_preview
from seqrec.translation.texts import tr


def draw_cleaning(log: BehaviourLog) -> None:
    """Steps to choose, their effect, and the buttons that look, show and apply."""
    if is_locked(Locked.CLEAN):
        return
    st.write(
        tr(
            "Nothing is changed until you apply the steps; they then make a new version of the "
            "log, and taking a step out again makes (or finds) the version without it."
        )
    )
    with show_refusal():
        steps = choose_steps(log)
        draw_pauses(log, steps)
        draw_buttons(log, steps)
        follow_applying(f"{log.log_id}.clean")
        follow_preview(log, steps, f"{log.log_id}.preview")


def draw_buttons(log: BehaviourLog, steps: list[Step]) -> None:
    """Look for problems, show what the steps would do, apply them."""
    workspace = current_workspace()
    look, show, apply = st.columns(3)
    if look.button(tr("Look for problems"), key="clean-look", width="stretch"):
        job_id = start_preview(workspace, log.log_id, [], suggest=True)
        remember(f"{log.log_id}.preview", job_id)
    if show.button(tr("Show the effect"), key="clean-show", width="stretch", disabled=not steps):
        job_id = start_preview(workspace, log.log_id, steps, suggest=False)
        remember(f"{log.log_id}.preview", job_id)
    same = [step.to_json() for step in steps] == list(log.cleaning)
    pressed = apply.button(
        tr("Apply"), key="clean-apply", type="primary", width="stretch", disabled=same
    )
    if pressed:
        remember(f"{log.log_id}.clean", start_cleaning(workspace, log.log_id, steps))


def draw_pauses(log: BehaviourLog, steps: list[Step]) -> None:
    """The pauses of users beside the gap that is to end a session."""
    gaps = cached.profile(log).gaps
    for step in steps:
        if isinstance(step, SessionsByGap) and gaps is not None and gaps.n_gaps:
            figure = draw_gaps(gaps, step.gap_s)
            st.plotly_chart(figure, alt=tr("Number of pauses by length, and the chosen gap"))


def follow_applying(key: str) -> None:
    """Progress of making the version; the page shows it when it is there."""
    job_id = recall(key)
    if job_id is None:
        return
    state = show_job(current_workspace().job_folder(job_id), "clean")
    if state is None or state.active:
        return
    remember(key, None)
    if state.status is JobStatus.FINISHED and state.result:
        leave_notice(tr("The version with these steps is in use; the others are kept."))
        choose_log(state.result)
        st.rerun()
    if state.error:
        st.error(plain(state.error), icon=":material/error:")


def follow_preview(log: BehaviourLog, steps: list[Step], key: str) -> None:
    """Progress of looking; then what the steps would do, or what could be done."""
    job_id = recall(key)
    if job_id is None:
        return
    folder = current_workspace().job_folder(job_id)
    state = show_job(folder, "preview")
    if state is None or state.active:
        return
    if state.status is not JobStatus.FINISHED:
        st.error(plain(state.error or tr("The look was cancelled.")), icon=":material/error:")
        return
    preview = load_preview(folder)
    if preview.effects or preview.refusal:
        draw_effects(preview)
    else:
        draw_suggestions(log, preview, steps)


def draw_effects(preview: Preview) -> None:
    """A row a step, and the first events that each would remove."""
    st.markdown(f"**{tr('What the steps would do')}**")
    if preview.refusal:
        st.warning(plain(preview.refusal), icon=":material/block:")
    rows = [_effect_row(effect) for effect in preview.effects]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=tr("Effect of each cleaning step"))
    examples = [
        {
            tr("Cleaning step"): tr(effect.step.title),
            tr("Line"): e.line,
            tr("user").capitalize(): e.user,
            tr("item").capitalize(): e.item,
        }
        for effect in preview.effects
        for e in effect.examples
    ]
    if examples:
        st.caption(tr("The first events that each step would remove"))
        st.dataframe(examples, hide_index=True, alt=tr("Examples of events that would be removed"))


def draw_suggestions(log: BehaviourLog, preview: Preview, chosen: list[Step]) -> None:
    """Steps that would do something on this log, each with a button that takes it up."""
    st.markdown(f"**{tr('Worth a look')}**")
    if not preview.suggestions:
        st.caption(
            tr("Nothing stands out: no copies, odd dates, bots, cancellations or rare items.")
        )
    for suggestion in preview.suggestions:
        step = suggestion.step
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container():
                st.text(tr(step.title))
                st.caption(plain(suggestion.why))
            st.button(
                tr("Take it up"),
                key=f"take-{step.kind}",
                on_click=take_up,
                args=(log, step, chosen),
            )


def _effect_row(effect: StepEffect) -> dict[str, object]:
    before = effect.n_events + effect.n_removed
    return {
        tr("Cleaning step"): tr(effect.step.title),
        tr("Events removed"): effect.n_removed,
        tr("Share of events before"): f"{effect.n_removed / max(before, 1):.2%}",
        tr("Events changed"): effect.n_changed,
        tr("Events left"): effect.n_events,
        tr("Users left"): effect.n_users,
        tr("Items left"): effect.n_items,
        tr("Remark"): effect.remark,
    }
