"""One exported run, loaded as it is, in a fresh process, and changed in every way."""

import json
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from seqrec.errors import BundleError, ConfigError
from seqrec.evaluation.split import leave_last_out
from seqrec.log.behaviour_log import load_sequences, load_users
from seqrec.recommend.bundle_file import MANIFEST, seal
from seqrec.recommend.engine import Wish, recommend
from seqrec.recommend.export import export_bytes, export_run
from seqrec.scoring.bundle import load_bundle
from seqrec.scoring.load import load_engine
from seqrec.training.config import TrainConfig
from seqrec.training.run import BUNDLE_FOLDER, create_run, read_evaluation
from tests.scoring.exported import Exported, make_exported

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return make_exported(tmp_path_factory.mktemp("home"))


@pytest.fixture
def folder(exported: Exported, tmp_path: Path) -> Path:
    """The bundle unpacked."""
    with zipfile.ZipFile(exported.path) as archive:
        archive.extractall(tmp_path / "unpacked")
    return tmp_path / "unpacked"


def repack(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The bundle with its members changed, as an archive of the same kind."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_an_exported_run_gives_the_lists_of_the_run(exported: Exported):
    database = load_sequences(exported.log)
    here = load_engine(exported.run.folder / BUNDLE_FOLDER, leave_last_out(database))
    bundle = load_bundle(exported.path)
    assert set(bundle.engine.names) == set(read_evaluation(exported.run)["models"])
    for name in bundle.engine.names:
        wish = Wish(name, 5, hide_seen=True, rules=bundle.rules)
        for row, user in enumerate(load_users(exported.log)):
            history = bundle.histories[str(user)]
            np.testing.assert_array_equal(history, database.history(row))
            (found,) = recommend(bundle.engine, [history], wish)
            (own,) = recommend(here, [database.history(row)], wish)
            np.testing.assert_array_equal(found.items, own.items)
            np.testing.assert_array_equal(found.scores, own.scores)
            keys = bundle.engine.catalogue.item_keys[found.items].tolist()
            assert "i03" not in keys
            assert sum(key > "i06" for key in keys) <= 2


def test_a_fresh_process_loads_it_in_one_line_without_the_workspace(
    exported: Exported, tmp_path: Path
):
    moved = tmp_path / "moved.zip"
    shutil.copyfile(exported.path, moved)
    code = (
        "from seqrec.scoring.bundle import load_bundle; "
        f"print(load_bundle({str(moved)!r}).fingerprint)"
    )
    env = {"SEQREC_HOME": str(tmp_path / "nowhere"), "PATH": ""}
    root = Path(__file__).parents[2]
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=root, capture_output=True, check=True, text=True
    )
    assert told.stdout.strip() == exported.log.fingerprint
    assert not (tmp_path / "nowhere").exists()


def test_the_card_tells_how_good_it_is_beside_the_baselines(exported: Exported):
    card = load_bundle(exported.path).card
    assert card["evaluation"]["models"] == read_evaluation(exported.run)["models"]
    assert "Popularity" in card["evaluation"]["models"]
    assert "leave-last-out" in card["protocol"]
    assert card["log"]["n_events"] == exported.log.n_events
    assert card["run"]["config"] == json.loads(json.dumps(asdict(exported.run.config)))


def test_the_same_run_gives_the_same_bytes(exported: Exported):
    data = export_bytes(exported.workspace, exported.run, with_histories=True)
    assert data == exported.path.read_bytes()


def test_people_stay_out_unless_they_are_asked_for(exported: Exported, tmp_path: Path):
    export_run(exported.workspace, exported.run, tmp_path / "without.zip")
    bundle = load_bundle(tmp_path / "without.zip")
    assert not bundle.has_histories
    assert not bundle.histories
    with zipfile.ZipFile(tmp_path / "without.zip") as archive:
        parts = b"".join(archive.read(name) for name in archive.namelist())
    assert b"u001" not in parts


def test_a_run_that_has_not_finished_is_not_exported(exported: Exported, tmp_path: Path):
    run = create_run(exported.workspace, exported.log, TrainConfig())
    with pytest.raises(ConfigError, match="no finished model"):
        export_run(exported.workspace, run, tmp_path / "none.zip")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_it_was_unpacked_to_loads_too(folder: Path, exported: Exported):
    assert load_bundle(folder).fingerprint == exported.log.fingerprint


def test_an_ensemble_is_sealed_with_all_its_members(folder: Path):
    shutil.copy(folder / "model.safetensors", folder / "model-1.safetensors")
    seal(folder)
    assert "model-1.safetensors" in json.loads((folder / MANIFEST).read_text())["parts"]


def test_one_changed_byte_is_found_or_changes_nothing(exported: Exported, tmp_path: Path):
    data = exported.path.read_bytes()
    wish = Wish("Transformer", 5)
    history = [np.array([1, 2], dtype=np.int32)]
    (honest,) = recommend(load_bundle(exported.path).engine, history, wish)
    path, n_found = tmp_path / "changed.zip", 0
    for place in np.random.default_rng(0).integers(len(data), size=60):
        changed = bytearray(data)
        changed[place] ^= 0x10
        path.write_bytes(changed)
        try:
            bundle = load_bundle(path)
        except BundleError:
            n_found += 1
            continue
        # A date or a flag of the archive that nobody reads.
        (found,) = recommend(bundle.engine, history, wish)
        np.testing.assert_array_equal(found.scores, honest.scores)
    assert n_found > 50


@pytest.mark.parametrize("part", ["model.safetensors", "rules.yaml", "card.json", MANIFEST])
def test_a_changed_part_of_a_folder_is_found(folder: Path, part: str):
    data = bytearray((folder / part).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / part).write_bytes(data)
    with pytest.raises(BundleError, match="export the run again"):
        load_bundle(folder)


def test_a_bundle_of_another_version_is_told(exported: Exported, tmp_path: Path):
    def age(name: str, data: bytes) -> bytes:
        return data.replace(b'"version": 1', b'"version": 2') if name == MANIFEST else data

    path = repack(exported.path, tmp_path / "newer.zip", age)
    with pytest.raises(BundleError, match=r"version 2, this seqrec .* reads version 1"):
        load_bundle(path)


@pytest.mark.parametrize(
    "name", ["../outside.json", "/srv/outside.json", "model.pkl", "pytorch_model.bin", "a/b.py"]
)
def test_a_member_of_another_name_is_refused(exported: Exported, tmp_path: Path, name: str):
    path = tmp_path / "more.zip"
    shutil.copyfile(exported.path, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"{}")
    with pytest.raises(BundleError, match="which no bundle may"):
        load_bundle(path)
    assert not (tmp_path / "outside.json").exists()


def test_a_link_in_the_archive_is_refused(exported: Exported, tmp_path: Path):
    path = tmp_path / "link.zip"
    shutil.copyfile(exported.path, path)
    entry = zipfile.ZipInfo("baselines/900.safetensors")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(BundleError, match="is a link"):
        load_bundle(path)


def test_a_link_in_a_folder_is_refused(folder: Path):
    (folder / "card.json").unlink()
    (folder / "card.json").symlink_to("/etc/passwd")
    with pytest.raises(BundleError, match="is a link"):
        load_bundle(folder)


def test_a_compressed_member_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", b"0" * 10_000_000)
    with pytest.raises(BundleError, match="is compressed"):
        load_bundle(path)


def test_an_oversized_member_is_refused(folder: Path):
    (folder / "card.json").write_bytes(b" " * (17 << 20))
    with pytest.raises(BundleError, match="more than the 16,777,216 that it may"):
        seal(folder)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "damaged or no bundle"),
        (b"\x80\x04pickle", "damaged or no bundle"),
        (None, "no bundl"),
    ],
)
def test_what_is_no_bundle_is_told(tmp_path: Path, data: bytes | None, told: str):
    path = tmp_path / "file.zip"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(BundleError, match=told):
        load_bundle(path)


def forge_config(folder: Path) -> None:
    value = json.loads((folder / "config.json").read_text())
    value["n_items"] = 10**12
    (folder / "config.json").write_text(json.dumps(value))


def forge_place(folder: Path) -> None:
    value = json.loads((folder / "baselines/baselines.json").read_text())
    value["files"]["Popularity"] = "../../../etc/passwd"
    (folder / "baselines/baselines.json").write_text(json.dumps(value))


def forge_histories(folder: Path) -> None:
    items = {"items": np.array([99], np.int32), "offsets": np.array([0, 1])}
    (folder / "histories.safetensors").write_bytes(save(items))


def forge_rules(folder: Path) -> None:
    (folder / "rules.yaml").write_text("version: 1\nblock: {items: [nothing]}\n")


def forge_card(folder: Path) -> None:
    (folder / "card.json").write_text("[]")


@pytest.mark.parametrize(
    "forge", [forge_config, forge_place, forge_histories, forge_rules, forge_card]
)
def test_a_forged_bundle_with_right_sums_is_refused(folder: Path, forge: Callable[[Path], None]):
    forge(folder)
    (folder / MANIFEST).unlink()
    seal(folder)
    with pytest.raises(BundleError, match="do not fit each other"):
        load_bundle(folder)
