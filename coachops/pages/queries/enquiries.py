"""The board of enquiries: where each stands, and the first talk that is booked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.functional import Promise

from clients.models import Client, Enquiry
from clients.queries.enquiries import (
    SYMBOLS,
    EnquiryFacts,
    SenderCount,
    enquiry_facts,
    open_enquiries,
    senders,
    settled_enquiries,
)
from scheduling.models import Session

MOST_CALLS = 400


@dataclass(frozen=True, slots=True)
class Call:
    """A talk that somebody booked with their address."""

    id: UUID
    starts_at: datetime
    is_cancelled: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One enquiry on the board."""

    facts: EnquiryFacts
    call: Call | None


@dataclass(frozen=True, slots=True)
class Column:
    """All enquiries at one step."""

    state: str
    label: str | Promise
    symbol: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    columns: tuple[Column, ...]
    senders: list[SenderCount]
    is_empty: bool


def enquiry_board(
    rows: QuerySet[Enquiry], clients: QuerySet[Client], *, today: date, now: datetime
) -> Board:
    """`rows` and `clients` are those that the reader may see. At most six queries."""
    found = enquiry_facts([*open_enquiries(rows), *settled_enquiries(rows)], clients, today)
    calls = calls_of([each.email for each in found if each.is_open], now)
    cards = [Card(each, calls.get(each.email)) for each in found]
    return Board(
        columns=tuple(
            Column(
                state=state.value,
                label=state.label,
                symbol=SYMBOLS[state],
                cards=tuple(card for card in cards if card.facts.state == state),
            )
            for state in Enquiry.State
        ),
        senders=senders(rows, clients) if found else [],
        is_empty=not found,
    )


def calls_of(emails: list[str], now: datetime) -> dict[str, Call]:
    """The last talk that each address booked as a guest; one that stands before one cancelled.

    At most one query.
    """
    if not emails:
        return {}
    rows = (
        Session.objects.annotate(address=Lower("guest_email"))
        .filter(address__in=emails, client=None)
        .order_by("starts_at", "pk")
        .values_list("address", "pk", "starts_at", "state")[:MOST_CALLS]
    )
    found: dict[str, Call] = {}
    for address, pk, starts_at, state in rows:
        is_cancelled = state == Session.State.CANCELLED
        before = found.get(address)
        if before is None or before.is_cancelled or not is_cancelled:
            found[address] = Call(pk, starts_at, is_cancelled, starts_at <= now)
    return found
