"""What the owner may read of the whole practice, as tables and as a calendar."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.utils import timezone

from clients.models import Client, Engagement, SponsorContact
from coachops.practices.models import Membership
from coachops.transfer.policies.cells import table
from programs.models import LedgerEntry, ProgramVersion
from scheduling.invitations.entries import Entry, event_of, new_calendar, written
from scheduling.models import Session
from scheduling.queries.facts import neutral_title, place_in_words
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


def sheets(practice_id: UUID) -> Iterator[tuple[str, str]]:
    """Name and CSV of each table. One query each, read row by row."""
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
        yield name, table([value.replace("__", " ").replace("_", " ") for value in values], rows)


def calendar_file(client_id: UUID | None = None) -> bytes:
    """Every session that took or takes place, with the neutral title of its invitation.

    With `client_id` that client's own alone.
    """
    calendar = new_calendar()
    sessions = Session.objects.select_related("offering", "client")
    if client_id is not None:
        sessions = sessions.filter(client_id=client_id)
    now = timezone.now()
    for session in sessions.order_by("starts_at", "id").iterator(chunk_size=2_000):
        calendar.add_component(event_of(_entry(session, now)))
    return written(calendar)


def _entry(session: Session, now: Any) -> Entry:
    return Entry(
        uid=session.calendar_uid,
        sequence=session.calendar_sequence,
        stamped_at=session.revised_at or now,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=neutral_title(session),
        place=place_in_words(session.place, session.place_details),
        is_cancelled=session.state == Session.State.CANCELLED,
    )
