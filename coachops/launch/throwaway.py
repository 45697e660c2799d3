"""A throw-away PostgreSQL for tests: it lives as long as somebody uses it, and no longer.

Whoever uses it holds a shared lock on a file. The server ends, and deletes its folder, once nobody
does; the kernel gives a lock back even when its holder is killed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from coachops.launch import postgres
from coachops.launch.embedded import start_postgres
from coachops.launch.failure import LaunchError
from coachops.launch.folder import PASSABLE, DataFolder
from coachops.launch.postgres import Urls
from coachops.launch.supervisor import Stopped, Supervisor

PROJECT = Path(__file__).resolve().parents[2]


def _folder() -> Path:
    """One folder for each checkout and person, with a short path."""
    name = hashlib.sha256(str(PROJECT).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"coachops-tests-{os.getuid()}-{name}"


@contextlib.contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def server() -> Iterator[Urls]:
    """A running throw-away server, shared by all processes that ask for it at the same time."""
    folder = _folder()
    folder.mkdir(mode=PASSABLE, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise LaunchError(f"{folder} belongs to somebody else; remove it")
    with _locked(folder / "users", fcntl.LOCK_SH):
        with _locked(folder / "starting", fcntl.LOCK_EX):
            urls = _running(folder) or _start(folder)
        yield urls


def _running(folder: Path) -> Urls | None:
    try:
        urls = Urls(**json.loads((folder / "urls.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return urls if postgres.is_ready(urls.owner) else None


def _start(folder: Path) -> Urls:
    (folder / "urls.json").unlink(missing_ok=True)
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "coachops.launch.throwaway", str(folder)],
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,
        )
    urls = _running(folder)
    if urls is None:
        raise LaunchError(f"The test database does not start: {(folder / 'log').read_text()}")
    return urls


def _launch(folder: Path) -> int:
    """Leave a server running behind us. Returns 0 once it answers, 1 when it ended instead."""
    child = os.fork()
    if child == 0:
        try:
            _serve(folder)
        except LaunchError as error:
            print(error, flush=True)
        os._exit(0)
    while _running(folder) is None:
        if os.waitpid(child, os.WNOHANG)[0]:
            return 1
        time.sleep(0.05)
    return 0


def _serve(folder: Path) -> None:
    """Run the server until nobody uses it."""
    data = DataFolder(folder / "data")
    shutil.rmtree(data.path, ignore_errors=True)
    data.prepare()
    with contextlib.suppress(Stopped), Supervisor(data) as supervisor:
        cluster = start_postgres(supervisor, data, postgres.THROWAWAY)
        postgres.allow_databases(cluster)
        draft = folder / "urls.new"
        draft.write_text(json.dumps(asdict(cluster.urls("postgres"))))
        draft.rename(folder / "urls.json")
        descriptor = os.open(folder / "users", os.O_RDWR | os.O_CREAT, 0o600)
        while True:
            for _ in range(5):
                supervisor.pause()
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
        (folder / "urls.json").unlink()
    shutil.rmtree(data.path, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(_launch(Path(sys.argv[1])))
