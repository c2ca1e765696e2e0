"""`load_bundle(path)`: an exported run in a fresh process, ready to make lists."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load

from seqrec.errors import BundleError, ConfigError, WorkspaceError
from seqrec.recommend.bundle_file import CARD, HISTORIES, RULES, USERS, checked_folder
from seqrec.recommend.engine import Engine, index_items
from seqrec.recommend.list_rules import NO_RULES, ListRules
from seqrec.recommend.rule_store import check_rules
from seqrec.scoring.load import load_engine
from seqrec.workspace import read_json

_BROKEN = (OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, SafetensorError)


@dataclass(frozen=True)
class Bundle:
    """A run that was exported.

    Attributes:
        engine: its models, with rules but without taste: nothing is known of who had what.
        rules: that every list obeys.
        card: what was learned from, how, and how good it is.
        item_ids: item id by the log's own key.
        histories: by the log's own user id; empty where the bundle was exported without.
        has_histories: whether users can be asked for by id.
    """

    engine: Engine
    rules: ListRules
    card: Mapping[str, Any]
    item_ids: Mapping[str, int]
    histories: Mapping[str, NDArray[np.int32]] = field(repr=False)
    has_histories: bool

    @property
    def fingerprint(self) -> str:
        """Of the log that was learned from."""
        return str(self.card["log"]["fingerprint"])


def load_bundle(path: Path | str) -> Bundle:
    """The models, items, rules and card of an exported run.

    Args:
        path: the file, or a folder that it was unpacked to.

    Raises:
        BundleError: it is none, of another version, was changed, or its parts do not fit.
    """
    with checked_folder(Path(path)) as folder:
        try:
            bundle = _read(folder)
            _try(bundle)
        except (WorkspaceError, ConfigError, pa.ArrowException, *_BROKEN) as error:
            raise BundleError(
                f"the parts of the bundle do not fit each other ({error}); export the run again"
            ) from error
    return bundle


def _read(folder: Path) -> Bundle:
    engine = load_engine(folder)
    card = read_json(folder / CARD)
    rules = NO_RULES
    if (folder / RULES).is_file():
        text = (folder / RULES).read_text(encoding="utf-8")
        rules = check_rules(text, engine.catalogue)
    has_histories = (folder / HISTORIES).is_file()
    histories = _read_histories(folder, engine) if has_histories else {}
    item_ids = index_items(engine.catalogue)
    bundle = Bundle(engine, rules, card, item_ids, histories, has_histories)
    _ = bundle.fingerprint
    return bundle


def _read_histories(folder: Path, engine: Engine) -> dict[str, NDArray[np.int32]]:
    arrays = load((folder / HISTORIES).read_bytes())
    items, offsets = arrays["items"], arrays["offsets"]
    users = [str(user) for user in pq.read_table(folder / USERS)["user"].to_pylist()]
    n_items = len(engine.catalogue.item_keys) - 1
    if items.dtype != np.int32 or (len(items) and not 1 <= items.min() <= items.max() <= n_items):
        raise ValueError("a history holds an item that the catalogue does not have")
    if len(offsets) != len(users) + 1 or offsets[0] != 0 or offsets[-1] != len(items):
        raise ValueError("the histories are not those of the users")
    if (np.diff(offsets) < 0).any():
        raise ValueError("the histories overlap")
    bounds = zip(users, offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    return {user: items[first:last] for user, first, last in bounds}


def _try(bundle: Bundle) -> None:
    """Score once with every model: parts of different catalogues show here, not in an answer."""
    engine = bundle.engine
    for name in engine.names:
        shape = engine.score(name, [np.ones(1, dtype=np.int32)], hide_seen=False).shape
        if shape != (1, len(engine.catalogue.item_keys)):
            raise ValueError(f"the model '{name}' knows other items than the catalogue")
