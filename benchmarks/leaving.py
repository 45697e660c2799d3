"""One turn of a transfer, as the worker does it, in a process of its own.

`python -m benchmarks.leaving PRACTICE TRANSFER TURN` says in how many seconds, with how many of
processor time, its own and that of its database connection, and how many megabytes it held at most.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from uuid import UUID

import django
import psutil


def leave(practice_id: UUID, transfer_id: UUID, turn: int) -> dict[str, float]:
    django.setup()
    from benchmarks.clock import Clock  # noqa: PLC0415 -- needs settings
    from coachops.transfer.services.work import work  # noqa: PLC0415 -- needs models

    started = perf_counter()
    spent = Clock().spent(lambda: work(practice_id, transfer_id, turn))
    return {
        "seconds": perf_counter() - started,
        "cpu": spent.ours / 1_000,
        "database": spent.servers / 1_000,
        "megabytes": _most_bytes() / 1_000_000,
    }


def _most_bytes() -> int:
    """Of this program alone, on Linux; elsewhere what it holds in the end."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return int(psutil.Process().memory_info().rss)
    (most,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(most) * 1024


if __name__ == "__main__":
    practice, transfer, number = sys.argv[1:]
    print(json.dumps(leave(UUID(practice), UUID(transfer), int(number))))
