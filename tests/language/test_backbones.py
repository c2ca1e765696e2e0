import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.torch import load_file

from seqrec.errors import BackboneError
from seqrec.language import hub
from seqrec.language.backbones import INSTALLED, Reading, find_backbone, need_memory
from tests.language.tiny import N_LAYERS, VOCABULARY, WIDTH


@pytest.fixture
def copy(encoder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(encoder, tmp_path / "backbone")


def _change(path: Path, **changes: object) -> None:
    value = json.loads(path.read_text())
    path.write_text(json.dumps(value | changes))


def test_facts_of_a_folder_are_those_of_its_weights(encoder: Path) -> None:
    facts = find_backbone(str(encoder))
    weights = load_file(encoder / "model.safetensors")
    assert facts.n_parameters == sum(weight.numel() for weight in weights.values())
    assert facts.size_bytes == sum(weight.nbytes for weight in weights.values())
    assert (facts.n_layers, facts.width, facts.max_tokens) == (N_LAYERS, WIDTH, 64)
    assert (facts.family, facts.reading, facts.n_words) == ("bert", Reading.ENCODER, 21)


def test_a_gpt_reads_from_left_to_right(decoder: Path) -> None:
    facts = find_backbone(str(decoder))
    assert (facts.reading, facts.n_layers, facts.max_tokens) == (Reading.DECODER, 2, 64)
    assert facts.n_words == len(VOCABULARY)


def test_the_installed_backbone_is_a_minilm_of_six_layers() -> None:
    facts = find_backbone(INSTALLED)
    assert (facts.n_layers, facts.width, facts.n_words) == (6, 384, 30_522)
    assert round(facts.n_parameters / 1e6, 1) == 22.7


def test_facts_are_read_without_torch() -> None:
    code = (
        "import sys; from seqrec.language.backbones import *; find_backbone(INSTALLED); "
        "import seqrec.language.texts, seqrec.language.vector_store, seqrec.language.jobs; "
        "sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_hub_id_without_a_network_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "_is_reachable", lambda: False)
    with pytest.raises(BackboneError, match="cannot be reached; choose the installed backbone"):
        find_backbone("nobody/has-this-model")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "no backbone is named"),
        ("../../etc/passwd", "neither a folder of this machine nor a hub id"),
        ("two words", "neither a folder"),
    ],
)
def test_a_name_that_is_none_is_refused(name: str, message: str) -> None:
    with pytest.raises(BackboneError, match=message):
        find_backbone(name)


def test_pickled_weights_are_refused_unread(copy: Path) -> None:
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(BackboneError, match=r"pytorch_model\.bin.*convert it to safetensors"):
        find_backbone(str(copy))


def test_a_folder_without_weights_says_what_to_choose(copy: Path, tmp_path: Path) -> None:
    (copy / "model.safetensors").unlink()
    with pytest.raises(BackboneError, match=r"holds no \*\.safetensors file"):
        find_backbone(str(copy))
    (tmp_path / "empty").mkdir()
    with pytest.raises(BackboneError, match="holds no"):
        find_backbone(str(tmp_path / "empty"))


@pytest.mark.parametrize("n_bytes", [0, 5, 400])
def test_cut_weights_are_named(copy: Path, n_bytes: int) -> None:
    path = copy / "model.safetensors"
    path.write_bytes(path.read_bytes()[:n_bytes])
    with pytest.raises(BackboneError, match="no whole safetensors file"):
        find_backbone(str(copy))


def test_a_model_that_wants_its_own_code_is_refused(copy: Path) -> None:
    _change(copy / "config.json", auto_map={"AutoModel": "modelling.Own"})
    with pytest.raises(BackboneError, match="wants to run code of its own"):
        find_backbone(str(copy))


def test_an_unknown_family_is_named(copy: Path) -> None:
    _change(copy / "config.json", model_type="whisper")
    with pytest.raises(BackboneError, match="of the family 'whisper', which is not read here"):
        find_backbone(str(copy))


def test_a_tokenizer_of_another_model_is_refused(copy: Path) -> None:
    value = json.loads((copy / "tokenizer.json").read_text())
    value["model"]["vocab"]["extra"] = 21
    (copy / "tokenizer.json").write_text(json.dumps(value))
    with pytest.raises(BackboneError, match="knows 22 words and its model has 21 word vectors"):
        find_backbone(str(copy))


@pytest.mark.parametrize("text", [None, "{", "{}"])
def test_a_missing_or_damaged_tokenizer_is_named(copy: Path, text: str | None) -> None:
    path = copy / "tokenizer.json"
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(BackboneError, match=r"tokenizer\.json"):
        find_backbone(str(copy))


def test_a_backbone_larger_than_memory_is_refused(encoder: Path) -> None:
    facts = find_backbone(str(encoder))
    need_memory(facts, trained=True, free_bytes=16 * facts.n_parameters)
    with pytest.raises(BackboneError, match="freeze layers or use LoRA"):
        need_memory(facts, trained=True, free_bytes=16 * facts.n_parameters - 1)
    with pytest.raises(BackboneError, match="loading it takes"):
        need_memory(facts, trained=False, free_bytes=4 * facts.n_parameters - 1)


def test_an_adapter_without_its_backbone_is_named(copy: Path) -> None:
    (copy / "adapter_config.json").write_text("{}")
    with pytest.raises(BackboneError, match="holds an adapter, whose backbone lies elsewhere"):
        find_backbone(str(copy))
