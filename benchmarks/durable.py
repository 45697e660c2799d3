"""A PostgreSQL server as `make run` has it: a commit only counts once it is on the disk."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from coachops.launch import postgres
from coachops.launch.embedded import start_postgres
from coachops.launch.folder import PASSABLE, DataFolder
from coachops.launch.supervisor import Supervisor

PROJECT = Path(__file__).resolve().parents[1]
DATABASE = "coachops"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def durable_database() -> Iterator[psutil.Process]:
    """A server with a migrated database, removed afterwards; new processes are told its address."""
    folder = Path(tempfile.mkdtemp(prefix="coachops-durable-"))
    folder.chmod(PASSABLE)
    data = DataFolder(folder)
    data.prepare()
    handlers = {number: signal.getsignal(number) for number in _SIGNALS}
    before = dict(os.environ)
    try:
        with Supervisor(data) as supervisor:
            cluster = start_postgres(supervisor, data)
            postgres.create_database(cluster, DATABASE)
            urls = cluster.urls(DATABASE)
            os.environ |= {"DATABASE_URL": urls.owner, "DATABASE_OWNER_URL": urls.owner}
            migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"]
            subprocess.run(migrate, cwd=PROJECT, check=True)
            os.environ["DATABASE_URL"] = urls.web
            postmaster = (cluster.folder / "postmaster.pid").read_text().splitlines()[0]
            yield psutil.Process(int(postmaster))
    finally:
        os.environ |= before
        for number, handler in handlers.items():
            signal.signal(number, handler)
        shutil.rmtree(folder, ignore_errors=True)


def cpu_seconds(server: psutil.Process) -> float:
    """Of the server with all its processes; those that have ended count with it."""
    found = 0.0
    for process in [server, *server.children()]:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            found += times.user + times.system
    ended = server.cpu_times()
    return found + ended.children_user + ended.children_system
