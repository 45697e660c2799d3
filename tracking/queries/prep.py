"""What a coach wrote for themselves, to read again before the next conversation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.safestring import SafeString

from clients.queries.safes import open_wrapped
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential
from scheduling.models import Session
from tracking.markdown import excerpt, render_markdown
from tracking.models import PrivateNote
from tracking.queries.clients import client_id_of

MOST_NOTES: Final = 2
NOTE_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class OwnNote:
    """`text` is Markdown as it was typed."""

    session_id: UUID
    session_number: int | None
    session_starts_at: datetime
    text: str

    @property
    def html(self) -> SafeString:
        return render_markdown(self.text)

    @property
    def short(self) -> str:
        """Plain words that leave room for the rest of the sheet."""
        return excerpt(self.text, NOTE_LENGTH)


def own_notes(session: Session, *, reader: Membership) -> tuple[OwnNote, ...]:
    """The reader's notes on this session and those before it, latest first; never anybody else's.

    For a session loaded with the client's key. One query.
    """
    client_id = client_id_of(session)
    with confidential():
        safe = open_wrapped(session.wrapped_key, client_id)  # type: ignore[attr-defined]
        rows = PrivateNote.objects.filter(
            client_id=client_id, author=reader, session__starts_at__lte=session.starts_at
        ).order_by("-session__starts_at")
        columns = ("id", "session_id", "session__number", "session__starts_at", "sealed_body")
        found = [
            OwnNote(session_id, number, starts_at, safe.open(bytes(sealed), row_id=row_id))
            for row_id, session_id, number, starts_at, sealed in rows.values_list(*columns)[
                : MOST_NOTES + 1
            ]
        ]
    return tuple([note for note in found if note.text.strip()][:MOST_NOTES])
