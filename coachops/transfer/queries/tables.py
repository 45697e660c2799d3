"""What the owner may read of the whole practice, as tables and as a calendar."""

from collections.abc import Callable, Iterator
from itertools import batched
from typing import Any
from uuid import UUID

from clients.models import Client, Engagement, SponsorContact
from coachops.practices.models import Membership
from coachops.transfer.policies.cells import blocks_of_table
from programs.models import LedgerEntry, ProgramVersion
from scheduling.invitations.entries import Entry, event_text, new_calendar, written
from scheduling.models import Session
from scheduling.queries.facts import place_in_words
from tracking.models import ProgressReport

type Values = tuple[str, ...]

_CLIENTS: Values = (
    "id", "name", "preferred_name", "email", "phone", "job_title", "employer", "time_zone",
    "created_at", "archived_at",
)  # fmt: skip
_ENGAGEMENTS: Values = (
    "id", "client__name", "client__email", "coach__name", "title", "payer", "state",
    "sponsor_organisation__name", "starts_on", "ends_on", "disclosure_level",
)  # fmt: skip
_CONTACTS: Values = ("id", "organisation__name", "kind", "name", "email", "job_title")
_SESSIONS: Values = (
    "id", "client__name", "coach__name", "engagement__title", "number", "starts_at", "ends_at",
    "state", "outcome", "place",
)  # fmt: skip
_ENTRY: Values = (
    "calendar_uid", "calendar_sequence", "revised_at", "starts_at", "ends_at", "state", "place",
    "place_details", "client_id", "client__session_title", "offering__name",
)  # fmt: skip
_LEDGER: Values = (
    "account__engagement_id", "account__engagement__client__name", "sequence", "kind", "change",
    "balance_after", "session_id", "recorded_at",
)  # fmt: skip
_PROGRAMS: Values = ("id", "program__name", "number", "published_at")
_REPORTS: Values = (
    "id", "client__name", "engagement__title", "number", "state", "period_starts_on",
    "period_ends_on", "due_on", "issued_at",
)  # fmt: skip
_MEMBERS: Values = ("id", "name", "title", "roles", "joined_at", "ended_at")


def sheets(practice_id: UUID) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Name and CSV of each table, in blocks. One query each, read row by row."""
    staff = Membership.objects.filter(practice_id=practice_id, audience="staff")
    sources: tuple[tuple[str, Callable[[], Any], Values], ...] = (
        ("clients", Client.objects.order_by, _CLIENTS),
        ("engagements", Engagement.objects.order_by, _ENGAGEMENTS),
        ("sponsor contacts", SponsorContact.objects.order_by, _CONTACTS),
        ("sessions", Session.objects.order_by, _SESSIONS),
        ("ledger", LedgerEntry.objects.order_by, _LEDGER),
        ("programs", ProgramVersion.objects.order_by, _PROGRAMS),
        ("progress reports", ProgressReport.objects.order_by, _REPORTS),
        ("members", staff.order_by, _MEMBERS),
    )
    for name, source, values in sources:
        rows = source("id").values_list(*values).iterator(chunk_size=2_000)  # type: ignore[call-arg]
        header = [value.replace("__", " ").replace("_", " ") for value in values]
        yield name, (text.encode() for text in blocks_of_table(header, rows))


def calendar_blocks(client_id: UUID | None = None) -> Iterator[bytes]:
    """Every session that took or takes place, with the neutral title of its invitation.

    With `client_id` that client's own alone. One query; some hundred sessions in a block.
    """
    sessions = Session.objects.order_by("starts_at", "id")
    if client_id is not None:
        sessions = sessions.filter(client_id=client_id)
    empty = written(new_calendar())
    end = empty.rindex(b"END:VCALENDAR")
    yield empty[:end]
    rows = sessions.values_list(*_ENTRY).iterator(chunk_size=1_000)
    for some in batched(rows, 1_000, strict=False):
        yield b"".join(event_text(_entry(row)) for row in some)
    yield empty[end:]


def _entry(row: tuple[Any, ...]) -> Entry:
    uid, sequence, stamped_at, starts_at, ends_at, state, place, details, *rest = row
    client_id, title, offering = rest
    return Entry(
        uid=uid,
        sequence=sequence,
        stamped_at=stamped_at,
        starts_at=starts_at,
        ends_at=ends_at,
        title=offering if client_id is None else str(title),
        place=place_in_words(place, details),
        is_cancelled=state == Session.State.CANCELLED,
    )
