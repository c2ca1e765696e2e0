"""Texts of the pages."""

import pytest

from pages.shared.texts import size_text


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1 kB"), (15_047_153, "15.0 MB")],
)
def test_sizes_are_told_in_a_unit_that_fits(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text
