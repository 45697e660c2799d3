"""The list of erasures outside the database: a backup that is restored brings nobody back."""

import json
import os
from collections.abc import Iterable

from clients.queries.erased import hash_of, hashes, ledger_file, read_ledger
from coachops.retention.models import Erasure

__all__ = ["hash_of", "hashes", "ledger_file", "read_ledger", "write_missing"]


def write_missing(*, erasures: Iterable[Erasure]) -> int:
    """Append those that are not in the file yet; safe to run again. How many were."""
    known = read_ledger()
    missing = [each for each in erasures if each.client_hash not in known]
    if not missing:
        return 0
    path = ledger_file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for each in missing:
            line = {"client": each.client_hash, "done_at": f"{each.done_at:%Y-%m-%dT%H:%M:%SZ}"}
            file.write(json.dumps(line) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return len(missing)
