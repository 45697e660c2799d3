"""One supervisor over all processes: it starts them, brings back what dies, and ends them all."""

import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import Self

from coachops.launch.failure import LaunchError
from coachops.launch.folder import DataFolder
from coachops.launch.processes import Guardian, end_groups, signal_group, spawn

_TICK = 0.1  # seconds between two looks at the children
_LONGEST_PAUSE = 30.0
_STEADY = 60.0  # a child alive this long has recovered: its next pause is short again
_ECHO = 2.0  # make and the terminal may both pass on the same signal
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked us to end: Ctrl-C, or a signal."""


@dataclass(frozen=True)
class Program:
    """A process to keep alive. `farewell` asks it to end; a lower `rank` is asked earlier."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    farewell: signal.Signals = signal.SIGTERM
    rank: int = 0
    account: pwd.struct_passwd | None = None


@dataclass
class Child:
    """A program with its present process, or the time to start it again."""

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float
    pause: float = 1.0
    again_at: float | None = None


class Supervisor:
    """Keeps programs alive inside a `with` block; none of them is left when the block ends."""

    def __init__(self, data: DataFolder) -> None:
        self._data = data
        self._children: dict[str, Child] = {}
        self._asked_at: float | None = None

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            hung_up = number == signal.SIGHUP  # which nohup promised to ignore
            if not hung_up or signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        self._guardian = Guardian()
        return self

    def __exit__(self, *_: object) -> None:
        for rank in sorted({child.program.rank for child in self._children.values()}):
            self._stop([c for c in self._children.values() if c.program.rank == rank])
        self._guardian.close()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._asked_at is None:
            self._asked_at = now
        elif now - self._asked_at > _ECHO:  # asked again: no more patience
            for child in self._children.values():
                signal_group(child.process.pid, signal.SIGKILL)

    def start(self, program: Program) -> Child:
        """Start a program and keep it alive from now on; its output goes to its log."""
        child = Child(program, self._spawn(program), time.monotonic())
        self._children[program.name] = child
        return child

    def _spawn(self, program: Program) -> subprocess.Popen[bytes]:
        with self._data.log(program.name).open("ab") as log:
            process = spawn(
                program.command,
                environment=program.environment,
                output=log,
                account=program.account,
                farewell=program.farewell,
            )
        self._guardian.watch(process.pid, program.farewell)
        return process

    def step(self, command: Sequence[str], environment: Mapping[str, str], *, doing: str) -> None:
        """Run a command to its end, its output on the terminal; LaunchError when it fails."""
        print(f"{doing} ...", flush=True)
        process = spawn(command, environment=environment)
        self._guardian.watch(process.pid, signal.SIGTERM)
        try:
            while process.poll() is None:
                self.pause()
        finally:
            signal_group(process.pid, signal.SIGTERM)
            process.wait()
            self._guardian.forget(process.pid)
        if process.returncode:
            raise LaunchError(f"{doing}: that failed; the lines above say why")

    def pause(self) -> None:
        """Let a moment pass. Raises Stopped when somebody asked us to end."""
        if self._asked_at is not None:
            raise Stopped
        time.sleep(_TICK)

    def wait_for(self, child: Child, ready: Callable[[], bool], *, seconds: float) -> None:
        """Wait until a new child is of use; LaunchError with its last words when it ends first."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.pause()
            name = child.program.name
            if child.process.poll() is None and time.monotonic() < deadline:
                continue
            raise LaunchError(
                f"The {name} process does not start: {self._data.last_words(name)} "
                f"(all it said is in {self._data.log(name)})"
            )

    def watch(self, once_a_tick: Callable[[], None]) -> None:
        """Bring back whatever dies, until somebody asks us to end (then raises Stopped)."""
        while True:
            for child in self._children.values():
                self._tend(child)
            once_a_tick()
            self.pause()

    def restart(self, name: str, *, reason: str) -> None:
        """End a program that lives but does not work; `watch` starts it again."""
        print(f"Starting the {name} process again: {reason}", flush=True)
        signal_group(self._children[name].process.pid, signal.SIGKILL)

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.again_at is not None:
            if now >= child.again_at:
                child.process = self._spawn(child.program)
                child.started_at, child.again_at = now, None
            return
        code = child.process.poll()
        if code is None:
            return
        self._clear(child)
        if now - child.started_at > _STEADY:
            child.pause = 1.0
        name = child.program.name
        print(
            f"The {name} process ended ({code}); starting it again in {child.pause:.0f} s "
            f"(see {self._data.log(name)})",
            flush=True,
        )
        child.again_at = now + child.pause
        child.pause = min(child.pause * 2, _LONGEST_PAUSE)

    def _clear(self, child: Child) -> None:
        """End what a dead process left in its group."""
        signal_group(child.process.pid, signal.SIGKILL)
        self._guardian.forget(child.process.pid)

    def _stop(self, children: list[Child]) -> None:
        running = [child for child in children if child.process.poll() is None]
        end_groups(
            {child.process.pid: child.program.farewell for child in running},
            reap=lambda: [child.process.poll() for child in running],
        )
        for child in children:
            child.process.wait()
            self._clear(child)
