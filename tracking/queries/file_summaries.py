"""Summaries for the file: for the client and their coach, and for the assistant if the client says
so. Row-level security decides who reads which; nothing here asks for more than the reader has.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.safestring import SafeString

from clients.queries.safes import Safe, safe_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Session
from tracking.markdown import render_markdown
from tracking.models import FileConsent, FileSummary
from tracking.queries.pads import Pad

A_PAGE: Final = 10
_PAD: Final = """
SELECT consent.id IS NOT NULL, summary.id, summary.sealed_body, summary.version, summary.saved_at
FROM clients_client client
LEFT JOIN tracking_fileconsent consent
  ON consent.practice_id = client.practice_id AND consent.client_id = client.id
LEFT JOIN tracking_filesummary summary
  ON summary.practice_id = client.practice_id AND summary.client_id = client.id
  AND summary.session_id = %(session)s AND summary.author_id = %(author)s
WHERE client.practice_id = %(practice)s AND client.id = %(client)s
"""


@dataclass(frozen=True, slots=True)
class FilePad:
    """`is_agreed`: the client lets the assistant read it."""

    pad: Pad
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class FileEntry:
    """`text` is Markdown as it was typed."""

    id: UUID
    session_number: int | None
    session_starts_at: datetime
    author_name: str
    text: str
    saved_at: datetime

    @property
    def html(self) -> SafeString:
        return render_markdown(self.text)


def file_pad(safe: Safe, session: Session, *, reader: Membership) -> FilePad:
    """What the reader wrote for the file about a session. One query."""
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "client": session.client_id,
        "session": session.pk,
        "author": reader.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAD, asked)
        is_agreed, row_id, sealed, version, saved_at = cursor.fetchall()[0]
    if row_id is None:
        return FilePad(Pad(), is_agreed)
    return FilePad(Pad(safe.open(sealed, row_id=row_id), version, saved_at), is_agreed)


def file_entries(client_id: UUID, *, limit: int = A_PAGE) -> tuple[FileEntry, ...]:
    """Latest session first: what the acting member may read. One query, two if there is any."""
    rows = list(
        FileSummary.objects.filter(client_id=client_id)
        .order_by("-session__starts_at", "-pk")
        .values(
            "id",
            "session__number",
            "session__starts_at",
            "author__name",
            "sealed_body",
            "saved_at",
        )[:limit]
    )
    if not rows:
        return ()
    safe = safe_of(client_id)
    return tuple(
        FileEntry(
            id=row["id"],
            session_number=row["session__number"],
            session_starts_at=row["session__starts_at"],
            author_name=row["author__name"],
            text=safe.open(bytes(row["sealed_body"]), row_id=row["id"]),
            saved_at=row["saved_at"],
        )
        for row in rows
    )


def consents_to_the_file(client_id: UUID) -> bool:
    """Whether the assistant may read what is written for the file. One query."""
    return bool(FileConsent.objects.filter(client_id=client_id).exists())
