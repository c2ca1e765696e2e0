from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.texts import plain
from seqrec.log.behaviour_log import list_logs, load_catalogue, load_log, load_users
from seqrec.log.columns import TimeFormat
from seqrec.log.source import FileKind
from seqrec.log.storing.originals import list_originals
from seqrec.workspace import Workspace
from tests.conftest import StoreCsv
from tests.jobs.test_jobs import wait_for
from tests.pages.app import open_page, texts
from tests.stored import prepare_bytes

DATA = "pages/explore/data.py"
CSV = b"user,item,time,title\n1,a,2010-12-01,Mug\n1,b,2010-12-02,Towel\n2,a,2010-12-03,Mug\n"


def upload_files(*files: tuple[str, bytes]) -> AppTest:
    """The page after an upload in the browser, once the files are prepared or refused."""
    app = open_page(DATA)
    app.file_uploader[0].set_value([(name, data, "text/csv") for name, data in files]).run()
    return app


def newest_job(workspace: Workspace) -> Path:
    return max(workspace.jobs.iterdir(), key=lambda folder: folder.stat().st_mtime_ns)


def test_without_a_log_the_page_asks_for_a_file(workspace: Workspace):
    app = open_page(DATA)
    assert not app.exception
    assert "One row an event" in texts(app)
    assert list(workspace.uploads.iterdir()) == []


def test_an_uploaded_file_shows_its_guessed_columns(workspace: Workspace):
    app = upload_files(("shop.csv", CSV))
    wait_for(newest_job(workspace), "finished")
    app.run()
    assert not app.exception
    assert app.selectbox(key="role-user").value == "user"
    assert app.selectbox(key="role-title").value == "title"
    assert len(list(workspace.uploads.iterdir())) == 1


def test_use_this_data_stores_the_log(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, CSV, "shop.csv")
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="use-data").click().run()
    state = wait_for(newest_job(workspace), "finished")
    assert [log.log_id for log in list_logs(workspace)] == [state.result]
    assert [log.name for log in list_logs(workspace)] == ["shop.csv"]
    assert list(workspace.uploads.iterdir()) == []


def test_an_upload_is_prepared_again_after_the_session_is_lost(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, CSV, "shop.csv")
    (upload.folder / "prepared.json").unlink()
    open_page(DATA, upload=upload.upload_id)
    wait_for(newest_job(workspace), "finished")
    app = open_page(DATA, upload=upload.upload_id)
    assert app.selectbox(key="role-user").value == "user"


def test_a_file_is_read_differently_when_asked(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, "wer;was;wann\nJörg;a;1291193100\n".encode("cp1252"))
    app = open_page(DATA, upload=upload.upload_id)
    app.selectbox(key="read-encoding").set_value("cp1251")
    app.toggle(key="read-header").set_value(False)
    app.button(key="read-again").click().run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    first = next(iter(app.dataframe)).value
    assert len(first) == 2
    assert "Jцrg" in first.to_numpy()


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "the file is empty"), (b"one column\nx\n", "only one column")]
)
def test_a_file_that_cannot_be_read_is_refused_and_nothing_is_stored(
    workspace: Workspace, data: bytes, message: str
):
    app = upload_files(("bad.csv", data))
    wait_for(newest_job(workspace), "failed")
    app.run()
    assert not app.exception
    assert plain(message) in texts(app)
    assert list_logs(workspace) == []


def test_a_mapping_that_cannot_be_used_is_told(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, b"user,item\n1,a\n")
    app = open_page(DATA, upload=upload.upload_id)
    formats = app.selectbox(key="time-format")
    assert formats.value is TimeFormat.ORDER
    formats.set_value(TimeFormat.ISO).run()
    assert "no column is chosen for the time" in texts(app)
    assert not app.exception


def test_unparsable_times_are_told_after_the_job(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, b"user,item,time\n1,a,soon\n1,b,later\n")
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="use-data").click().run()
    wait_for(newest_job(workspace), "failed")
    app.run()
    assert plain("'soon'") in texts(app)
    assert list_logs(workspace) == []


def test_another_file_can_be_taken(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, CSV)
    app = open_page(DATA, upload=upload.upload_id)
    app.button(key="drop-upload").click().run()
    assert not upload.folder.exists()
    assert len(app.file_uploader) == 1


@pytest.mark.usefixtures("workspace")
def test_a_lost_upload_is_told():
    app = open_page(DATA, upload="0" * 32)
    assert "upload the file again" in texts(app)


def test_one_user_only_is_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n1,b,1291193101\n1,c,1291193102\n")
    assert "All 3 events are of one user" in texts(open_page(DATA))


def test_histories_of_length_one_are_told(store_csv: StoreCsv):
    store_csv("user,item,time\n1,a,1291193100\n2,b,1291193101\n3,c,soon\n")
    app = open_page(DATA)
    assert "Every one of the 2 events has a user of its own" in texts(app)


DOUBLE = "user,item,time\n1,a,1291193100\n1,a,1291193100\n1,b,1291193200\n2,a,1291193300\n"


def open_tab(log_id: str, name: str) -> AppTest:
    app = open_page(DATA, log=log_id)
    app.session_state["data-tab"] = name
    return app.run()


def clean_tab(log_id: str) -> AppTest:
    return open_tab(log_id, "Clean")


def test_a_cleaning_step_shows_its_effect_and_makes_a_version(
    store_csv: StoreCsv, workspace: Workspace
):
    log = store_csv(DOUBLE)
    app = clean_tab(log.log_id)
    app.multiselect(key=f"clean-steps-{log.log_id}").set_value(["exact-duplicates"]).run()
    app.button(key="clean-show").click().run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    effects = app.dataframe[0].value
    assert list(effects["Events removed"]) == [1]
    assert list(effects["Events left"]) == [3]
    app.button(key="clean-apply").click().run()
    state = wait_for(newest_job(workspace), "finished")
    app.run()
    assert not app.exception
    assert app.query_params["log"] == state.result
    assert {found.n_events for found in list_logs(workspace)} == {3, 4}


def test_what_could_be_cleaned_is_taken_up_with_a_click(store_csv: StoreCsv, workspace: Workspace):
    log = store_csv(DOUBLE)
    app = clean_tab(log.log_id)
    app.button(key="clean-look").click().run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    app.button(key="take-exact-duplicates").click().run()
    assert app.multiselect(key=f"clean-steps-{log.log_id}").value == ["exact-duplicates"]


def test_a_cleaning_that_would_empty_the_log_is_refused(store_csv: StoreCsv, workspace: Workspace):
    log = store_csv(DOUBLE)
    app = clean_tab(log.log_id)
    app.multiselect(key=f"clean-steps-{log.log_id}").set_value(["rare-entries"]).run()
    app.button(key="clean-show").click().run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    assert "would remove all 4 events" in texts(app)


def test_the_first_rows_are_shown_as_they_will_be_read(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, b"user,item,time\n1,a,31.12.2010 08:45\n2,b,soon\n3,c,\n")
    app = open_page(DATA, upload=upload.upload_id)
    app.selectbox(key="time-zone").set_value("Europe/Berlin").run()
    assert list(app.dataframe[0].value["time"]) == [
        "2010-12-31 07:45:00 UTC",
        "cannot be read: soon",
        "missing",
    ]


def test_rejected_rows_are_shown_with_line_and_reason(store_csv: StoreCsv):
    log = store_csv("user,item,time\n1,a,1291193100\n2,b,1291193101\n3,c,soon\n,d,1291193101\n")
    app = open_tab(log.log_id, "Rejected rows")
    assert "2 of 4 rows of the files are in the log" in texts(app)
    rows = app.dataframe[1].value
    assert list(zip(rows["Line"], rows["Reason"], strict=True)) == [
        (4, "time cannot be read"),
        (5, "no user"),
    ]


def test_origin_names_file_mapping_and_version(store_csv: StoreCsv):
    log = store_csv(DOUBLE, name="shop.csv")
    app = open_tab(log.log_id, "Origin and versions")
    assert list(app.dataframe[0].value["File"]) == ["shop.csv"]
    assert "Version 1 (in use)" in texts(app)


def test_a_log_is_deleted_after_a_second_click(store_csv: StoreCsv, workspace: Workspace):
    log = store_csv(DOUBLE)
    app = open_tab(log.log_id, "Origin and versions")
    assert app.button(key="delete-log").disabled
    app.checkbox(key=f"delete-sure-{log.log_id}").check().run()
    app.button(key="delete-log").click().run()
    assert list_logs(workspace) == []
    assert "was deleted" in texts(app)


def test_adding_events_asks_for_a_file_and_can_be_left(store_csv: StoreCsv):
    log = store_csv(DOUBLE)
    app = open_tab(log.log_id, "Origin and versions")
    app.button(key="append").click().run()
    assert "Add events to a log" in texts(app)
    assert len(app.file_uploader) == 1
    app.button(key="stop-growing").click().run()
    assert "The log in use" in texts(app)


PERSONAL = (
    b"email,item,time\nann@example.org,a,2010-12-01\nbob@example.org,b,2010-12-02\n"
    b"ann@example.org,b,2010-12-03\n"
)


def test_personal_ids_become_pseudonyms_unless_refused(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, PERSONAL, "shop.csv")
    app = open_page(DATA, upload=upload.upload_id)
    assert "e\\-mail addresses" in texts(app)
    assert app.toggle(key="privacy-pseudonyms").value
    app.button(key="use-data").click().run()
    wait_for(newest_job(workspace), "finished")
    log = list_logs(workspace)[0]
    assert log.privacy.pseudonyms
    assert not any("example.org" in str(user) for user in load_users(log))


def test_a_mapping_is_kept_and_taken_over(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, b"user,item,time\n1,a,01/02/2010\n2,b,03/04/2010\n")
    app = open_page(DATA, upload=upload.upload_id)
    assert "day/month and as month/day" in texts(app)
    app.selectbox(key="time-format").set_value(TimeFormat.MONTH_FIRST).run()
    app.text_input(key="mapping-name").set_value("Shop").run()
    app.button(key="keep-mapping").click().run()
    again = open_page(DATA, upload=upload.upload_id)
    again.button(key="take-mapping").click().run()
    assert again.selectbox(key="time-format").value is TimeFormat.MONTH_FIRST


def test_a_second_file_names_the_items(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, b"user,item,time\n1,a,2010-12-01\n2,b,2010-12-02\n")
    app = open_page(DATA, upload=upload.upload_id)
    names = ("items.csv", b"item,title\na,Mug\nb,Towel\n", "text/csv")
    app.file_uploader[0].set_value(names).run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    assert app.selectbox(key="catalogue-title").value == "title"
    app.button(key="use-data").click().run()
    wait_for(newest_job(workspace), "finished")
    assert list(load_catalogue(list_logs(workspace)[0]).titles[1:]) == ["Mug", "Towel"]


def test_newer_events_make_a_version(store_csv: StoreCsv, workspace: Workspace):
    log = store_csv("user,item,time\n1,a,1291193100\n2,b,1291193101\n")
    more = b"user,item,time\n2,b,1291193101\n2,c,1291193102\n"
    upload, _ = prepare_bytes(workspace, more, "more.csv")
    app = open_page(DATA, upload=upload.upload_id, grow=log.log_id)
    app.button(key="use-data").click().run()
    state = wait_for(newest_job(workspace), "finished")
    newest = load_log(workspace, str(state.result))
    assert (newest.version, newest.n_events, newest.family) == (2, 3, log.family)
    assert newest.dropped == {"already in the log": 1}


def test_a_list_of_items_is_not_taken_for_a_log(workspace: Workspace):
    rows = "".join(f"{n},Film {n},Drama\n" for n in range(30))
    upload, _ = prepare_bytes(workspace, f"movie,title,genre\n{rows}".encode())
    app = open_page(DATA, upload=upload.upload_id)
    assert "looks like a list of items" in texts(app)


def test_a_file_that_cannot_be_read_is_read_otherwise(workspace: Workspace):
    app = upload_files(("odd.csv", b"just one column\nx\n"))
    wait_for(newest_job(workspace), "failed")
    app.run()
    app.selectbox(key="read-kind").set_value(FileKind.BASKETS).run()
    app.button(key="read-again").click().run()
    wait_for(newest_job(workspace), "finished")
    app.run()
    assert not app.exception
    assert app.selectbox(key="read-kind").value is FileKind.BASKETS


def test_the_given_file_is_kept_and_offered_again(workspace: Workspace):
    upload, _ = prepare_bytes(workspace, CSV, "shop.csv")
    app = open_page(DATA, upload=upload.upload_id)
    app.toggle(key="privacy-keep").set_value(True).run()
    app.button(key="use-data").click().run()
    state = wait_for(newest_job(workspace), "finished")
    app = open_tab(str(state.result), "Origin and versions")
    assert not app.exception
    assert [path.read_bytes() for _, path in list_originals(list_logs(workspace)[0])] == [CSV]
    assert plain("Download shop.csv as it was given") in [
        button.label for button in app.get("download_button")
    ]


def test_a_decimal_comma_is_guessed_and_can_be_refused(workspace: Workspace):
    rows = "".join(f"u{n};i{n % 3};2010-12-{n + 1:02};{n},75\n" for n in range(9))
    upload, _ = prepare_bytes(workspace, f"user;item;time;price\n{rows}".encode())
    app = open_page(DATA, upload=upload.upload_id)
    assert app.toggle(key="decimal-comma").value
    app.toggle(key="decimal-comma").set_value(False)
    app.button(key="use-data").click().run()
    wait_for(newest_job(workspace), "finished")
    assert not list_logs(workspace)[0].mapping.decimal_comma
