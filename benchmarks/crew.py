"""Real processes to measure and to trouble: a mail server that counts, a broker, and workers."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from email import message_from_bytes
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from coachops.launch.machine import free_port
from coachops.launch.processes import end_groups, spawn
from coachops.launch.valkey import Broker

PROJECT = Path(__file__).resolve().parents[1]
_OFTEN = 3
CELERY = (sys.executable, "-m", "celery", "-A", "coachops")


class CountingSink:
    """Accepts every mail after `delay` seconds and counts its Message-ID in that moment."""

    def __init__(self, delay: float) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        self._delay = delay
        self._accepted: Counter[str] = Counter()
        self._changed = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's signature
        await asyncio.sleep(self._delay)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        with self._changed:
            self._accepted[message_from_bytes(content)["Message-ID"]] += 1
            self._changed.notify_all()
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._controller.port}"

    def wait_for_more(self, seconds: float) -> None:
        """Until the next mail, or that long."""
        with self._changed:
            self._changed.wait(seconds)

    def accepted(self) -> Counter[str]:
        """How often each Message-ID was accepted."""
        with self._changed:
            return self._accepted.copy()

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._controller.stop()


class Crew:
    """Named processes with their logs in one folder. All are gone when the block ends."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = {**os.environ, **environment, "PYTHONPATH": str(PROJECT)}
        self._commands: dict[str, list[str]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._logs: list[IO[bytes]] = []
        self.restarted: list[str] = []

    def start(self, name: str, *command: str) -> None:
        self._commands[name] = list(command)
        log = (self._folder / f"{name}.log").open("ab")
        self._logs.append(log)
        self._running[name] = spawn(
            command, environment=self._environment, output=log, folder=PROJECT
        )

    def kill(self, name: str) -> int:
        """Kill -9 the whole process group, for good; how many processes that were."""
        process = self._running.pop(name)
        members = 1 + len(psutil.Process(process.pid).children(recursive=True))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return members

    def stop(self, name: str, number: signal.Signals) -> int:
        """Ask one process to end, and wait for it; its exit status."""
        process = self._running.pop(name)
        process.send_signal(number)
        return process.wait(timeout=30)

    def restart_the_fallen(self) -> None:
        """As a supervisor does. What was killed on purpose stays away.

        Raises RuntimeError, with the log, for what falls again and again.
        """
        for name, process in list(self._running.items()):
            if process.poll() is not None:
                if self.restarted.count(name) == _OFTEN:
                    raise RuntimeError(self._last_words(name))
                self.restarted.append(name)
                self.start(name, *self._commands[name])

    def _last_words(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        end_groups(
            {process.pid: signal.SIGTERM for process in self._running.values()},
            reap=lambda: [process.poll() for process in self._running.values()],
        )
        for process in self._running.values():
            process.wait()
        for log in self._logs:
            log.close()


class WipedBroker:
    """A broker that keeps nothing and can be killed and started empty."""

    def __init__(self, crew: Crew, folder: Path, broker: Broker) -> None:
        self._crew = crew
        self._folder = folder
        self._broker = broker

    def start(self) -> None:
        self._crew.start("broker", *self._broker.command(self._folder))

    def wipe(self) -> None:
        """Kill -9, and start again with nothing."""
        self._crew.kill("broker")
        self.start()
