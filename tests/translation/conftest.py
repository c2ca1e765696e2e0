import pytest

from seqrec.translation.language import Language


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that are made outside a page are Chinese."""
    monkeypatch.setattr("seqrec.translation.language._source", lambda: Language.CHINESE)
