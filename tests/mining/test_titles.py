import numpy as np

from seqrec.log.behaviour_log import Catalogue
from seqrec.mining.titles import distinct_titles


def test_items_of_one_title_are_told_apart_by_their_ids():
    keys = np.array(["", "21", "22", "23"], dtype=object)
    titles = np.array(["", "Tea", "Jam", "Tea"], dtype=object)
    catalogue = Catalogue(keys, titles, None)
    assert distinct_titles(catalogue).tolist() == ["", "Tea (21)", "Jam", "Tea (23)"]
    assert titles.tolist() == ["", "Tea", "Jam", "Tea"]
