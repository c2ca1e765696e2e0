import io

import pytest

from pages.shared.texts import plain
from seqrec.log.behaviour_log import list_logs
from seqrec.log.reader import receive_upload
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import wait_for
from tests.pages.app import open_page, texts

DATA = "pages/explore/data.py"
CSV = b"user,item,time,title\n1,a,2010-12-01,Mug\n1,b,2010-12-02,Towel\n2,a,2010-12-03,Mug\n"


@pytest.mark.usefixtures("workspace")
def test_without_a_log_the_page_asks_for_a_file():
    app = open_page(DATA)
    assert not app.exception
    assert "one row an event" in texts(app)


def test_uploaded_file_shows_its_guessed_columns(workspace: Workspace):
    app = open_page(DATA)
    app.file_uploader[0].upload("shop.csv", CSV, "text/csv").run()
    assert not app.exception
    assert app.selectbox(key="role-user").value == "user"
    assert app.selectbox(key="role-title").value == "title"
    assert len(list(workspace.uploads.glob("*.csv"))) == 1


def test_use_this_data_stores_the_log(workspace: Workspace):
    upload = receive_upload(workspace, io.BytesIO(CSV), "shop.csv")
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="use-data").click().run()
    job = next(workspace.jobs.iterdir())
    state = wait_for(job, "finished")
    assert [log.log_id for log in list_logs(workspace)] == [state.result]
    assert not upload.path.exists()


REFUSED = [
    (b"", "the file is empty"),
    (b"user,item\n1,a\n", "no column is chosen for the time"),
    (b"one column\nx\n", "only one column is found"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_a_bad_file_is_refused_on_the_page_and_nothing_is_stored(
    workspace: Workspace, data: bytes, message: str
):
    upload = receive_upload(workspace, io.BytesIO(data), "bad.csv")
    app = open_page(DATA, upload=upload.upload_id)
    assert not app.exception
    assert plain(message) in texts(app)
    assert list_logs(workspace) == []


def test_unparsable_times_are_told_after_the_job(workspace: Workspace):
    upload = receive_upload(
        workspace, io.BytesIO(b"user,item,time\n1,a,soon\n1,b,later\n"), "bad.csv"
    )
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="use-data").click().run()
    wait_for(next(workspace.jobs.iterdir()), "failed")
    app.run()
    assert plain("row 2: 'soon'") in texts(app)
    assert list_logs(workspace) == []


def test_another_file_can_be_taken(workspace: Workspace):
    upload = receive_upload(workspace, io.BytesIO(CSV), "shop.csv")
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="drop-upload").click().run()
    assert not upload.path.exists()
    assert len(app.file_uploader) == 1


@pytest.mark.usefixtures("workspace")
def test_a_lost_upload_is_told():
    app = open_page(DATA, upload="0" * 32)
    assert "upload the file again" in texts(app)


def test_one_user_only_is_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n1,b,1291193101\n1,c,1291193102\n")
    assert "Only one user" in texts(open_page(DATA))


def test_histories_of_length_one_and_dropped_rows_are_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n2,b,1291193101\n3,c,soon\n")
    app = open_page(DATA)
    assert "Every history has length one" in texts(app)
    assert "2 of 3 rows of the file are used" in texts(app)
