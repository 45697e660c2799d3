"""One turn of a transfer, as the worker does it, in a process of its own.

`python -m benchmarks.leaving PRACTICE TRANSFER TURN` says in how many seconds, with how many of
processor time, and how many megabytes it held in the end.
"""

import json
import sys
from time import perf_counter, process_time
from uuid import UUID

import django
import psutil


def leave(practice_id: UUID, transfer_id: UUID, turn: int) -> dict[str, float]:
    django.setup()
    from coachops.transfer.services.work import work  # noqa: PLC0415 -- needs models

    started, used = perf_counter(), process_time()
    work(practice_id, transfer_id, turn)
    return {
        "seconds": perf_counter() - started,
        "cpu": process_time() - used,
        "megabytes": psutil.Process().memory_info().rss / 1_000_000,
    }


if __name__ == "__main__":
    practice, transfer, number = sys.argv[1:]
    print(json.dumps(leave(UUID(practice), UUID(transfer), int(number))))
