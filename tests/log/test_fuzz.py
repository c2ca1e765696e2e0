from pathlib import Path

from tests.log.fuzz import SEEDS, fuzz, read_seeds

N_FILES = 60
SEED = 7


def test_mutated_files_load_or_are_refused_in_words_and_leave_nothing(tmp_path: Path):
    outcomes = list(fuzz(read_seeds(SEEDS), tmp_path / "home", range(N_FILES), SEED))
    assert [outcome for outcome in outcomes if outcome.fault] == []
    results = {outcome.result for outcome in outcomes}
    assert {"loaded", "LogFormatError"} <= results  # both ends are reached
