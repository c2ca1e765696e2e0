"""Files without columns, one sequence or transaction a line, as tables: user, item, position."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from seqrec.log.formats.arrow import ArrowTexts, pc
from seqrec.log.formats.progress import Report
from seqrec.log.formats.rejects_file import RejectsFile
from seqrec.log.formats.table_writer import TableWriter
from seqrec.log.formats.text_lines import LineBlock, line_blocks
from seqrec.translation.texts import tr

COLUMNS = ("user", "item", "position")
_ITEM_NAME = "@ITEM="


def read_baskets(
    path: Path, target: Path, delimiter: str, rejects: RejectsFile, report: Report
) -> tuple[str, ...]:
    """Write a transaction a line, its items in order, as a table of text; notes on it.

    Args:
        path: a UTF-8 text.
        target: the Parquet file to write; the user is the number of the line.
        delimiter: between two items; a space stands for any number of them.
        rejects: gets lines that are not UTF-8.
        report: is told the stage and the share done.
    """
    with TableWriter(target, COLUMNS) as writer:
        for block in line_blocks(path, rejects, report):
            tokens = _Tokens(block, delimiter)
            firsts = np.searchsorted(tokens.rows, tokens.rows)  # the first token of the same line
            positions = np.arange(len(firsts)) - firsts
            filled = pc.not_equal(tokens.texts, "").to_numpy(zero_copy_only=False)
            tokens.write(writer, filled, positions)
    return (
        tr(
            "a transaction a line: the user is the number of the line, the position the place in it"
        ),
    )


def read_spmf(path: Path, target: Path, rejects: RejectsFile, report: Report) -> tuple[str, ...]:
    """Write SPMF sequences (1 -1 2 3 -1 -2) as a table of text; notes on it.

    Items between two -1 share their position, which is their time where the file gives one (<5>).
    Lines `@ITEM=1=apple` name the items behind them.
    """
    names: dict[str, str] = {}
    with TableWriter(target, COLUMNS) as writer:
        for block in line_blocks(path, rejects, report):
            names |= _item_names(block)
            tokens = _Tokens(block, " ")
            tokens.name(names)
            ends = tokens.equal("-1")
            times = pc.match_substring_regex(tokens.texts, "^<.*>$").to_numpy(zero_copy_only=False)
            is_note = tokens.of_lines(_is_note(block))
            tokens.write(
                writer,
                ~(ends | times | tokens.equal("-2") | is_note),
                _set_times(tokens, times) if times.any() else _set_numbers(tokens.rows, ends),
            )
    return (
        tr("SPMF sequences: the user is the number of the line, the position that of the item set"),
        *([tr("the names of {n:,} items stand in the file", n=len(names))] if names else []),
    )


class _Tokens:
    """What stands in the lines of a block.

    Attributes:
        texts: of the tokens in order.
        rows: place of each one's line in the block; shape (tokens,).
    """

    def __init__(self, block: LineBlock, delimiter: str) -> None:
        trimmed = pc.utf8_trim_whitespace(block.texts)
        if delimiter == " ":
            split: ArrowTexts = pc.utf8_split_whitespace(trimmed)
        else:
            split = pc.split_pattern(trimmed, delimiter)
        self.texts: ArrowTexts = pc.utf8_trim_whitespace(pc.list_flatten(split))
        self.rows: np.ndarray = pc.list_parent_indices(split).to_numpy()
        self._numbers = block.numbers

    def equal(self, text: str) -> np.ndarray:
        """Which tokens are this text; shape (tokens,)."""
        return np.asarray(pc.equal(self.texts, text).to_numpy(zero_copy_only=False))

    def of_lines(self, mask: np.ndarray) -> np.ndarray:
        """A mask of lines as one of tokens."""
        return np.asarray(mask[self.rows], dtype=bool)

    def name(self, names: dict[str, str]) -> None:
        """Replace ids by names."""
        if names:
            encoded = self.texts.dictionary_encode()
            named = [names.get(text, text) for text in encoded.dictionary.to_pylist()]
            self.texts = pa.array(named, pa.string()).take(encoded.indices)

    def write(self, writer: TableWriter, mask: np.ndarray, positions: np.ndarray) -> None:
        """Write the tokens in a mask as items, with their line as user."""
        lines = self._numbers[self.rows[mask]]
        users = pa.array(lines).cast(pa.string())
        places = pa.array(positions[mask]).cast(pa.string())
        writer.write([users, self.texts.filter(pa.array(mask)), places], lines)


def _set_numbers(rows: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The number of each token's item set in its line, from 0."""
    n_before = np.cumsum(ends) - ends
    return np.asarray(n_before - n_before[np.searchsorted(rows, rows)])


def _set_times(tokens: _Tokens, times: np.ndarray) -> np.ndarray:
    """The time that stands before each token, 0 where there is none."""
    stamps = pc.utf8_trim(tokens.texts, characters="<>").to_numpy(zero_copy_only=False)
    latest = np.maximum.accumulate(np.where(times, np.arange(len(times)), -1))
    same_line = (latest >= 0) & (tokens.rows[latest] == tokens.rows)
    return np.where(same_line, stamps[latest], "0").astype(str)


def _is_note(block: LineBlock) -> np.ndarray:
    return np.asarray(
        pc.match_substring_regex(block.texts, "^[@#%]").to_numpy(zero_copy_only=False)
    )


def _item_names(block: LineBlock) -> dict[str, str]:
    lines = block.texts.filter(pc.starts_with(block.texts, _ITEM_NAME)).to_pylist()
    pairs = (line.removeprefix(_ITEM_NAME).partition("=") for line in lines)
    return {item: name.strip() for item, _, name in pairs}
