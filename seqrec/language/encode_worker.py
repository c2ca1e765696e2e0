"""The job that reads a catalogue: `python -m seqrec.language.encode_worker FOLDER`."""

import os
import sys
from pathlib import Path

import torch

from seqrec.jobs.state import CONFIG_FILE
from seqrec.jobs.worker import JobReporter, run_worker
from seqrec.language.backbones import find_backbone
from seqrec.language.texts import item_texts
from seqrec.language.vector_store import VectorStore
from seqrec.language.vectors import text_vectors
from seqrec.log.behaviour_log import load_catalogue, load_log
from seqrec.translation.texts import mark
from seqrec.workspace import open_workspace, read_json


def encode(reporter: JobReporter) -> str:
    """Read all texts of a log's catalogue; the id of the log."""
    value = read_json(reporter.folder / CONFIG_FILE)
    torch.set_num_threads(os.cpu_count() or 1)
    reporter.report(mark("Reading the catalogue"), 0.0)
    workspace = open_workspace(Path(value["home"]))
    texts = item_texts(load_catalogue(load_log(workspace, value["log_id"])))
    facts = find_backbone(value["backbone"])

    def watch(share: float) -> None:
        reporter.report(mark("Reading titles"), share)

    text_vectors(facts, VectorStore(workspace, facts), texts, watch)
    return str(value["log_id"])


if __name__ == "__main__":
    sys.exit(run_worker(encode))
