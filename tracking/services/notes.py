"""The coach's own notes on a session."""

from datetime import datetime

from django.db import transaction

from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tracking.models import PrivateNote
from tracking.policies.texts import tidy
from tracking.queries.clients import client_id_of
from tracking.services.versions import Saved, write_version


@transaction.atomic
def save_private_note(
    *, session: Session, text: str, version: int, by: Membership, now: datetime
) -> Saved:
    """Save the note of `by`, who read `version` (0: there was none) before writing.

    The trail holds that notes were begun, not every keystroke. Raises Conflict, TextTooLong.
    """
    text = tidy(text)
    client_id = client_id_of(session)
    blank = PrivateNote(session=session, client_id=client_id, author=by, saved_at=now)
    with confidential():
        rows = PrivateNote.objects.filter(session=session, author=by)
        safe = safe_of(client_id)
        saved = write_version(rows, blank, safe, text=text, version=version)
    if saved.version == 1 and version == 0:
        record(event="private_note.begun", subject=session, now=now)
    return saved
