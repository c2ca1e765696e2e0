"""A search from a command line, as the Search page does it: `python -m seqrec.search LOG`."""

import argparse
import sys
import time
from collections.abc import Sequence

from seqrec.errors import SeqrecError
from seqrec.jobs.state import JobStatus
from seqrec.log.behaviour_log import load_log
from seqrec.settings import read_settings
from seqrec.train import add_common, choose_config
from seqrec.training.search import (
    SPACE,
    USUAL,
    Search,
    SearchConfig,
    best_trial,
    create_search,
    load_search,
    read_trials,
    start_search,
)
from seqrec.workspace import Workspace, open_workspace

_POLL_S = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Create and start a search, or resume one, and follow it to its end; 0 where it finished."""
    wish = _parser().parse_args(arguments)
    try:
        workspace = open_workspace(read_settings().home)
        search = load_search(workspace, wish.log) if wish.resume else _create(workspace, wish)
        sys.stdout.write(f"search {search.search_id}\nfolder {search.folder}\n")
        start_search(search)
        return 0 if wish.detach else follow(search)
    except SeqrecError as error:
        sys.stderr.write(f"{error}\n")
        return 2


def follow(search: Search) -> int:
    """Write each trial as it ends, then the best one; 0 where the search finished."""
    n_told = 0
    while True:
        state = search.state()
        trials = read_trials(search.folder)
        for trial in trials[n_told:]:
            quality = "-" if trial.ndcg is None else f"{trial.ndcg:.4f}"
            choices = " ".join(f"{name}={value}" for name, value in trial.choices.items())
            sys.stdout.write(f"trial {trial.number + 1} {trial.status} {quality} {choices}\n")
        n_told = len(trials)
        if state is None or not state.active:
            break
        sys.stdout.flush()
        time.sleep(_POLL_S)
    if best := best_trial(search):
        sys.stdout.write(f"best: trial {best.number + 1}, validation NDCG@10 {best.ndcg:.4f}\n")
    if state is not None:
        sys.stdout.write(f"{state.status}: {state.error or state.stage}\n")
    return int(state is None or state.status is JobStatus.FAILED)


def _create(workspace: Workspace, wish: argparse.Namespace) -> Search:
    config = SearchConfig(
        trials=wish.trials,
        minutes=wish.minutes,
        vary=tuple(name.strip() for name in wish.vary.split(",") if name.strip()),
        start=choose_config(workspace, wish.log, wish.preset, wish.choices),
    )
    return create_search(workspace, load_log(workspace, wish.log), config)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m seqrec.search", description=__doc__)
    add_common(parser, "search", "quick")
    parser.add_argument("--trials", type=int, default=20, help="at most")
    parser.add_argument("--minutes", type=float, default=0.0, help="of all trials; 0: no limit")
    parser.add_argument(
        "--vary", default=",".join(USUAL), help=f"names with commas between: {', '.join(SPACE)}"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
