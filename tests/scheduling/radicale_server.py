"""A real CalDAV server on this machine: Radicale, with one account."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import caldav

USER, PASSWORD = "bob", "app-password-of-bob"
CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[auth]
type = htpasswd
htpasswd_filename = {folder}/users
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/data
[logging]
level = error
"""


@dataclass(frozen=True)
class Radicale:
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def client(self) -> caldav.DAVClient:
        """As the coach's own calendar programme would speak to it."""
        return caldav.DAVClient(
            url=self.address,
            username=USER,
            password=PASSWORD,
            enable_rfc6764=False,
            require_tls=False,
        )

    def make(self, name: str, *events: bytes) -> str:
        """A calendar with these events; its address."""
        with self.client() as client:
            calendar = client.principal().make_calendar(name=name, cal_id=name.lower())
            for each in events:
                calendar.save_event(each.decode())
            return str(calendar.url)

    def texts(self, address: str) -> list[str]:
        with self.client() as client:
            return [each.data for each in client.calendar(url=address).events()]


@contextmanager
def radicale_server(folder: Path) -> Iterator[Radicale]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
    process = subprocess.Popen(
        [sys.executable, "-m", "radicale", "-C", str(folder / "config")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield Radicale(port)
    finally:
        process.terminate()
        process.wait(10)


def _wait(port: int, process: subprocess.Popen) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            raise AssertionError(f"radicale ended with {process.wait(0.05)}")
    raise AssertionError("radicale did not start")
