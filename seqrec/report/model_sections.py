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

N_STORIES = 3
_N_EVENTS = 10


def tell_training(run: Run) -> Section:
    """The curves of a run that has results."""
    metrics = read_metrics(run.folder)
    last = metrics[-1]
    model = run.config.model
    return Section(
        "How the model learned",
        (
            Words(
                f"{last.step:,} steps, {last.epoch:.1f} passes over the log in "
                f"{last.elapsed_s / 60:,.1f} minutes; {model.n_blocks} transformer blocks of "
                f"width {model.width}, the newest {model.max_length} events are seen."
            ),
            Picture("Does the loss fall?", draw_loss_curve(metrics), "Loss by step"),
            Picture(
                "Does it rank better than the baselines?",
                draw_quality_curve(metrics, read_baselines(run.folder)),
                "Validation NDCG at 10 by step, with the best baselines as level lines",
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
        caption = "What the first ten items of every test user's list are like."
        blocks.append(Table("lists", caption, lists))
    return Section("How good it is", tuple(blocks))


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
    return Section("What single users would get", tuple(blocks))


def _story(
    run: Run, catalogue: Catalogue, history: pd.DataFrame, user: tuple[int, int, str]
) -> Iterator[Block]:
    number, user_row, name = user
    target = read_target(run.folder, user_row)
    lists = read_lists(run.folder, user_row, HELD_OUT)
    hidden = " The newest event was hidden from the models." if target is not None else ""
    caption = f"{name}: the newest of {len(history):,} events.{hidden}"
    yield Table(f"history-{number}", caption, history.rename(columns=_said), n_shown=_N_EVENTS)
    if target is not None:
        yield Words(tell_outcome(target, catalogue, LIST_LENGTH))
    if not lists.empty:
        model = pick_models(read_evaluation(run))[0]
        ranked = tell_list(lists, model, catalogue, target).rename(columns=_said)
        caption = f"{name}: what {model} recommends."
        yield Table(f"recommended-{number}", caption, ranked, n_shown=_N_EVENTS)


def _said(column: str) -> str:
    return "Item" if column == "title" else column.capitalize()


def hide_users(user_rows: Sequence[int], users: NDArray[np.object_], *, named: bool) -> list[str]:
    """Names of users as a report shows them: their ids only where that was asked for."""
    return [
        f"User {users[row]}" if named else f"User {number}"
        for number, row in enumerate(user_rows, 1)
    ]
