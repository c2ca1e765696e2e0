"""Where a new run's choices may come from: another run, or the best trial of a search."""

from dataclasses import dataclass

from seqrec.errors import NotStoredError
from seqrec.training.config import TrainConfig
from seqrec.training.overview import name_run
from seqrec.training.run import load_run
from seqrec.training.search import best_trial, config_of, load_search
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace


@dataclass(frozen=True)
class Start:
    """Choices to start from.

    Attributes:
        config: every choice.
        told: where they come from, in words.
    """

    config: TrainConfig
    told: str


def load_start(workspace: Workspace, start_id: str) -> Start:
    """The choices of a stored run, or of the best trial of a stored search.

    Raises:
        NotStoredError: there is neither, or the search has no finished trial.
        ConfigError: the configuration was changed to something that cannot be.
    """
    try:
        run = load_run(workspace, start_id)
    except NotStoredError:
        return _of_search(workspace, start_id)
    told = tr("The choices of run {run}; change what you like.", run=name_run(run))
    return Start(run.config, told)


def _of_search(workspace: Workspace, search_id: str) -> Start:
    search = load_search(workspace, search_id)
    best = best_trial(search)
    if best is None:
        raise NotStoredError(tr("this search has no finished trial yet; wait for one"))
    return Start(
        config_of(search.config, best.choices),
        tr(
            "The best of the search, trial {number} with validation NDCG@10 {ndcg:.4f}; a run "
            "trains it whole.",
            number=best.number + 1,
            ndcg=best.ndcg,
        ),
    )
