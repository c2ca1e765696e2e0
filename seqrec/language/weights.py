"""What a folder of safetensors holds, from the headers alone: nothing of the weights is read."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from seqrec.errors import BackboneError
from seqrec.translation.texts import tr

_LENGTH_BYTES = 8  # of the header's length, little-endian, before the header
_MAX_HEADER_BYTES = 100 << 20
_ADAPTER = "adapter_"  # weights beside a backbone, not of one
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
# Names of the table of word vectors in the architectures that `transformers` calls auto models.
_TABLES = ("word_embeddings.weight", "wte.weight", "embed_tokens.weight", "embed_in.weight")


@dataclass(frozen=True)
class WeightFacts:
    """What the weights of a model amount to.

    Attributes:
        n_parameters: numbers in all tensors.
        size_bytes: of all tensors.
        n_words: rows of the table of word vectors; 0 where none is found by its name.
    """

    n_parameters: int
    size_bytes: int
    n_words: int


def read_weight_facts(folder: Path) -> WeightFacts:
    """Sizes of all safetensors files of a folder.

    Raises:
        BackboneError: there are none, or one is damaged; pickled weights are never opened.
    """
    files = [path for path in sorted(folder.glob("*.safetensors")) if _is_model(path)]
    if not files:
        pickles = sorted(path.name for kind in _PICKLES for path in folder.glob(kind))
        if pickles:
            raise BackboneError(
                tr(
                    "'{name}' holds its weights as {file}, a kind of file that can run code when "
                    "it is opened; convert it to safetensors where you trust its maker "
                    "(model.save_pretrained writes them), or choose another backbone",
                    name=folder.name,
                    file=pickles[0],
                )
            )
        raise BackboneError(
            tr(
                "'{name}' holds no *.safetensors file; choose the folder that "
                "model.save_pretrained wrote",
                name=folder.name,
            )
        )
    n_parameters = size_bytes = n_words = 0
    for path in files:
        for name, (shape, length) in _read_tensors(path).items():
            n_parameters += math.prod(shape)
            size_bytes += length
            if name.endswith(_TABLES):
                n_words = max(n_words, shape[0])
    return WeightFacts(n_parameters, size_bytes, n_words)


def _is_model(path: Path) -> bool:
    return not path.name.startswith(_ADAPTER)


def _read_tensors(path: Path) -> dict[str, tuple[tuple[int, ...], int]]:
    """Shape and bytes of each tensor."""
    try:
        found, end = _parse_header(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, str(error)) from error
    if end > path.stat().st_size:
        raise _damaged(path, tr("it ends too early"))
    return found


def _parse_header(path: Path) -> tuple[dict[str, tuple[tuple[int, ...], int]], int]:
    """Shape and bytes of each tensor, and the size that the file must have."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        header = json.loads(file.read(min(length, _MAX_HEADER_BYTES)))
    found, end = {}, 0
    for name, tensor in header.items():
        if name != "__metadata__":
            first, last = map(int, tensor["data_offsets"])
            found[name] = (tuple(map(int, tensor["shape"])), last - first)
            end = max(end, last)
    return found, _LENGTH_BYTES + length + end


def _damaged(path: Path, why: str) -> BackboneError:
    return BackboneError(
        tr(
            "'{file}' in '{name}' is no whole safetensors file ({why}); download or export the "
            "model again",
            file=path.name,
            name=path.parent.name,
            why=why,
        )
    )
