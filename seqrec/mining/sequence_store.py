"""Sequential rules, n-grams and sequences of itemsets in a result's folder."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from seqrec.mining.columns import existing, read_counts, read_lists, write_columns
from seqrec.mining.tables import ItemLists, ItemsetSequenceTable, NgramTable, SequentialRuleTable

SEQUENTIAL_RULES_FILE = "sequential_rules.parquet"
NGRAMS_FILE = "ngrams.parquet"
ITEMSET_SEQUENCES_FILE = "itemset_sequences.parquet"
_N_HISTORIES, _N_WINDOWS = b"n_histories", b"n_windows"


def write_sequential_rules(folder: Path, rules: SequentialRuleTable) -> None:
    """Write the sequential rules whole."""
    write_columns(
        folder / SEQUENTIAL_RULES_FILE,
        {
            "antecedent": rules.antecedents,
            "consequent": rules.consequents,
            "n_both": rules.n_both,
            "n_antecedent": rules.n_antecedent,
            "n_consequent": rules.n_consequent,
            "n_together": rules.n_together,
        },
        {_N_HISTORIES: rules.n_histories},
    )


def read_sequential_rules(folder: Path) -> SequentialRuleTable:
    """The sequential rules of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / SEQUENTIAL_RULES_FILE))
    return SequentialRuleTable(
        antecedents=read_lists(table, "antecedent"),
        consequents=read_lists(table, "consequent"),
        n_both=read_counts(table, "n_both"),
        n_antecedent=read_counts(table, "n_antecedent"),
        n_consequent=read_counts(table, "n_consequent"),
        n_together=read_counts(table, "n_together"),
        n_histories=int((table.schema.metadata or {})[_N_HISTORIES]),
    )


def write_ngrams(folder: Path, ngrams: NgramTable) -> None:
    """Write the n-grams whole."""
    write_columns(
        folder / NGRAMS_FILE,
        {"items": ngrams.items, "count": ngrams.counts, "n_occurrences": ngrams.n_occurrences},
        {_N_HISTORIES: ngrams.n_histories, _N_WINDOWS: ngrams.n_windows},
    )


def read_ngrams(folder: Path) -> NgramTable:
    """The n-grams of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / NGRAMS_FILE))
    numbers = table.schema.metadata or {}
    return NgramTable(
        items=read_lists(table, "items"),
        counts=read_counts(table, "count"),
        n_occurrences=read_counts(table, "n_occurrences"),
        n_histories=int(numbers[_N_HISTORIES]),
        n_windows=int(numbers[_N_WINDOWS]),
    )


def write_itemset_sequences(folder: Path, sequences: ItemsetSequenceTable) -> None:
    """Write the sequences of itemsets whole."""
    joins = ItemLists(sequences.joins.astype(np.int32), sequences.items.offsets)
    write_columns(
        folder / ITEMSET_SEQUENCES_FILE,
        {"items": sequences.items, "joins": joins, "count": sequences.counts},
        {_N_HISTORIES: sequences.n_histories},
    )


def read_itemset_sequences(folder: Path) -> ItemsetSequenceTable:
    """The sequences of itemsets of a finished result.

    Raises:
        NotStoredError: the folder holds no finished result.
    """
    table = pq.read_table(existing(folder / ITEMSET_SEQUENCES_FILE))
    return ItemsetSequenceTable(
        items=read_lists(table, "items"),
        joins=read_lists(table, "joins").items.astype(np.bool_),
        counts=read_counts(table, "count"),
        n_histories=int((table.schema.metadata or {})[_N_HISTORIES]),
    )
