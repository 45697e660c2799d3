"""What a run takes on the clock, and of processor time here and in its database process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns, process_time_ns

from django.db import connection


@dataclass(frozen=True, slots=True)
class Spent:
    """In milliseconds: processor time of this process and of the database's, and on the clock."""

    ours: float
    servers: float
    passed: float

    @property
    def both(self) -> float:
        return self.ours + self.servers


class Clock:
    """For this thread's connection, as long as it is kept.

    A process's time on a core is in /proc, on Linux alone and for whoever may read it; elsewhere
    the database's part is left out.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._file = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")

    def spent(self, run: Callable[[], object]) -> Spent:
        server, ours, began = self._server(), process_time_ns(), perf_counter_ns()
        run()
        passed, ours = perf_counter_ns() - began, process_time_ns() - ours
        return Spent(ours / 1e6, (self._server() - server) / 1e6, passed / 1e6)

    def _server(self) -> int:
        try:
            return int(self._file.read_text().split()[0])
        except OSError:
            return 0
