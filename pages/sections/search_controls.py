"""Search page: what is varied, for how long, and the button that starts."""

import shlex

import streamlit as st

from pages.shared import cached, cached_models
from pages.shared.controls import duration
from pages.shared.session import choose_search, current_workspace, show_refusal
from seqrec.demo.shipped import read_origin
from seqrec.jobs.queue import active_jobs
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import Preset, preset_config
from seqrec.training.device import has_gpu
from seqrec.training.estimate import estimate
from seqrec.training.run import list_runs
from seqrec.training.search import (
    SPACE,
    USUAL,
    Between,
    SearchConfig,
    create_search,
    start_search,
)
from seqrec.training.words import LABELS, tell_choice
from seqrec.translation.texts import join_words, tr


def draw_new_search(log: BehaviourLog) -> None:
    """The choices of a search, what it will cost, and its start."""
    config = _choose_config(log)
    if config is None:
        return
    with show_refusal():
        _draw_cost(log, config)
    with st.expander(tr("The same from a command line")):
        st.code(_command(log, config), language="bash", wrap_lines=True)
    waits = bool(active_jobs(current_workspace()))
    if st.button(
        tr("Add to the queue") if waits else tr("Start search"),
        type="primary",
        key="start-search",
    ):
        with show_refusal():
            search = create_search(current_workspace(), log, config)
            choose_search(search.search_id)
            start_search(search)
            st.rerun()


def _choose_config(log: BehaviourLog) -> SearchConfig | None:
    first, second, third = st.columns(3)
    preset = third.segmented_control(
        tr("A trial trains as"),
        [Preset.QUICK, Preset.STANDARD],
        default=Preset.QUICK,
        key="search-preset",
        required=True,
        format_func=tr,
        help=tr("The budget of one trial, and every choice that is not varied."),
    )
    trials = first.number_input(tr("Trials at most"), value=20, key="search-trials")
    minutes = second.number_input(
        tr("Minutes at most, all trials (0: no limit)"),
        value=30.0,
        format="%g",
        key="search-minutes",
    )
    vary = st.multiselect(
        tr("What is varied"),
        list(SPACE),
        default=list(USUAL),
        format_func=lambda name: tr(
            "{choice}: {values}", choice=tr(LABELS[name]), values=_tell_space(name)
        ),
        placeholder=tr("Choose what to vary"),
        key="search-vary",
    )
    with show_refusal():
        start = preset_config(Preset(preset or Preset.QUICK), cached.profile(log).repeat_rate)
        return SearchConfig(trials=trials, minutes=minutes, vary=tuple(vary), start=start)
    return None


def _draw_cost(log: BehaviourLog, config: SearchConfig) -> None:
    runs = [run for run in list_runs(current_workspace(), log.log_id) if read_origin(run) is None]
    one = estimate(config.start, cached_models.train_size(log), runs, on_gpu=has_gpu())
    if one.seconds is None:
        st.caption(tr("The time of a trial is known after the first run on this GPU."))
        return
    whole = one.seconds * config.trials
    if config.minutes:
        whole = min(whole, config.minutes * 60.0)
    told = tr(
        "At most about {time}, a trial at most about {trial_time}.",
        time=duration(whole),
        trial_time=duration(one.seconds),
    )
    st.markdown(f"**{told}**")
    st.caption(
        tr(
            "The first trial takes the choices as they are. Those after it are drawn near what "
            "went well (TPE), and given up where they fall behind the median of the others."
        )
    )


def _command(log: BehaviourLog, config: SearchConfig) -> str:
    preset = "quick" if config.start.minutes else "standard"
    return (
        f"python -m seqrec.search {log.log_id} --preset {preset} --trials {config.trials} "
        f"--minutes {config.minutes:g} --vary {shlex.quote(','.join(config.vary))}"
    )


def _tell_space(name: str) -> str:
    space = SPACE[name]
    if isinstance(space, Between):
        return tr("{low:g} to {high:g}", low=space.low, high=space.high)
    return join_words(map(tell_choice, space))
