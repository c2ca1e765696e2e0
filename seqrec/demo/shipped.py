"""The finished run that is shipped beside the built-in log, as one file that is checked.

Training it takes minutes without a GPU, opening it less than a second. The baselines are not in
the file (EASE alone would be 45 MB): they are fitted again from the log by
`seqrec.demo.models_worker`.
"""

import hashlib
import json
import time
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqrec import __version__
from seqrec.errors import BundleError, ConfigError
from seqrec.jobs.state import CONFIG_FILE, JobState, JobStatus, write_state
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import config_from_json
from seqrec.training.run import (
    BASELINES_FILE,
    EVALUATION_FILE,
    LISTS_FILE,
    METRICS_FILE,
    TARGETS_BY_TIME_FILE,
    TARGETS_FILE,
    Run,
    load_run,
)
from seqrec.translation.texts import tr
from seqrec.workspace import Workspace, read_json, whole_folder, write_json

VERSION = 1
COMMAND = "make demo-bundle"
SHIPPED_FILE = Path(__file__).with_name("finished_run.zip")
WEIGHTS_FOLDER = "shipped"  # in the run's folder, until its models are complete
_MANIFEST = "manifest.json"
_ORIGIN_FILE = "origin.json"
_MODEL_PARTS = ("model.safetensors", "config.json", "baselines/baselines.json")
PARTS = (
    METRICS_FILE,
    BASELINES_FILE,
    EVALUATION_FILE,
    LISTS_FILE,
    TARGETS_FILE,
    TARGETS_BY_TIME_FILE,
    *(f"{WEIGHTS_FOLDER}/{name}" for name in _MODEL_PARTS),
)


@dataclass(frozen=True)
class Origin:
    """Where a shipped run comes from.

    Attributes:
        command: that makes it.
        made_at: Unix seconds.
        seqrec: version that made it.
        fingerprint: of the log that it was trained on.
        training_s: seconds of training.
    """

    command: str
    made_at: float
    seqrec: str
    fingerprint: str
    training_s: float

    def tell(self) -> str:
        """The same in one sentence."""
        day = time.strftime("%Y-%m-%d", time.gmtime(self.made_at))
        return tr(
            "This run was shipped with seqrec {version}, not trained here: made by `{command}` on "
            "{day} in {seconds:.0f} s of training, on the log with fingerprint {fingerprint}.",
            version=self.seqrec,
            command=self.command,
            day=day,
            seconds=self.training_s,
            fingerprint=self.fingerprint[:16],
        )


@dataclass(frozen=True)
class Shipped:
    """What the manifest of a shipped run says, checked."""

    path: Path
    run_id: str
    origin: Origin
    config: dict[str, Any]
    sums: dict[str, str]


def read_shipped(log: BehaviourLog, path: Path = SHIPPED_FILE) -> Shipped:
    """The shipped run, where it is one of this version and of this log.

    Raises:
        BundleError: it is missing, damaged, of another version or of another log.
    """
    mend = tr(
        "run `{command}` to make it again, or train a model on the Train page", command=COMMAND
    )
    try:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(_MANIFEST)
            value = json.loads(text)
        version = value["version"]
        if version != VERSION:
            raise BundleError(
                tr(
                    "the finished run that is shipped with the built-in log is of version "
                    "{version}, this seqrec ({seqrec}) opens version {opened}; {mend}",
                    version=version,
                    seqrec=__version__,
                    opened=VERSION,
                    mend=mend,
                )
            )
        origin, config, sums = Origin(**value["origin"]), value["config"], value["sums"]
        config_from_json(config)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise BundleError(
            tr(
                "the finished run that is shipped with the built-in log cannot be read ({error}); "
                "{mend}",
                error=error,
                mend=mend,
            )
        ) from error
    except ConfigError as error:
        raise BundleError(
            tr(
                "the finished run that is shipped was trained by another version of seqrec "
                "({error}); {mend}",
                error=error,
                mend=mend,
            )
        ) from error
    if origin.fingerprint != log.fingerprint:
        raise BundleError(
            tr(
                "the finished run that is shipped was trained on the log {trained}, the built-in "
                "log is read as {log} here; {mend}",
                trained=origin.fingerprint[:16],
                log=log.log_id,
                mend=mend,
            )
        )
    return Shipped(path, f"demo-{hashlib.sha256(text).hexdigest()[:12]}", origin, config, sums)


def install_shipped(workspace: Workspace, log: BehaviourLog, path: Path = SHIPPED_FILE) -> Run:
    """The shipped run as a run of this workspace; nothing is done where it is there already.

    Raises:
        BundleError: it cannot be used; nothing was installed.
    """
    shipped = read_shipped(log, path)
    target = workspace.runs / shipped.run_id
    if not target.exists():
        with whole_folder(target) as folder:
            _unpack(shipped, folder)
            value = {
                "log_id": log.log_id,
                "fingerprint": log.fingerprint,
                "created_at": shipped.origin.made_at,
                "home": str(workspace.home),
                "config": shipped.config,
            }
            write_json(folder / CONFIG_FILE, value)
            write_json(folder / _ORIGIN_FILE, asdict(shipped.origin))
            made_at = shipped.origin.made_at
            write_state(folder, JobState(JobStatus.FINISHED, "Finished", 1.0, updated_at=made_at))
    return load_run(workspace, shipped.run_id)


def read_origin(run: Run) -> Origin | None:
    """Where a run comes from that was not trained in this workspace; None for all others."""
    path = run.folder / _ORIGIN_FILE
    return Origin(**read_json(path)) if path.is_file() else None


def pack_run(folder: Path, config: dict[str, Any], origin: Origin, target: Path) -> None:
    """Write the parts of a finished run as the file to be shipped.

    Args:
        folder: holds all `PARTS`.
        config: of the run, as JSON values.
        origin: where it comes from.
        target: file to write.
    """
    sums = {name: _sum((folder / name).read_bytes()) for name in PARTS}
    manifest = {"version": VERSION, "origin": asdict(origin), "config": config, "sums": sums}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
        for name in PARTS:
            archive.write(folder / name, name)


def _unpack(shipped: Shipped, folder: Path) -> None:
    with zipfile.ZipFile(shipped.path) as archive:
        for name in PARTS:
            try:
                data = archive.read(name)
            except (KeyError, zipfile.BadZipFile) as error:
                raise BundleError(
                    tr(
                        "'{name}' of the shipped run is missing or damaged; run `{command}`",
                        name=name,
                        command=COMMAND,
                    )
                ) from error
            if _sum(data) != shipped.sums.get(name):
                raise BundleError(
                    tr(
                        "'{name}' of the shipped run is not what was made; run `{command}`",
                        name=name,
                        command=COMMAND,
                    )
                )
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
