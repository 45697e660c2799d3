"""What a person reads when CoachOps cannot start, and what is kept when it does."""

import socket
import stat
from pathlib import Path

import pytest

from coachops.launch import machine
from coachops.launch.failure import LaunchError
from coachops.launch.folder import DataFolder, new_master_key, new_secret_key
from coachops.launch.postgres import new_passwords, open_cluster
from coachops.launch.run import read_plan


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def test_a_taken_port_is_named_with_one_that_may_be_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(LaunchError, match=rf"Port {port} is taken.*make run PORT=\d+"):
            machine.check_port(port)


@pytest.mark.parametrize("port", ["0", "70000", "abc", "-1", "8000 "])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(LaunchError, match="is not a port"):
        read_plan()


def test_without_wishes_it_is_port_8000(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("DATA", "")
    assert read_plan().address == "http://localhost:8000"


def test_a_second_start_on_the_same_folder_is_refused(data: DataFolder) -> None:
    data.lock("http://localhost:8000")
    with pytest.raises(LaunchError, match=r"already running.*http://localhost:8000.*PORT=8001"):
        DataFolder(data.path).lock("http://localhost:8001")


def test_keys_are_kept_and_readable_by_their_owner_alone(data: DataFolder) -> None:
    path = data.key("secret_key", new_secret_key)
    first = path.read_text()
    assert data.key("secret_key", new_secret_key).read_text() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lost_key_is_not_replaced_once_there_is_data(data: DataFolder) -> None:
    (data.path / "postgres").mkdir()
    (data.path / "postgres" / "PG_VERSION").write_text("18\n")
    with pytest.raises(LaunchError, match="put it back from your backup"):
        data.key("master_key", new_master_key)


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(LaunchError, match="cannot be used"):
        DataFolder(tmp_path / "data").prepare()


@pytest.mark.parametrize(
    ("version", "sentence"),
    [(None, "is not a database"), ("17\n", "made by PostgreSQL 17, and this is PostgreSQL 18")],
)
def test_a_broken_database_folder_is_explained(
    data: DataFolder, version: str | None, sentence: str
) -> None:
    passwords = data.key("database.json", new_passwords)
    folder = data.path / "postgres"
    folder.mkdir()
    (folder / "base").mkdir()
    if version:
        (folder / "PG_VERSION").write_text(version)
    with pytest.raises(LaunchError, match=sentence):
        open_cluster(folder, passwords)


def test_a_step_is_done_once_for_the_same_input(data: DataFolder) -> None:
    data.done("migrate", "a")
    assert DataFolder(data.path).is_done("migrate", "a")
    assert not data.is_done("migrate", "b")


def test_the_last_error_in_a_log_says_why_a_process_ended(data: DataFolder) -> None:
    data.log("web").write_text("starting\nImportError: no module\nbye\n\n")
    assert data.last_words("web") == "ImportError: no module"
    assert data.last_words("silent") == "no message"
