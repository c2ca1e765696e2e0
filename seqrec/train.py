"""Training from a command line, as the Train page does it: `python -m seqrec.train LOG`."""

import argparse
import sys
import time
from collections.abc import Sequence

from seqrec.errors import ConfigError, SeqrecError
from seqrec.jobs.queue import jobs_before
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import load_log, load_sequences
from seqrec.log.profiling.profile import profile_sequences
from seqrec.settings import read_settings
from seqrec.training.config import Preset, TrainConfig, preset_config, with_choices
from seqrec.training.run import Run, create_run, load_run, read_metrics, start_run
from seqrec.workspace import Workspace, open_workspace

_POLL_S = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Create and start a run, or resume one, and follow it to its end; 0 where it finished."""
    wish = _parser().parse_args(arguments)
    try:
        workspace = open_workspace(read_settings().home)
        if wish.resume:
            run = load_run(workspace, wish.log)
        else:
            config = choose_config(workspace, wish.log, wish.preset, wish.choices)
            run = create_run(workspace, load_log(workspace, wish.log), config)
        sys.stdout.write(f"run {run.run_id}\nfolder {run.folder}\n")
        if wish.no_start:
            return 0
        start_run(run)
        return 0 if wish.detach else follow(run)
    except SeqrecError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def choose_config(
    workspace: Workspace, log_id: str, preset: str, choices: Sequence[str] = ()
) -> TrainConfig:
    """A preset for a log, with some choices changed.

    Args:
        workspace: where the log lies.
        log_id: of the log.
        preset: its name, in any case.
        choices: `name=value` each.

    Raises:
        ConfigError: a choice cannot be.
        NotStoredError: there is no such log.
    """
    database = load_sequences(load_log(workspace, log_id))
    names = {str(one).lower(): one for one in Preset}
    start = preset_config(names[preset], profile_sequences(database).repeat_rate)
    changes = {}
    for choice in choices:
        name, equals, value = choice.partition("=")
        if not equals:
            raise ConfigError(f"'{choice}' is no choice; write it as name=value")
        changes[name.strip().replace("-", "_")] = value.strip()
    return with_choices(start, changes)


def add_common(parser: argparse.ArgumentParser, made: str, preset: str) -> None:
    """What the command lines of training and of search share.

    Args:
        parser: which gets the arguments.
        made: what the command makes, in a word.
        preset: that the choices start from where none is named.
    """
    parser.add_argument("log", help=f"id of a stored log; with --resume that of a {made}")
    parser.add_argument(
        "--preset",
        type=str.lower,
        choices=["quick", "standard"],
        default=preset,
        help="what the choices start from",
    )
    parser.add_argument(
        "--set",
        dest="choices",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a choice, such as learning_rate=0.001 or architecture=llama; repeatable",
    )
    parser.add_argument("--resume", action="store_true", help=f"go on with a {made}")
    parser.add_argument("--detach", action="store_true", help="do not wait for the end")


def follow(run: Run) -> int:
    """Write each validation as it comes, then how the run ended; 0 where it finished."""
    n_told = 0
    if before := jobs_before(run.folder):
        sys.stdout.write(f"queued: {len(before)} to end before it\n")
    while True:
        state = run.state()
        metrics = [line for line in read_metrics(run.folder) if line.ndcg is not None]
        for line in metrics[n_told:]:
            sys.stdout.write(
                f"epoch {line.epoch:.1f}, {line.elapsed_s:.0f} s: validation NDCG@10 "
                f"{line.ndcg:.4f}, hit rate@10 {line.hit_rate:.4f}\n"
            )
        n_told = len(metrics)
        if state is None or not state.active:
            break
        sys.stdout.flush()
        time.sleep(_POLL_S)
    if state is not None:
        sys.stdout.write(f"{state.status}: {state.error or state.stage}\n")
    return int(state is None or state.status is JobStatus.FAILED)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m seqrec.train", description=__doc__)
    add_common(parser, "run", "standard")
    parser.add_argument(
        "--no-start", action="store_true", help="only make the run, for torchrun to start"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
