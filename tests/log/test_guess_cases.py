import pytest

from benchmarks import guess
from seqrec.workspace import Workspace


@pytest.mark.slow
def test_nearly_all_files_of_the_guessing_benchmark_are_understood(workspace: Workspace):
    cases = [case for case in guess.read_cases() if case.group == "cases"]
    scores = [guess.score(workspace, case) for case in cases]
    assert len(scores) >= 40
    wrong = [(found.case.name, found.wrong) for found in scores if not found.whole]
    assert len(wrong) <= 0.1 * len(scores), wrong
