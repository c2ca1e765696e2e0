"""Train page: the form that starts an item transformer.

Another kind of model has a form of its own beside this one, and the page asks which.
"""

import streamlit as st

from pages.sections.backbone_picker import draw_backbone
from pages.sections.train_controls import (
    choose_preset,
    choose_values,
    describe_preset,
    draw_command,
    draw_costs,
)
from pages.shared import cached, cached_models
from pages.shared.session import (
    choose_run,
    current_workspace,
    forget_start,
    show_refusal,
    start_parameter,
)
from pages.shared.texts import plain
from seqrec.demo.shipped import read_origin
from seqrec.jobs.queue import active_jobs
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import Preset, TrainConfig
from seqrec.training.run import Run, create_run, start_run
from seqrec.training.starts import load_start
from seqrec.translation.texts import tr


def draw_start(log: BehaviourLog, runs: list[Run]) -> None:
    """The choices, what they will cost, and the button that starts or queues."""
    start, source = _choose_start()
    rate = cached.profile(log).repeat_rate
    preset, chosen = choose_preset(rate, start)
    config: TrainConfig | None = chosen
    if preset is Preset.CUSTOM:
        config = choose_values(chosen, source)
    else:
        st.caption(describe_preset(chosen))
    if config is not None and config.text.backbone and not draw_backbone(log, config.text.backbone):
        config = None
    if config is not None:
        with show_refusal():
            own = [run for run in runs if read_origin(run) is None]
            draw_costs(config, cached_models.train_size(log), own)
        draw_command(log, preset, config, rate)
    waits = bool(active_jobs(current_workspace()))
    if st.button(
        tr("Add to the queue") if waits else tr("Start training"),
        type="primary",
        key="start-training",
        disabled=config is None,
        help=tr("Another training goes: this one starts by itself after it.") if waits else None,
    ):
        with show_refusal():
            if config is not None:
                run = create_run(current_workspace(), log, config)
                choose_run(run.run_id)
                forget_start()
                start_run(run)
                st.rerun()


def _choose_start() -> tuple[TrainConfig | None, str]:
    """The choices of the run or search in the address, and what names its widgets."""
    start_id = start_parameter()
    if start_id is None:
        return None, ""
    with show_refusal():
        start = load_start(current_workspace(), start_id)
        st.info(plain(start.told), icon=":material/content_copy:")
        return start.config, f"-{start_id}"
    return None, ""
