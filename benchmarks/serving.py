"""The product's web server, as the container starts it, with the database of this process."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, sleep

from benchmarks.crew import Crew
from coachops.launch.machine import free_port

PATIENCE = 60.0


@contextmanager
def served() -> Iterator[int]:
    """The port at which it answers. Raises RuntimeError, with its log, when it does not."""
    port = free_port()
    environment = {
        "DJANGO_SETTINGS_MODULE": "coachops.settings",
        "DATABASE_POOL": "1",
        "BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = (sys.executable, "-m", "gunicorn", "coachops.wsgi", "--worker-class", "gthread")
    size = ("--workers", "2", "--threads", "4", "--bind", f"127.0.0.1:{port}", "--preload")
    with (
        tempfile.TemporaryDirectory(prefix="coachops-serving-") as folder,
        Crew(Path(folder), environment) as crew,
    ):
        crew.start("web", *command, *size, "--no-control-socket")
        deadline = monotonic() + PATIENCE
        while not _answers(port):
            if monotonic() > deadline:
                raise RuntimeError((Path(folder) / "web.log").read_text()[-2000:])
            sleep(0.2)
        yield port


def _answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health/")
        return connection.getresponse().status < 500
    except OSError:
        return False
