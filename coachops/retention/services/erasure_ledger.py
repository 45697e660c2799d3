"""The list of erasures outside the database: a backup that is restored brings nobody back."""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings

from coachops.retention.models import Erasure


def ledger_file() -> Path:
    """Beside the database's own files, never in its dump."""
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def hash_of(practice_id: UUID | None, client_id: UUID) -> str:
    """Tells an erased client again, and tells nobody who they were."""
    return hashlib.sha256(f"{practice_id}:{client_id}".encode()).hexdigest()


def hashes(lines: Iterable[str]) -> set[str]:
    """Of the lines of a ledger; a line that was cut off by a crash is left out."""
    found = set()
    for line in lines:
        try:
            found.add(str(json.loads(line)["client"]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def read_ledger(path: Path | None = None) -> set[str]:
    """Empty while nobody was ever erased."""
    path = path or ledger_file()
    return hashes(path.read_text().splitlines()) if path.exists() else set()


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
