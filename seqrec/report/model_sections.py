"""The model in a report: how it learned, how good it is, and what three users would get."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from seqrec.evaluation.compare import (
    comparison_frame,
    describe_left_out,
    describe_protocol,
    describe_winner,
    list_frame,
    pick_models,
)
from seqrec.figures.curves import draw_loss_curve, draw_quality_curve
from seqrec.log.behaviour_log import BehaviourLog, Catalogue
from seqrec.log.sequences import SequenceDatabase
from seqrec.recommend.lists import HELD_OUT, LIST_LENGTH, read_lists, read_target
from seqrec.recommend.story import draw_user, tell_history, tell_list, tell_outcome
from seqrec.report.blocks import Block, Picture, Section, Table, Words
from seqrec.training.run import Run, read_baselines, read_evaluation, read_metrics
from seqrec.translation.texts import join_sentences, mark, tr

N_STORIES = 3
_N_EVENTS = 10
_COLUMNS = {
    "position": mark("Position"),
    "time": mark("Time"),
    "title": mark("Item"),
    "event": mark("Event"),
    "rank": mark("Rank"),
    "score": mark("Score"),
    "seen": mark("Seen"),
    "hit": mark("Hit"),
}


def tell_training(run: Run) -> Section:
    """The curves of a run that has results."""
    metrics = read_metrics(run.folder)
    last = metrics[-1]
    model = run.config.model
    return Section(
        tr("How the model learned"),
        (
            Words(
                tr(
                    "{steps:,} steps, {epochs:.1f} passes over the log in {minutes:,.1f} minutes; "
                    "{blocks} transformer blocks of width {width}, the newest {length} events are "
                    "seen.",
                    steps=last.step,
                    epochs=last.epoch,
                    minutes=last.elapsed_s / 60,
                    blocks=model.n_blocks,
                    width=model.width,
                    length=model.max_length,
                )
            ),
            Picture(tr("Does the loss fall?"), draw_loss_curve(metrics), tr("Loss by step")),
            Picture(
                tr("Does it rank better than the baselines?"),
                draw_quality_curve(metrics, read_baselines(run.folder)),
                tr("Validation NDCG at 10 by step, with the best baselines as level lines"),
            ),
        ),
    )


def tell_evaluation(run: Run) -> Section:
    """All models on the held-out events."""
    evaluation = read_evaluation(run)
    blocks: list[Block] = [
        Words(describe_winner(evaluation)),
        Table("evaluation", describe_protocol(evaluation), comparison_frame(evaluation)),
    ]
    if left_out := describe_left_out(evaluation):
        blocks.append(Words(left_out))
    lists = list_frame(evaluation)
    if len(lists):
        caption = tr("What the first ten items of every test user's list are like.")
        blocks.append(Table("lists", caption, lists))
    return Section(tr("How good it is"), tuple(blocks))


def pick_users(database: SequenceDatabase, seed: int) -> tuple[int, ...]:
    """Rows of up to three different users that a report tells of, drawn at random."""
    drawn = dict.fromkeys(draw_user(database, seed * 100 + place) for place in range(30))
    return tuple(drawn)[:N_STORIES]


def tell_stories(
    log: BehaviourLog,
    run: Run,
    database: SequenceDatabase,
    catalogue: Catalogue,
    names: Sequence[tuple[int, str]],
) -> Section:
    """History and recommendations of some users.

    Args:
        log: that the run was trained on.
        run: with results.
        database: the log's arrays.
        catalogue: the log's items.
        names: row and name of each user, as the report may show it.
    """
    blocks: list[Block] = []
    for number, (user_row, name) in enumerate(names, 1):
        history = tell_history(log, database, catalogue, user_row)
        blocks += _story(run, catalogue, history, (number, user_row, name))
    return Section(tr("What single users would get"), tuple(blocks))


def _story(
    run: Run, catalogue: Catalogue, history: pd.DataFrame, user: tuple[int, int, str]
) -> Iterator[Block]:
    number, user_row, name = user
    target = read_target(run.folder, user_row)
    lists = read_lists(run.folder, user_row, HELD_OUT)
    told = [tr("{user}: the newest of {n:,} events.", user=name, n=len(history))]
    if target is not None:
        told.append(tr("The newest event was hidden from the models."))
    caption = join_sentences(told)
    yield Table(f"history-{number}", caption, history.rename(columns=_said), n_shown=_N_EVENTS)
    if target is not None:
        yield Words(tell_outcome(target, catalogue, LIST_LENGTH))
    if not lists.empty:
        model = pick_models(read_evaluation(run))[0]
        ranked = tell_list(lists, model, catalogue, target).rename(columns=_said)
        caption = tr("{user}: what {model} recommends.", user=name, model=tr(model))
        yield Table(f"recommended-{number}", caption, ranked, n_shown=_N_EVENTS)


def _said(column: str) -> str:
    return _COLUMNS[column]


def hide_users(user_rows: Sequence[int], users: NDArray[np.object_], *, named: bool) -> list[str]:
    """Names of users as a report shows them: their ids only where that was asked for."""
    return [
        tr("User {name}", name=users[row] if named else number)
        for number, row in enumerate(user_rows, 1)
    ]
