"""The pages of training, drawn in Chinese, say nothing in English but data."""

from itertools import cycle

import pytest
from streamlit.testing.v1 import AppTest

from seqrec.errors import ConfigError
from seqrec.jobs.state import JobStatus
from seqrec.language.backbones import INSTALLED
from seqrec.log.behaviour_log import BehaviourLog
from seqrec.training.config import TrainConfig
from seqrec.training.overview import name_run
from seqrec.training.run import StepMetrics
from seqrec.training.verdict import describe_reason
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.language.tiny import WORDS
from tests.pages.app import open_page
from tests.pages.mining import csv_of
from tests.pages.test_search_page import make_search
from tests.pages.training import HISTORIES, make_run
from tests.translation.spoken import english_words

# The command line, methods and units that Chinese texts keep.
KEPT = {
    *("Transformer", "AdamW", "Adam", "SGD", "PPMI", "SVD", "TPE", "PED", "ANOVA", "softmax"),
    *("Weights", "Biases", "Hugging", "Face", "Hub", "GPU", "CPU", "GiB", "MiB", "GPT2", "L2"),
    *("gt", "all", "minilm", "l6", "v2", "TensorBoard"),
}


@pytest.fixture
def log(store_csv: StoreCsv) -> BehaviourLog:
    return store_csv(csv_of(HISTORIES))


def draw(page: str, log: BehaviourLog, **query: str) -> AppTest:
    app = open_page(f"pages/model/{page}.py", log=log.log_id, lang="zh", **query)
    assert not app.exception
    return app


def test_the_train_page_is_in_chinese(workspace: Workspace, log: BehaviourLog) -> None:
    run = make_run(workspace, log)
    app = draw("train", log, start=run.run_id)  # shows every choice

    assert english_words(app, KEPT | {run.run_id[-6:]}) == set()


def test_a_backbone_that_reads_titles_is_told_in_chinese(
    workspace: Workspace, store_csv: StoreCsv
) -> None:
    head, *rows = csv_of(HISTORIES).splitlines()
    titled = [f"{row},{word} 茶" for row, word in zip(rows, cycle(WORDS), strict=False)]
    log = store_csv("\n".join([f"{head},title", *titled]))
    run = make_run(workspace, log, JobStatus.STOPPED, backbone=INSTALLED)
    app = draw("train", log, start=run.run_id)

    assert any(caption.value.startswith("语言模型：") for caption in app.caption)
    assert any("百万参数" in text.value for text in app.markdown)
    pieces = [piece for table in app.dataframe for piece in table.value.get("词片", [])]
    assert english_words(app, {*KEPT, *WORDS, *pieces, "MB", "bert", run.run_id[-6:]}) == set()


def test_teaching_a_backbone_is_in_chinese(log: BehaviourLog) -> None:
    app = draw("train", log)
    app.segmented_control(key="backbone-kind").set_value("什么之后是什么").run()

    assert not app.exception
    assert english_words(app, KEPT) == set()


def test_the_runs_page_is_in_chinese(workspace: Workspace, log: BehaviourLog) -> None:
    first, second = make_run(workspace, log), make_run(workspace, log, epochs=9, view="crop")
    app = draw("runs", log)
    app.multiselect(key="runs").set_value([name_run(first), name_run(second)]).run()

    assert not app.exception
    assert english_words(app, KEPT | {run.run_id[-6:] for run in (first, second)}) == set()


def test_the_search_page_is_in_chinese(workspace: Workspace, log: BehaviourLog) -> None:
    search = make_search(workspace, log, JobStatus.FINISHED)
    app = draw("search", log)

    assert english_words(app, KEPT | {search.search_id[-6:], "no", "number"}) == set()


@pytest.mark.usefixtures("chinese")
def test_a_refused_choice_is_called_in_chinese() -> None:
    with pytest.raises(ConfigError, match=r"^“批次事件数”为 0.请选择 16 到 100000 之间的值$"):
        TrainConfig(batch_tokens=0)


@pytest.mark.usefixtures("chinese")
def test_a_verdict_is_in_chinese() -> None:
    rising = [StepMetrics(1, 1.0, 1.0, ndcg=0.1), StepMetrics(2, 2.0, 2.0, ndcg=0.2)]

    assert describe_reason(rising).startswith("结束时验证指标仍在上升")
