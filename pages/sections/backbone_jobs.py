"""Train page: makes a language model of the catalogue, as a job with a live curve."""

import streamlit as st

from pages.sections.backbone_picker import choose_backbone, name_made
from pages.shared.controls import show_job
from pages.shared.session import current_workspace, recall, remember, show_refusal
from pages.shared.texts import plain
from seqrec.figures.training import draw_losses
from seqrec.jobs.state import JobState, JobStatus
from seqrec.language.backbones import INSTALLED, find_backbone
from seqrec.language.jobs import read_word_losses, start_pretraining, start_tuning
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.stored_backbones import list_backbones
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.tuning_share import estimate_share
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.run import StepMetrics
from seqrec.training.words import Words
from seqrec.translation.texts import mark, tr

_WORDS, _FOLLOWS = mark("Words of the titles"), mark("What follows what")
_TICK_S = 1.0


def draw_backbone_jobs(log: BehaviourLog) -> None:
    """The choices, the button, and the newest job of the session with its curve."""
    st.caption(
        tr(
            "A language model goes on learning from this log, and can then be chosen for titles. "
            "It learns the words of the titles (masked, or the next one), or which title follows "
            "which."
        )
    )
    key = f"{log.log_id}.backbone-job"
    job_id = recall(key)
    if job_id is not None:
        _follow(job_id)
    with show_refusal():
        started = _draw_choices(log)
        if started is not None:
            remember(key, started)
            st.rerun()


def _draw_choices(log: BehaviourLog) -> str | None:
    """The id of a job, where one was started."""
    base, kind, budget = st.columns([3, 4, 2])
    with base:
        words = Words("Starts from", "As it comes, or one that was made here before.")
        told = {"key": "backbone-base", "help": tr(words.help)}
        name = choose_backbone(words, INSTALLED, told)
    with kind:
        chosen = st.segmented_control(
            tr("Learns"),
            [_WORDS, _FOLLOWS],
            default=_WORDS,
            required=True,
            format_func=tr,
            key="backbone-kind",
        )
    with budget:
        n_steps = st.number_input(tr("Steps"), 1, 1_000_000, 300, key="backbone-steps")
    tuning = _choose_tuning(name) if chosen == _FOLLOWS and name else None
    measured = st.toggle(
        tr("Measure before and after"),
        value=True,
        key="backbone-measured",
        help=tr(
            "When it has learned, all titles are read once more and ranked; the Runs page lays the "
            "figures beside each other. One item in ten is kept back from the lessons, measured or "
            "not."
        ),
    )
    if not st.button(tr("Start learning"), key="start-backbone", disabled=not name):
        return None
    workspace, steps = current_workspace(), int(n_steps)
    if tuning is None:
        pretraining = PretrainConfig(steps=steps)
        return start_pretraining(workspace, log.log_id, name, pretraining, measured=measured)
    lessons = NextTextConfig(steps=steps)
    return start_tuning(workspace, log.log_id, name, tuning, lessons, measured=measured)


def _choose_tuning(name: str) -> TuningConfig:
    way, layers, rank = st.columns(3)
    kind = way.selectbox(
        tr("What learns"),
        [Tuning.LORA, Tuning.PREFIX, Tuning.FULL],
        format_func=tr,
        key="backbone-tuning",
        help=tr("Low-rank additions, a prefix before each layer, or all weights."),
    )
    facts = find_backbone(name)
    n_frozen = layers.number_input(
        tr("Frozen layers (of {n})", n=facts.n_layers),
        0,
        facts.n_layers - 1,
        0,
        key="backbone-frozen",
    )
    n_rank = rank.number_input(tr("Rank of the additions"), 1, 256, 8, key="backbone-rank")
    config = TuningConfig(kind, frozen_layers=int(n_frozen), rank=int(n_rank))
    share = estimate_share(facts, config)
    st.caption(tr("About {share:.1%} of the weights learn.", share=share))
    return config


def _follow(job_id: str) -> None:
    folder = current_workspace().job_folder(job_id)
    state = show_job(folder, "backbone")
    if state is not None and state.active:
        _draw_live(job_id)
        return
    _draw_curve(job_id)
    _tell_end(state, job_id)


def _tell_end(state: JobState | None, job_id: str) -> None:
    if state is None:
        return
    if state.status is JobStatus.FAILED:
        st.error(plain(state.error or tr("It failed without a word.")))
    made = [one for one in list_backbones(current_workspace()) if one.folder.name == job_id]
    if made:
        st.success(
            plain(tr("Ready to be chosen for titles: {backbone}.", backbone=name_made(made[0]))),
            icon=":material/check:",
        )


@st.fragment(run_every=_TICK_S)
def _draw_live(job_id: str) -> None:
    _draw_curve(job_id)


def _draw_curve(job_id: str) -> None:
    """Loss by step; on texts that are not learned from where it was measured."""
    lines = read_word_losses(current_workspace().job_folder(job_id))
    if not lines:
        return
    metrics = [
        StepMetrics(
            step=int(line["step"] or 0),
            epoch=0.0,
            elapsed_s=line["elapsed_s"] or 0.0,
            loss=line["loss"],
            validation_loss=line["held_out"],
        )
        for line in lines
    ]
    st.echarts_chart(
        draw_losses(metrics), key="backbone-chart", alt=tr("Loss of the language model by step")
    )
