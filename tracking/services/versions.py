"""Saving a sealed text that may be open in two tabs: nobody overwrites what they have not seen."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from clients.queries.safes import Safe
from tracking.models import FileSummary, PrivateNote, Reflection, SessionSummary
from tracking.policies.texts import Conflict


@dataclass(frozen=True, slots=True)
class Saved:
    """`version` is what the next save has to name. 0: there is nothing to save yet."""

    version: int
    saved_at: datetime | None


def write_version[Page: (PrivateNote, SessionSummary, FileSummary, Reflection)](
    rows: QuerySet[Page], blank: Page, safe: Safe, *, text: str, version: int
) -> Saved:
    """Seal `text` as the version after `version`; `blank` becomes the first one.

    Runs inside confidential(). The same text again is no change, so an answer that was lost on its
    way may be asked for again. Raises Conflict when a newer version is there.
    """
    stored = rows.select_for_update().first()
    if stored is None:
        if not text:
            return Saved(0, blank.saved_at)
        stored = _inserted(rows, blank, safe, text)
        if stored is None:
            return Saved(blank.version, blank.saved_at)
    present = safe.open(bytes(stored.sealed_body), row_id=stored.pk)
    if present == text:
        return Saved(stored.version, stored.saved_at)
    if stored.version != version:
        raise Conflict(present, stored.version)
    stored.sealed_body = safe.close(text, row_id=stored.pk)
    stored.version += 1
    stored.saved_at = blank.saved_at
    stored.save(update_fields=["sealed_body", "version", "saved_at"])
    return Saved(stored.version, stored.saved_at)


def _inserted[Page: (PrivateNote, SessionSummary, FileSummary, Reflection)](
    rows: QuerySet[Page], blank: Page, safe: Safe, text: str
) -> Page | None:
    """None if this was the first version; the other one if somebody was quicker."""
    blank.sealed_body = safe.close(text, row_id=blank.pk)
    try:
        with transaction.atomic():
            blank.save(force_insert=True)
    except IntegrityError:
        return rows.get()
    return None
