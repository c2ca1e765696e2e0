"""Which searches Spark can do: what MLlib lacks is refused here, before anything starts."""

from seqrec.errors import ConfigError
from seqrec.mining.conditions import ItemFilter, PatternKind
from seqrec.mining.config import CountedConfig, Engine, ItemsetConfig, PatternConfig
from seqrec.translation.texts import mark, tr

COST = mark(
    "Spark takes 50 s where this machine takes 4, most of it to start and to schedule: choose it "
    "where the log does not fit. It counts all patterns of a minimum support, without limits of "
    "gap or time, and does not say how easily chance explains an order."
)
_TOP = mark("it does not find the most frequent patterns; choose a minimum support")
_KIND = mark("it does not tell which of them are closed or maximal; choose all of them")
_NEAR = mark("it knows no limits of gap or time; take them away")
_ITEMS = mark("it knows no items that a pattern must hold; filter the patterns that it finds")
_PARTIAL = mark("it gives all results or none; do not ask to keep a part of them")
_LEVELS = mark("it knows one level at a time; choose items or categories")
_REFERENCE = mark("it counts by its own library; choose either Spark or mlxtend")
_OPEN = mark("it does not look for a minimum support by itself; choose one")


def spark_url_of(config: CountedConfig) -> str | None:
    """Where a configuration is to be counted; None for this machine."""
    return config.spark_url if isinstance(config, ItemsetConfig | PatternConfig) else None


def check_spark_can(config: CountedConfig) -> None:
    """Refuse what MLlib lacks, before anything starts; a choice of this machine always passes.

    Raises:
        ConfigError: Spark is to count something that it cannot.
    """
    if spark_url_of(config) is None:
        return
    lacking = _lacking(config)
    if lacking:
        raise ConfigError(
            tr("Spark cannot do this: {reason}; or let this machine count", reason=tr(lacking))
        )


def _lacking(config: CountedConfig) -> str:
    """What Spark lacks, and what to do about it; "" where it lacks nothing."""
    found = []
    if isinstance(config, PatternConfig):
        found = [
            (config.top is not None, _TOP),
            (config.kind is not PatternKind.ALL, _KIND),
            (config.near.any, _NEAR),
            (config.items != ItemFilter(), _ITEMS),
            (config.partial, _PARTIAL),
            (config.scope.both_levels, _LEVELS),
        ]
    if isinstance(config, ItemsetConfig):
        found = [
            (config.engine is not Engine.EMBEDDED, _REFERENCE),
            (config.kind is not PatternKind.ALL, _KIND),
        ]
    if isinstance(config, ItemsetConfig | PatternConfig):
        found.append((config.min_count is None, _OPEN))
    return next((words for lacks, words in found if lacks), "")
