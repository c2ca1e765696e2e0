import numpy as np

from seqrec.language.title_words import add_words
from seqrec.models.content import weigh_words

TITLES = ["", "zelda red", "zelda blue", "mario red", "mario blue", "zelda mario"]


def test_the_words_half_keeps_how_alike_titles_are_by_their_words() -> None:
    vectors = np.eye(6, 3, dtype=np.float32)
    found = add_words(vectors, TITLES, width=4)
    words = weigh_words(TITLES).toarray()
    lost = 0.5 * np.linalg.svd(words, compute_uv=False)[3] ** 2  # of four directions the last
    expected = 0.5 * (vectors @ vectors.T + words @ words.T)
    assert found.shape == (6, 3 + 3)
    assert lost > 0.1
    assert np.isclose(np.linalg.norm(found @ found.T - expected, ord=2), lost, atol=1e-5)


def test_titles_without_a_common_word_are_left_to_the_language_model() -> None:
    vectors = np.eye(3, dtype=np.float32)
    assert add_words(vectors, ["", "red", "blue"]) is vectors
