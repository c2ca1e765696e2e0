"""Sequential patterns: items that recur in the same order in many histories."""

import logging

from seqrec.errors import ConfigError
from seqrec.log.sequences import SequenceDatabase
from seqrec.mining.config import PatternConfig
from seqrec.mining.levels import Level
from seqrec.mining.limits import Control
from seqrec.mining.settled_search import search_within
from seqrec.mining.tables import PatternTable
from seqrec.mining.units import Units, choose_symbols
from seqrec.translation.texts import mark, tr

logger = logging.getLogger(__name__)


def mine_patterns(
    database: SequenceDatabase,
    config: PatternConfig,
    control: Control | None = None,
    level: Level | None = None,
) -> PatternTable:
    """The patterns that at least `config.min_count` histories hold, most frequent first.

    A pattern is a list of items that occur in this order, whatever lies between where no limit of
    gap or span is set; a history holds it once, however often it occurs there.

    Args:
        database: the histories; each event is one item.
        config: minimum count, lengths, kind and conditions.
        control: lets another thread watch and cancel.
        level: categories of the items, wanted by `config.scope.needs_categories`. With
            `both_levels` a pattern may hold both items and categories, each of another event
            (Srikant & Agrawal 1996, generalised sequential patterns of one item an element).

    Raises:
        ConfigError: the minimum count is above the number of histories, or the log has no clock
            and a limit is in seconds.
        OverLimitError: there are more results than `MAX_RESULTS`, or the search was cancelled; not
            with `config.partial`, where the table says that it is not complete.
    """
    check_clock(database, config)
    return mine_units(choose_symbols(database, config.scope, level), config, control)


def mine_units(units: Units, config: PatternConfig, control: Control | None = None) -> PatternTable:
    """`mine_patterns` for histories or sessions that `choose_symbols` gave."""
    settled, found = search_within(units, config, control)
    lists, counts = found.lists(config.top or 0, partial=config.partial)
    logger.info("%s patterns in %s histories", len(lists), units.n_units)
    stopped_by = found.reason
    if not stopped_by and not config.top and len(lists) < found.n_results:
        stopped_by = mark("the results passed their limit of memory")
    return PatternTable(lists, counts, units.n_units, settled.min_count or 1, stopped_by)


def check_clock(database: SequenceDatabase, config: PatternConfig) -> None:
    """Check that a log has the times that a configuration asks for.

    Raises:
        ConfigError: it has none, and a limit is in seconds.
    """
    if config.near.timed and not database.has_clock:
        raise ConfigError(
            tr(
                "the log has no times, so that a limit in seconds means nothing; limit the gap by "
                "events instead"
            )
        )
