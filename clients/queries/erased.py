"""Who was erased, read from the list outside the database: by hashes that name nobody."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings


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
