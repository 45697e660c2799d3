"""Enquiries as pages show them. Arrangements and names; nothing that was said in a room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.models import Client, Enquiry

MOST_OPEN = 200
MOST_SETTLED = 40
MOST_SENT = 30

SYMBOLS = {
    Enquiry.State.NEW: "inbox",
    Enquiry.State.CALL: "phone",
    Enquiry.State.PROPOSAL: "file-text",
    Enquiry.State.CLIENT: "user-check",
    Enquiry.State.NOT_NOW: "circle-pause",
}


@dataclass(frozen=True, slots=True)
class EnquiryFacts:
    """One enquiry. Names of clients are empty where the reader does not see that client."""

    id: UUID
    name: str
    email: str
    wish: str
    state: str
    state_label: str | Promise
    moved_at: datetime
    source_label: str | Promise
    reason_label: str | Promise
    coach_id: UUID | None
    coach_name: str
    next_step: str
    next_on: date | None
    is_due: bool
    logistics: str
    referrer: str
    referrer_client_id: UUID | None
    client_id: UUID | None
    client_name: str

    @property
    def is_open(self) -> bool:
        return self.state in {Enquiry.State.NEW, Enquiry.State.CALL, Enquiry.State.PROPOSAL}

    @property
    def symbol(self) -> str:
        return SYMBOLS[Enquiry.State(self.state)]


def open_enquiries(rows: QuerySet[Enquiry]) -> list[Enquiry]:
    """What is being answered, the longest waiting first. One query."""
    states = [Enquiry.State.NEW, Enquiry.State.CALL, Enquiry.State.PROPOSAL]
    found = _with_people(rows).filter(state__in=states).order_by("moved_at", "id")
    return list(found[:MOST_OPEN])


def settled_enquiries(rows: QuerySet[Enquiry]) -> list[Enquiry]:
    """Clients and "not now", the latest first. One query."""
    states = [Enquiry.State.CLIENT, Enquiry.State.NOT_NOW]
    found = _with_people(rows).filter(state__in=states).order_by("-moved_at", "-id")
    return list(found[:MOST_SETTLED])


def enquiry_facts(
    rows: Iterable[Enquiry], clients: QuerySet[Client], today: date
) -> list[EnquiryFacts]:
    """`clients` are those that the reader may see. At most one query."""
    rows = list(rows)
    named = {key for row in rows for key in (row.client_id, row.referrer_client_id) if key}
    known: dict[UUID, str] = {}
    if named:
        known = dict(clients.filter(pk__in=named).values_list("pk", "name"))
    return [_facts(row, known, today) for row in rows]


def _with_people(rows: QuerySet[Enquiry]) -> QuerySet[Enquiry]:
    return rows.select_related("coach", "referrer_contact__organisation", "referrer_member")


def _facts(row: Enquiry, known: dict[UUID, str], today: date) -> EnquiryFacts:
    sender = known.get(row.referrer_client_id) if row.referrer_client_id else None
    return EnquiryFacts(
        id=row.pk,
        name=row.name,
        email=row.email,
        wish=row.wish,
        state=row.state,
        state_label=Enquiry.State(row.state).label,
        moved_at=row.moved_at,
        source_label=Enquiry.Source(row.source).label,
        reason_label=Enquiry.Reason(row.reason).label if row.reason else "",
        coach_id=row.coach_id,
        coach_name=row.coach.name if row.coach else "",
        next_step=row.next_step,
        next_on=row.next_on,
        is_due=row.is_open and row.next_on is not None and row.next_on <= today,
        logistics=row.logistics,
        referrer=_referrer(row, sender),
        referrer_client_id=row.referrer_client_id if sender else None,
        client_id=row.client_id if row.client_id in known else None,
        client_name=known.get(row.client_id, "") if row.client_id else "",
    )


def _referrer(row: Enquiry, client_name: str | None) -> str:
    """Who sent them; another coach's client is not named."""
    if row.referrer_client_id is not None:
        return client_name or _("A client of the practice")
    if row.referrer_contact is not None:
        contact = row.referrer_contact
        return f"{contact.name}, {contact.organisation.name}"
    if row.referrer_member is not None:
        return str(row.referrer_member.name)
    return str(row.referrer_words)


@dataclass(frozen=True, slots=True)
class Sent:
    """Who came through somebody, and how many of them became clients."""

    enquiries: tuple[Enquiry, ...]
    number: int
    became_clients: int


def sent_by_client(rows: QuerySet[Enquiry], client_id: UUID) -> Sent:
    """One query."""
    return _sent(rows.filter(referrer_client=client_id))


def sent_by_contact(rows: QuerySet[Enquiry], contact_id: UUID) -> Sent:
    """One query."""
    return _sent(rows.filter(referrer_contact=contact_id))


def _sent(rows: QuerySet[Enquiry]) -> Sent:
    found = tuple(rows.order_by("-created_at", "-id")[:MOST_SENT])
    return Sent(
        enquiries=found,
        number=len(found),
        became_clients=sum(row.state == Enquiry.State.CLIENT for row in found),
    )


@dataclass(frozen=True, slots=True)
class SenderCount:
    """One sender and how many came through them."""

    name: str
    number: int
    became_clients: int


def senders(
    rows: QuerySet[Enquiry], clients: QuerySet[Client], *, limit: int = 10
) -> list[SenderCount]:
    """Who sends the most, by the people named. At most two queries."""
    keys = ("referrer_client_id", "referrer_contact_id", "referrer_member_id", "referrer_words")
    names = ("referrer_contact__name", "referrer_member__name")
    sent = rows.exclude(
        referrer_client=None, referrer_contact=None, referrer_member=None, referrer_words=""
    )
    counted = list(
        sent.values(*keys, *names)
        .annotate(number=Count("pk"), won=Count("pk", filter=Q(state=Enquiry.State.CLIENT)))
        .order_by("-number", "-won", *keys)[:limit]
    )
    ids = [row["referrer_client_id"] for row in counted if row["referrer_client_id"]]
    known = dict(clients.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return [
        SenderCount(name=_sender(row, known), number=row["number"], became_clients=row["won"])
        for row in counted
    ]


def _sender(row: dict[str, object], known: dict[UUID, str]) -> str:
    client_id = row["referrer_client_id"]
    if isinstance(client_id, UUID):
        return known.get(client_id) or _("A client of the practice")
    name = row["referrer_contact__name"] or row["referrer_member__name"] or row["referrer_words"]
    return str(name)
