"""The same run under torchrun: two processes on the CPU, one batch of each a step."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import TrainConfig, with_choices
from seqrec.training.run import CHECKPOINTS_FOLDER, Run, create_run, read_evaluation, read_metrics
from seqrec.training.trainer import train
from seqrec.workspace import Workspace
from tests.training.conftest import TINY, make_task

pytestmark = pytest.mark.slow


def run_together(run: Run, n_processes: int) -> str:
    """Run a worker under torchrun; what it wrote."""
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
    command += [f"--nproc-per-node={n_processes}", "-m", "seqrec.training.worker"]
    done = subprocess.run(
        [*command, str(run.folder)],
        check=False,
        capture_output=True,
        text=True,
        timeout=200,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stderr


@pytest.fixture
def config() -> TrainConfig:
    return with_choices(TINY, {"epochs": 10, "batch_tokens": 120})


def test_two_processes_learn_what_one_learns(
    workspace: Workspace, log: BehaviourLog, split, tmp_path: Path, config
):
    alone = make_task(tmp_path / "alone", split, config)
    train(alone)
    run = create_run(workspace, log, config)
    said = run_together(run, 2)
    assert "step 1 of 2 processes" in said
    state = run.state()
    assert state is not None
    assert state.status is JobStatus.FINISHED
    together, single = read_metrics(run.folder), read_metrics(alone.folder)
    # As many steps, each written once, by the first process.
    assert [line.step for line in together] == [line.step for line in single]
    losses = [[line.loss for line in lines if line.loss] for lines in (together, single)]
    assert losses[0][-1] == pytest.approx(losses[1][-1], abs=0.35)
    assert losses[0][-1] < 0.6 * losses[0][0]
    assert max(line.ndcg for line in together if line.ndcg) > 0.9
    assert read_evaluation(run)["models"]["Transformer"]["ndcg"] > 0.9
    assert not (run.folder / CHECKPOINTS_FOLDER).exists()
