import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from seqrec.demo.make_bundle import ship
from seqrec.demo.models_worker import models_job
from seqrec.demo.opening import models_folder, models_ready
from seqrec.demo.shipped import PARTS, SHIPPED_FILE, install_shipped, read_origin
from seqrec.errors import BundleError
from seqrec.evaluation.split import Split, leave_last_out
from seqrec.jobs.worker import JobReporter
from seqrec.log.behaviour_log import BehaviourLog, load_sequences
from seqrec.models.hybrid import HYBRID, Blend, BlendKind
from seqrec.models.markov import fit_markov
from seqrec.recommend.engine import Wish, recommend
from seqrec.scoring.load import load_engine
from seqrec.training.companions import Companions, write_companions
from seqrec.training.run import BUNDLE_FOLDER, TARGETS_BY_TIME_FILE, TARGETS_FILE, Run
from seqrec.training.trainer import build_model
from seqrec.training.worker import write_bundle
from seqrec.workspace import Workspace, open_workspace
from tests.pages.training import make_run
from tests.stored import store_bytes
from tests.training.conftest import TINY, csv_of, ring


@pytest.fixture
def log(workspace: Workspace) -> BehaviourLog:
    return store_bytes(workspace, csv_of(ring()).encode())


@pytest.fixture
def run(workspace: Workspace, log: BehaviourLog) -> Run:
    """A finished run with real weights, untrained, beside one baseline."""
    run = make_run(workspace, log)
    split = leave_last_out(load_sequences(log))
    torch.manual_seed(2)
    write_bundle(run.folder / BUNDLE_FOLDER, build_model(split, TINY), log)
    blend = Blend(BlendKind.SCORES, ("Transformer", "Markov"), (), ((1.0, 0.5),))
    companions = Companions({"Markov": fit_markov(split)}, blend, exclude_seen=False)
    write_companions(run.folder / BUNDLE_FOLDER, companions)
    shutil.copyfile(run.folder / TARGETS_FILE, run.folder / TARGETS_BY_TIME_FILE)
    return run


@pytest.fixture
def packed(run: Run, tmp_path: Path) -> Path:
    ship(run, tmp_path / "run.zip")
    return tmp_path / "run.zip"


def test_a_shipped_run_opens_elsewhere_with_its_numbers_lists_and_models(
    run: Run, packed: Path, tmp_path: Path
):
    other = open_workspace(tmp_path / "other")
    log = store_bytes(other, csv_of(ring()).encode())
    installed = install_shipped(other, log, packed)
    assert installed.has_results
    assert installed.config == run.config
    for name in PARTS:
        if not name.startswith("shipped/"):
            assert (installed.folder / name).read_bytes() == (run.folder / name).read_bytes()
    origin = read_origin(installed)
    assert origin is not None
    assert "made by `make demo-bundle` on 20" in origin.tell()
    assert log.fingerprint[:16] in origin.tell()
    assert read_origin(run) is None

    assert not models_ready(installed)
    models_folder(installed).mkdir()
    models_job(JobReporter(models_folder(installed)))
    assert models_ready(installed)
    split = leave_last_out(load_sequences(log))
    assert list_of(installed, split) == list_of(run, split)


def list_of(run: Run, split: Split) -> list[int]:
    engine = load_engine(run.folder / BUNDLE_FOLDER, split)
    (found,) = recommend(engine, [np.array([3, 4], dtype=np.int32)], Wish(HYBRID, 5))
    return found.items.tolist()


def rewrite(packed: Path, name: str, data: bytes) -> None:
    with zipfile.ZipFile(packed) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    with zipfile.ZipFile(packed, "w") as archive:
        for part, kept in parts.items():
            archive.writestr(part, data if part == name else kept)


def manifest_of(packed: Path) -> dict[str, object]:
    with zipfile.ZipFile(packed) as archive:
        return json.loads(archive.read("manifest.json"))


def test_a_run_of_another_version_is_refused_and_says_how_to_make_it_again(
    workspace: Workspace, log: BehaviourLog, packed: Path
):
    before = sorted(workspace.runs.iterdir())
    rewrite(packed, "manifest.json", json.dumps(manifest_of(packed) | {"version": 2}).encode())
    with pytest.raises(BundleError, match=r"is of version 2, .* run `make demo-bundle`"):
        install_shipped(workspace, log, packed)
    changed = manifest_of(packed) | {"version": 1, "config": {"warp_drive": 9}}
    rewrite(packed, "manifest.json", json.dumps(changed).encode())
    with pytest.raises(BundleError, match=r"another version .*warp_drive.* `make demo-bundle`"):
        install_shipped(workspace, log, packed)
    assert sorted(workspace.runs.iterdir()) == before


def test_a_run_of_another_log_is_refused(workspace: Workspace, log: BehaviourLog, packed: Path):
    with pytest.raises(BundleError, match="trained on the log"):
        install_shipped(workspace, replace(log, fingerprint="0" * 64), packed)


def test_a_changed_or_missing_part_is_refused_and_leaves_nothing(
    workspace: Workspace, log: BehaviourLog, packed: Path
):
    before = sorted(workspace.runs.iterdir())
    rewrite(packed, "lists.parquet", b"other")
    with pytest.raises(BundleError, match=r"'lists.parquet' .* is not what was made"):
        install_shipped(workspace, log, packed)
    packed.write_bytes(b"no zip")
    with pytest.raises(BundleError, match="cannot be read"):
        install_shipped(workspace, log, packed)
    assert sorted(workspace.runs.iterdir()) == before


def test_what_is_shipped_is_small():
    assert SHIPPED_FILE.stat().st_size < 5 << 20
