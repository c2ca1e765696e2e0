"""The job that teaches a backbone what follows what: `python -m seqrec.language.tune_worker F`."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from seqrec.evaluation.split import leave_last_out
from seqrec.jobs.lines import append_line
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.language.backbones import find_backbone, need_memory
from seqrec.language.jobs import WORD_LOSSES_FILE
from seqrec.language.loading import load_backbone, save_backbone
from seqrec.language.next_text import Lessons, Tuned, teach_next_texts
from seqrec.language.peak import forget_peak, peak_mib
from seqrec.language.stored_backbones import Learning, MadeBackbone, backbone_folder, write_made
from seqrec.language.texts import item_texts
from seqrec.language.trial_worker import measure_before_and_after
from seqrec.language.trials import keep_back
from seqrec.language.tuning_config import NextTextConfig, Tuning, TuningConfig
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import load_catalogue, load_log, load_sequences
from seqrec.translation.texts import mark, tr
from seqrec.workspace import open_workspace, read_json, whole_folder

_READING = 0.3  # share of the job in which titles are read, for hard negatives
_MEAN_OF = 10  # steps a line


def tune_job(reporter: JobReporter) -> str:
    """Teach a backbone which title follows which; the id of the backbone that comes of it.

    It learns from the training parts alone, and nothing of the items that are kept back to measure
    what is known of new ones. A stop ends it after its step.
    """
    value = read_json(reporter.folder / CONFIG_FILE)
    choices = value["tuning"]
    tuning = TuningConfig(**{**choices, "tuning": Tuning(choices["tuning"])})
    lessons = NextTextConfig(**value["lessons"])
    torch.set_num_threads(os.cpu_count() or 1)
    workspace = open_workspace(Path(value["home"]))
    log = load_log(workspace, value["log_id"])
    texts, facts = item_texts(load_catalogue(log)), find_backbone(value["backbone"])
    need_memory(facts, trained=tuning.tuning is Tuning.FULL)

    def read(share: float) -> None:
        reporter.report(mark("Reading titles"), _READING * share)

    vectors = text_vectors(facts, VectorStore(workspace, facts), texts, read)
    split = keep_back(leave_last_out(load_sequences(log))).split
    backbone = load_backbone(facts)
    forget_peak()
    tuned = teach_next_texts(
        backbone, tuning, Lessons(split, texts, vectors), lessons, _Watch(reporter)
    )
    made = MadeBackbone(
        folder=backbone_folder(workspace, reporter.folder.name),
        made_from=facts.name,
        how=_tell(tuned, tuning),
        log_id=log.log_id,
        created_at=time.time(),
        learning=Learning(
            way=tuning.tuning,
            n_trainable=tuned.share.n_trainable,
            n_parameters=tuned.share.n_parameters,
            n_steps=len(tuned.losses),
            elapsed_s=tuned.elapsed_s,
            peak_mib=peak_mib(),
            kept_back=True,
        ),
    )
    with whole_folder(made.folder) as folder:
        save_backbone(tuned.backbone, folder)
        write_made(folder, made)
    if value.get("measured"):
        measure_before_and_after(workspace, log, (facts.name, str(made.folder)), reporter)
    return made.folder.name


@dataclass(frozen=True)
class _MeanLoss:
    """As `WordLoss`, without words held out; the loss is the mean of the newest steps."""

    step: int
    elapsed_s: float
    loss: float
    held_out: None = None


class _Watch:
    """Writes a line every ten steps, and says whether the analyst asked for an end."""

    def __init__(self, reporter: JobReporter) -> None:
        self._reporter = reporter
        self._losses: list[float] = []
        self._started = time.perf_counter()

    def __call__(self, share: float, loss: float) -> bool:
        self._losses.append(loss)
        if len(self._losses) % _MEAN_OF == 0 or share >= 1:
            newest = self._losses[-_MEAN_OF:]
            elapsed_s = time.perf_counter() - self._started
            line = _MeanLoss(len(self._losses), elapsed_s, sum(newest) / len(newest))
            append_line(self._reporter.folder / WORD_LOSSES_FILE, line)
        self._reporter.report(mark("Learning what follows what"), _READING + (1 - _READING) * share)
        return self._reporter.stop_requested()


def _tell(tuned: Tuned, tuning: TuningConfig) -> str:
    way, share, steps = tr(tuning.tuning), tuned.share.share, len(tuned.losses)
    if not tuning.frozen_layers:
        return tr(
            "taught what follows what ({way}, {share:.1%} of its weights) in {steps:,} steps",
            way=way,
            share=share,
            steps=steps,
        )
    return tr(
        "taught what follows what ({way} behind {frozen} frozen layers, {share:.1%} of its "
        "weights) in {steps:,} steps",
        way=way,
        frozen=tuning.frozen_layers,
        share=share,
        steps=steps,
    )


if __name__ == "__main__":
    sys.exit(run_worker(tune_job))
