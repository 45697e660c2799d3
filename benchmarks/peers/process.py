"""Starts django-appointment beside us: installs it, gives it a database, and asks it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.databases import passing_database
from coachops.launch.bootstrap import find_uv
from coachops.launch.failure import LaunchError

FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = FOLDER.parents[1] / ".data" / "peers"


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer: CPU milliseconds of view and function, statements of the view, times found."""

    view: float
    function: float
    statements: int
    found: int


class Peer:
    """Its process. Raises RuntimeError when it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def tell(self, line: str) -> None:
        """Send one line."""
        if self._process.stdin is not None and self._process.poll() is None:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def sample(self, case: str) -> Sample:
        """List one staff member's days."""
        self.tell(case)
        answer = self._process.stdout.readline() if self._process.stdout else ""
        if not answer:
            raise RuntimeError("django-appointment ended; what it said stands above")
        return Sample(**json.loads(answer))


@contextmanager
def running(data: Mapping[str, Any], zone: str) -> Iterator[Peer]:
    """It, with this data in a database of its own on the same server.

    Raises LaunchError when it cannot be installed.
    """
    python = _installed()
    owner = os.environ["DATABASE_OWNER_URL"]
    program = str(FOLDER / "django_appointment.py")
    with passing_database(owner, f"coachops_peer_{os.getpid()}") as url:
        process = subprocess.Popen(
            [str(python), program],
            env={**os.environ, "PEER_DATABASE_URL": url, "PEER_TIME_ZONE": zone},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        peer = Peer(process)
        try:
            peer.tell(json.dumps(data))
            yield peer
        finally:
            process.kill()
            process.communicate()


def _installed() -> Path:
    """Its Python, with the packages of its lock file."""
    command = [find_uv(), "sync", "--locked", "--quiet", "--project", str(FOLDER)]
    done = subprocess.run(
        [*command, "--python", sys.executable],
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(ENVIRONMENT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LaunchError(f"django-appointment cannot be installed: {last}")
    return ENVIRONMENT / "bin" / "python"
