"""The baselines and the blend beside a transformer in its bundle."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from seqrec.evaluation.recommender import Recommender
from seqrec.models.hybrid import Blend, BlendKind
from seqrec.models.stored import load_recommender, save_recommender
from seqrec.workspace import read_json, remove_folder, whole_folder, write_json

TRANSFORMER = "Transformer"  # the name that pages show
_FOLDER = "baselines"
_LIST_FILE = "baselines.json"
_FILE_NAME = re.compile(r"[0-9]{1,3}\.safetensors")


@dataclass(frozen=True)
class Companions:
    """What a transformer was compared with.

    Attributes:
        models: fitted baselines by the name that pages show.
        blend: of the hybrid of all; None where there is none.
        exclude_seen: whether seen items were left out of lists in the comparison.
    """

    models: Mapping[str, Recommender]
    blend: Blend | None
    exclude_seen: bool


def write_companions(bundle: Path, companions: Companions) -> None:
    """Put the baselines into a bundle, whole or not at all."""
    remove_folder(bundle / _FOLDER)
    with whole_folder(bundle / _FOLDER) as folder:
        files = {name: f"{place}.safetensors" for place, name in enumerate(companions.models)}
        for name, model in companions.models.items():
            save_recommender(folder / files[name], model)
        described = {
            "files": files,
            "blend": companions.blend and asdict(companions.blend),
            "exclude_seen": companions.exclude_seen,
        }
        write_json(folder / _LIST_FILE, described)


def read_companions(bundle: Path) -> Companions:
    """The baselines of a bundle; none where an earlier version made it.

    Raises:
        ValueError: it names a file that no baseline has.
    """
    folder = bundle / _FOLDER
    if not folder.is_dir():
        return Companions({}, None, exclude_seen=False)
    described = read_json(folder / _LIST_FILE)
    if wrong := [file for file in described["files"].values() if not _FILE_NAME.fullmatch(file)]:
        raise ValueError(f"a baseline is said to lie in '{wrong[0]}'")
    models = {name: load_recommender(folder / file) for name, file in described["files"].items()}
    blend = described["blend"]
    if blend is not None:
        blend = Blend(
            BlendKind(blend["kind"]),
            tuple(blend["names"]),
            tuple(blend["bounds"]),
            tuple(map(tuple, blend["weights"])),
        )
    return Companions(models, blend, described["exclude_seen"])
