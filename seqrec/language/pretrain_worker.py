"""The job that goes on with pretraining: `python -m seqrec.language.pretrain_worker FOLDER`."""

import os
import sys
import time
from pathlib import Path

import torch

from seqrec.jobs.lines import append_line
from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.language.backbones import find_backbone, need_memory
from seqrec.language.jobs import WORD_LOSSES_FILE
from seqrec.language.loading import load_backbone, save_backbone
from seqrec.language.peak import forget_peak, peak_mib
from seqrec.language.pretrain_config import PretrainConfig
from seqrec.language.pretraining import WordLoss, pretrain
from seqrec.language.stored_backbones import (
    PRETRAINED_WAY,
    Learning,
    MadeBackbone,
    backbone_folder,
    write_made,
)
from seqrec.language.texts import item_texts
from seqrec.language.trial_worker import measure_before_and_after
from seqrec.log.behaviour_log import load_catalogue, load_log
from seqrec.translation.texts import mark, tr
from seqrec.workspace import open_workspace, read_json, whole_folder


def pretrain_job(reporter: JobReporter) -> str:
    """Learn the words of a log's catalogue; the id of the backbone that comes of it.

    A stop ends it after its step, with a backbone that can be chosen.
    """
    value = read_json(reporter.folder / CONFIG_FILE)
    config = PretrainConfig(**value["pretraining"])
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report(mark("Reading the catalogue"), 0.0)
    workspace = open_workspace(Path(value["home"]))
    log = load_log(workspace, value["log_id"])
    texts = item_texts(load_catalogue(log))
    facts = find_backbone(value["backbone"])
    need_memory(facts, trained=True)
    backbone = load_backbone(facts, with_words=True)

    def watch(measured: WordLoss) -> bool:
        append_line(reporter.folder / WORD_LOSSES_FILE, measured)
        reporter.report(mark("Learning the words of the catalogue"), measured.step / config.steps)
        return reporter.stop_requested()

    forget_peak()
    losses = pretrain(backbone, texts, config, watch)
    n_weights = sum(weight.numel() for weight in backbone.model.parameters())
    made = MadeBackbone(
        folder=backbone_folder(workspace, reporter.folder.name),
        made_from=facts.name,
        how=tr(
            "pretrained on titles: held-out loss {first:.2f} to {last:.2f} nats a word in "
            "{steps:,} steps",
            first=losses[0].held_out,
            last=losses[-1].held_out,
            steps=losses[-1].step,
        ),
        log_id=log.log_id,
        created_at=time.time(),
        learning=Learning(
            way=PRETRAINED_WAY,
            n_trainable=n_weights,
            n_parameters=n_weights,
            n_steps=losses[-1].step,
            elapsed_s=losses[-1].elapsed_s,
            peak_mib=peak_mib(),
            kept_back=True,  # titles say nothing of events
        ),
    )
    with whole_folder(made.folder) as folder:
        save_backbone(backbone, folder)
        write_made(folder, made)
    if value.get("measured"):
        measure_before_and_after(workspace, log, (facts.name, str(made.folder)), reporter)
    return made.folder.name


if __name__ == "__main__":
    sys.exit(run_worker(pretrain_job))
