"""What has to be done once, or again after a change: tables, static files, the demo world."""

import sys
from collections.abc import Mapping
from pathlib import Path

from coachops.launch.folder import DataFolder, fingerprint, tree_mark
from coachops.launch.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parents[2]


def manage(*words: str) -> list[str]:
    """A Django command, run by this Python."""
    return [sys.executable, str(PROJECT / "manage.py"), *words]


def migrate(supervisor: Supervisor, data: DataFolder, environment: Mapping[str, str]) -> None:
    """Bring the tables to what the migrations say, as the role that owns them."""
    migrations = [
        *PROJECT.glob("*/migrations/*.py"),
        *PROJECT.glob("coachops/*/migrations/*.py"),
    ]
    mark = fingerprint(environment["DATABASE_URL"].rpartition("@")[2].partition("/")[2])
    mark += fingerprint(*sorted(migrations), PROJECT / "uv.lock")
    if data.is_done("migrate", mark):
        return
    command = manage("migrate", "--no-input", "--verbosity", "0")
    supervisor.step(command, environment, doing="Bringing the database up to date")
    data.done("migrate", mark)


def collect_static(
    supervisor: Supervisor, data: DataFolder, environment: Mapping[str, str]
) -> None:
    """Gather, compress and name the static files by their content."""
    files = (path for path in (PROJECT / "static").rglob("*") if path.is_file())
    mark = tree_mark(files) + fingerprint(PROJECT / "uv.lock")
    if data.is_done("static", mark) and (data.path / "static" / "staticfiles.json").exists():
        return
    command = manage("collectstatic", "--no-input", "--verbosity", "0")
    supervisor.step(command, environment, doing="Gathering the static files")
    data.done("static", mark)


def fill_demo(supervisor: Supervisor, data: DataFolder, environment: Mapping[str, str]) -> None:
    """Fill the demo world once; it is the reader's to change from then on."""
    if data.is_done("demo", "filled"):
        return
    command = manage("demo", "--if-empty")
    supervisor.step(command, environment, doing="Filling the demo practice")
    data.done("demo", "filled")
