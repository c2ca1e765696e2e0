"""The file of an exported run: named parts with their SHA-256 sums, as a zip or a folder.

A part is safetensors, Parquet, JSON or YAML, never anything that could hold code. Parts are stored
as they are, not compressed, so that no small file unpacks to a large one.
"""

import hashlib
import json
import re
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from seqrec import __version__
from seqrec.errors import BundleError
from seqrec.workspace import write_json

FORMAT = "seqrec bundle"
VERSION = 1
MANIFEST = "manifest.json"
CONFIG, WEIGHTS, ITEMS, CARD = "config.json", "model.safetensors", "items.parquet", "card.json"
RULES, USERS, HISTORIES = "rules.yaml", "users.parquet", "histories.safetensors"
_REQUIRED = frozenset({CONFIG, WEIGHTS, ITEMS, CARD})
_MEMBER = re.compile(r"model-[0-9]{1,2}\.safetensors")  # of an ensemble, behind the first one
_BASELINE = re.compile(r"baselines/(baselines\.json|[0-9]{1,3}\.safetensors)")
_MAX_PART_BYTES = 4 << 30
_MAX_TEXT_BYTES = 16 << 20
_MAX_PARTS = 200
_PIECE = 1 << 20
_MADE = (1980, 1, 1, 0, 0, 0)  # the same parts give the same file


@dataclass(frozen=True)
class Part:
    """What a manifest says of a part."""

    sha256: str
    size_bytes: int


def seal(folder: Path) -> None:
    """Write the manifest of all parts in a folder.

    Raises:
        BundleError: a part is of no known name, or larger than a bundle may hold.
    """
    parts: dict[str, dict[str, Any]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        _check_name(name)
        with path.open("rb") as source:
            found = _sum(name, source, path.stat().st_size)
        parts[name] = vars(found)
    value = {"format": FORMAT, "version": VERSION, "seqrec": __version__, "parts": parts}
    write_json(folder / MANIFEST, value | {"seal": _seal_of(value)})


def pack(folder: Path, target: Path) -> None:
    """Write a sealed folder as one file, the manifest first."""
    names = [MANIFEST, *_read_manifest((folder / MANIFEST).read_bytes())]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, _MADE)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as sink:
                while piece := source.read(_PIECE):
                    sink.write(piece)


@contextmanager
def checked_folder(path: Path) -> Iterator[Path]:
    """A folder of the parts of a bundle, every byte checked; only for the time of the body.

    Args:
        path: a file that `pack` wrote, or a folder that `seal` has sealed.

    Raises:
        BundleError: it is none, of another version, changed, or holds what it must not.
    """
    if path.is_dir():
        _check_folder(path)
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="seqrec-bundle-") as scratch:
        try:
            with zipfile.ZipFile(path) as archive:
                _unpack(archive, path.stat().st_size, Path(scratch))
        except FileNotFoundError as error:
            raise BundleError(f"there is no bundle '{path}'; check the path") from error
        except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise BundleError(
                f"'{path.name}' is damaged or no bundle ({error}); export the run again"
            ) from error
        yield Path(scratch)


def _unpack(archive: zipfile.ZipFile, size_bytes: int, folder: Path) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > _MAX_PARTS or len(set(names)) < len(names):
        raise BundleError(f"the bundle holds {len(names)} parts, or one twice; export it again")
    for entry in entries:
        _check_entry(entry)
    if sum(entry.file_size for entry in entries) > size_bytes:
        raise BundleError("the bundle says that it holds more than its file; export it again")
    if MANIFEST not in names:
        raise BundleError(f"the file has no {MANIFEST}, so it is no bundle; export a run again")
    parts = _read_manifest(archive.read(MANIFEST))
    _compare_names(set(names), set(parts))
    for name, part in parts.items():
        target = folder / name
        target.parent.mkdir(exist_ok=True)
        with archive.open(name) as source, target.open("wb") as sink:
            found = _sum(name, source, part.size_bytes, sink)
        _compare(name, found, part)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    _check_name(entry.filename)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG}:
        raise BundleError(f"'{entry.filename}' in the bundle is a link or a device; refused")
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise BundleError(
            f"'{entry.filename}' in the bundle is compressed or locked: another program packed "
            "it; unpack it into a folder and give that"
        )
    _check_size(entry.filename, entry.file_size)


def _check_folder(folder: Path) -> None:
    if not (folder / MANIFEST).is_file():
        raise BundleError(f"'{folder.name}' has no {MANIFEST}, so it is no bundle; export a run")
    paths = [path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()]
    if linked := [path.name for path in paths if path.is_symlink() or not path.is_file()]:
        raise BundleError(f"'{linked[0]}' in the bundle is a link or a device; refused")
    parts = _read_manifest((folder / MANIFEST).read_bytes())
    _compare_names({path.relative_to(folder).as_posix() for path in paths}, set(parts))
    for name, part in parts.items():
        with (folder / name).open("rb") as source:
            _compare(name, _sum(name, source, part.size_bytes), part)


def _read_manifest(data: bytes) -> dict[str, Part]:
    """What a manifest lists, checked."""
    try:
        value = json.loads(data)
        version, told = value.pop("version"), value.pop("seal")
        if value["format"] != FORMAT or not isinstance(version, int):
            raise BundleError("the file is no bundle of seqrec; export a run")
        if version != VERSION:
            raise BundleError(
                f"the bundle has version {version}, this seqrec ({__version__}) reads version "
                f"{VERSION}; export the run again with this seqrec, or install the other"
            )
        parts = {name: Part(**part) for name, part in value["parts"].items()}
        is_sealed = told == _seal_of(value | {"version": version})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BundleError(f"{MANIFEST} of the bundle is damaged; export the run again") from error
    if not is_sealed:
        raise BundleError(f"{MANIFEST} of the bundle was changed; export the run again")
    for name, part in parts.items():
        _check_name(name)
        _check_size(name, part.size_bytes)
    if missing := _REQUIRED - parts.keys():
        raise BundleError(f"the bundle lacks {min(missing)}; export the run again")
    return parts


def _seal_of(value: dict[str, Any]) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_name(name: str) -> None:
    known = _REQUIRED | {MANIFEST, RULES, USERS, HISTORIES}
    if name not in known and not (_BASELINE.fullmatch(name) or _MEMBER.fullmatch(name)):
        raise BundleError(f"the bundle holds '{name[:80]}', which no bundle may; it is refused")


def _check_size(name: str, size_bytes: int) -> None:
    most = _MAX_PART_BYTES if name.endswith((".safetensors", ".parquet")) else _MAX_TEXT_BYTES
    if not 0 <= size_bytes <= most:
        raise BundleError(
            f"'{name}' of the bundle has {size_bytes:,} bytes, more than the {most:,} that it may"
        )


def _compare_names(found: set[str], listed: set[str]) -> None:
    different = sorted((found - {MANIFEST}) ^ listed)
    if different:
        raise BundleError(
            f"the bundle and its {MANIFEST} differ in '{different[0][:80]}'; export the run again"
        )


def _compare(name: str, found: Part, listed: Part) -> None:
    if found != listed:
        raise BundleError(
            f"'{name}' of the bundle is not what was exported (its SHA-256 differs); copy the "
            "bundle again, or export the run again"
        )


def _sum(name: str, source: IO[bytes], most: int, sink: IO[bytes] | None = None) -> Part:
    """Sum and size of a stream of at most so many bytes, which may be copied on the way."""
    _check_size(name, most)
    digest, size_bytes = hashlib.sha256(), 0
    while piece := source.read(_PIECE):
        size_bytes += len(piece)
        if size_bytes > most:
            break
        digest.update(piece)
        if sink is not None:
            sink.write(piece)
    return Part(digest.hexdigest(), size_bytes)
