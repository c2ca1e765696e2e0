"""Vectors of texts on disk, found again by backbone and text; nothing here loads torch."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save

from seqrec.language.backbones import BackboneFacts
from seqrec.workspace import Workspace, write_whole

_DIGEST_BYTES = 16
_DIGESTS, _VECTORS = "digests", "vectors"


class VectorStore:
    """Vectors of the texts that one backbone has read, whichever log they stand in.

    A folder is named by the bytes of the backbone; each file in it holds the vectors of some
    texts and is never changed, so that several jobs may write beside each other.
    """

    def __init__(self, workspace: Workspace, facts: BackboneFacts) -> None:
        """Find the backbone's folder."""
        self.folder = workspace.home / "vectors" / fingerprint_backbone(facts)
        self._width = facts.width

    def read(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """The vectors of texts, and which of them are known.

        Returns:
            (n, width), rows of unknown and of empty texts 0; and (n,), empty texts count as known.
        """
        vectors = np.zeros((len(texts), self._width), dtype=np.float32)
        known = np.array([not text for text in texts], dtype=np.bool_)
        wanted = _digest(texts)
        for path in sorted(self.folder.glob("[!.]*.safetensors")):
            arrays = load_file(path)
            place = {digest.tobytes(): row for row, digest in enumerate(arrays[_DIGESTS])}
            rows = [row for row, one in enumerate(wanted) if not known[row] and one in place]
            vectors[rows] = arrays[_VECTORS][[place[wanted[row]] for row in rows]]
            known[rows] = True
        return vectors, known

    def add(self, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep the vectors of texts; (n, width)."""
        digests = np.frombuffer(b"".join(_digest(texts)), dtype=np.uint8)
        digests = digests.reshape(len(texts), _DIGEST_BYTES)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(digests.tobytes()).hexdigest()[:16]
        data = save({_DIGESTS: digests, _VECTORS: np.ascontiguousarray(vectors)})
        write_whole(self.folder / f"{name}.safetensors", data)


def fingerprint_backbone(facts: BackboneFacts) -> str:
    """The first 16 hexadecimal digits of a SHA-256 of configuration, tokenizer and weights."""
    total = hashlib.sha256()
    names = [facts.folder / name for name in ("config.json", "tokenizer.json")]
    for path in [*names, *sorted(facts.folder.rglob("*.safetensors"))]:
        total.update(_digest_file(path))
    return total.hexdigest()[:16]


def _digest_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _digest(texts: Sequence[str]) -> list[bytes]:
    """A short SHA-256 of each text."""
    return [
        hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_DIGEST_BYTES]
        for text in texts
    ]
