"""The supervisor, run for real over a program that only sleeps."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

PROJECT = Path(__file__).resolve().parents[2]
SUPERVISE = """
import sys
from pathlib import Path
from coachops.launch.folder import DataFolder
from coachops.launch.supervisor import Program, Stopped, Supervisor

data, told = DataFolder(Path(sys.argv[1])), 0
data.prepare()
data.lock("here")
family = "import subprocess; subprocess.run(['sleep', '600'])"
try:
    with Supervisor(data) as supervisor:
        child = supervisor.start(Program("sleeper", [sys.executable, "-c", family], {}))
        def tell():
            global told
            if child.process.pid != told:
                told = child.process.pid
                print("pid", told, flush=True)
        supervisor.watch(tell)
except Stopped:
    print("stopped", flush=True)
"""


class Supervised:
    """A supervisor in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, str(folder)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def next_pid(self) -> int:
        """The number of the sleeper's process, told each time it is started."""
        return next(int(line.split()[1]) for line in self.process.stdout if line[:3] == "pid")

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    supervisor = Supervised(tmp_path / "data")
    yield supervisor
    supervisor.process.kill()
    supervisor.process.wait(10)
    supervisor.process.stdout.close()


def test_a_program_that_dies_comes_back(supervised: Supervised) -> None:
    first = supervised.next_pid()
    os.kill(first, signal.SIGKILL)
    assert supervised.next_pid() != first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(supervised: Supervised, number: int) -> None:
    supervised.next_pid()
    descendants = supervised.descendants()
    os.kill(supervised.process.pid, number)
    assert supervised.process.wait(20) == 0
    assert psutil.wait_procs(descendants, timeout=5)[1] == []


def test_a_killed_supervisor_leaves_nobody_behind(supervised: Supervised) -> None:
    supervised.next_pid()
    descendants = supervised.descendants()
    supervised.process.kill()
    assert len(descendants) >= 2
    assert psutil.wait_procs(descendants, timeout=20)[1] == []
