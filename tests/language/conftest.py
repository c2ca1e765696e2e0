from pathlib import Path

import pytest

from tests.language.tiny import make_decoder, make_encoder


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT that no test changes."""
    return make_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(scope="session")
def decoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny GPT-2 that no test changes."""
    return make_decoder(tmp_path_factory.mktemp("decoder"))
