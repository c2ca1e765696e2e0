"""Train: is it learning?"""

import streamlit as st

from pages.sections.shipped_run import tell_origin
from pages.shared import cached
from pages.shared.controls import duration
from pages.shared.frame import RECOMMEND
from pages.shared.mining import need_log
from pages.shared.runs import draw_run, follow_run, pick_run
from pages.shared.session import choose_run, current_workspace, show_refusal
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import Preset, TrainConfig, preset_config, with_choices
from seqrec.training.device import expected_device
from seqrec.training.run import Run, create_run, estimate_duration_s, list_runs, start_run


def choose_config(log: BehaviourLog) -> TrainConfig | None:
    """A preset, or every choice on the page; None (and why) where a choice cannot be."""
    preset = st.segmented_control(
        "Preset", list(Preset), default=Preset.STANDARD, key="train-preset", required=True
    )
    config = preset_config(preset or Preset.STANDARD, cached.profile(log).repeat_rate)
    if preset is not Preset.CUSTOM:
        st.caption(
            f"At most {config.epochs} epochs"
            + (f" or {config.minutes:g} minutes" if config.minutes else "")
            + f", steps of {config.batch_tokens:,} events, learning rate "
            f"{config.optimiser.learning_rate:g}, dropout {config.model.dropout:g}"
            + (
                f"; ends early after {config.patience} epochs without gain."
                if config.patience
                else "."
            )
        )
        return config
    with show_refusal():
        return choose_values(config)
    return None


def choose_values(start: TrainConfig) -> TrainConfig:
    """Every choice that a page offers, starting from a configuration."""
    first, second, third, fourth = st.columns(4)
    model, optimiser = start.model, start.optimiser
    return with_choices(
        start,
        {
            "epochs": first.number_input("Epochs at most", value=start.epochs, key="train-epochs"),
            "batch_tokens": second.number_input(
                "Batch (events)", value=start.batch_tokens, key="train-batch"
            ),
            "learning_rate": third.number_input(
                "Learning rate", value=optimiser.learning_rate, format="%g", key="train-rate"
            ),
            "dropout": fourth.number_input(
                "Dropout", value=model.dropout, step=0.05, key="train-dropout"
            ),
            "warmup_share": first.number_input(
                "Warm-up (share of the budget)",
                value=optimiser.warmup_share,
                step=0.01,
                key="train-warmup",
            ),
            "patience": second.number_input(
                "Stop after epochs without gain (0: never)",
                value=start.patience,
                key="train-patience",
            ),
            "max_length": third.number_input(
                "Newest events seen", value=model.max_length, key="train-length"
            ),
            "exclude_seen": fourth.toggle(
                "Leave out seen items", value=start.exclude_seen, key="train-exclude"
            ),
        },
    )


def draw_start(log: BehaviourLog, runs: list[Run]) -> None:
    """The choices, what they will cost, and the button that starts."""
    config = choose_config(log)
    st.caption(expected_device())
    seconds = estimate_duration_s(runs, config) if config else None
    if seconds is not None:
        st.caption(f"At most about {duration(seconds)} at the pace of the last run on this log.")
    if st.button("Start training", type="primary", key="start-training", disabled=config is None):
        with show_refusal():
            if config is not None:
                run = create_run(current_workspace(), log, config)
                choose_run(run.run_id)
                start_run(current_workspace(), run)
                st.rerun()


st.title("Train")
st.write("A transformer learns from all histories to predict each next item.")
current = need_log()
with show_refusal():
    known_runs = list_runs(current_workspace(), current.log_id)
    shown = pick_run(known_runs)
    state = shown.state() if shown else None
    with st.expander("Train a new model", expanded=state is None or not state.active):
        draw_start(current, known_runs)
    if shown is not None:
        if state is not None and state.active:
            follow_run(shown)
        else:
            draw_run(shown)
        tell_origin(shown)
        if shown.has_results:
            st.page_link(
                RECOMMEND,
                label="See recommendations",
                icon=":material/person_search:",
                query_params={"run": shown.run_id},
            )
