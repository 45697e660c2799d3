"""Enquiries: asking, booking a first talk, moving on, putting off, becoming a client."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from clients.models import Client, Enquiry
from clients.queries.answering import answering
from clients.services.clients import add_client
from coachops.audit.record import record
from coachops.outbox.queue import enqueue
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience, Role
from coachops.tenancy.scope import current_practice_id

MOST_WISH = 2000
NEW_KIND = "clients.enquiry"


class EnquirySettled(Exception):
    """It has become a client, so it moves no more."""


class AlreadyOpen(Exception):
    """Somebody with this address is being answered already; `enquiry` is theirs."""

    def __init__(self, enquiry: Enquiry) -> None:
        super().__init__()
        self.enquiry = enquiry


@dataclass(frozen=True, slots=True)
class Referrer:
    """Who sent somebody: one of the practice's people, or a few words."""

    client_id: UUID | None = None
    contact_id: UUID | None = None
    member_id: UUID | None = None
    words: str = ""

    def onto(self, enquiry: Enquiry) -> None:
        enquiry.referrer_client_id = self.client_id
        enquiry.referrer_contact_id = self.contact_id
        enquiry.referrer_member_id = self.member_id
        enquiry.referrer_words = self.words.strip()


@dataclass(frozen=True, slots=True)
class Arrangements:
    """What whoever answers writes down: who does what by when. No content."""

    coach: Membership | None = None
    next_step: str = ""
    next_on: date | None = None
    logistics: str = ""
    referrer: Referrer = Referrer()

    def onto(self, enquiry: Enquiry) -> None:
        enquiry.coach = self.coach
        enquiry.next_step, enquiry.next_on = self.next_step.strip(), self.next_on
        enquiry.logistics = self.logistics.strip()
        self.referrer.onto(enquiry)


@transaction.atomic
def ask(*, name: str, email: str, wish: str, now: datetime, referrer: str = "") -> Enquiry:
    """Somebody filled in the public form. Whoever asks again adds to what they wrote before.

    Nothing tells them whether the address is known here.
    """
    email = email.strip().lower()
    enquiry = _first(name, email, Enquiry.Source.FORM, _only_coach(), now)
    _tell_staff(enquiry or _open(email), now)
    if enquiry is None:
        again = _open(email)
        again.wish = f"{again.wish}\n\n{wish.strip()}".strip()[-MOST_WISH:]
        again.touched_at = now
        again.save(update_fields=["wish", "touched_at"])
        record(event="enquiry.asked_again", subject=again, now=now)
        return again
    enquiry.wish, enquiry.referrer_words = wish.strip(), referrer.strip()
    enquiry.save(update_fields=["wish", "referrer_words"])
    return enquiry


def _tell_staff(enquiry: Enquiry, now: datetime) -> None:
    """Whoever may answer hears of it, once a day about each enquiry."""
    practice = Practice.objects.get(pk=current_practice_id())
    today = timezone.localdate(now, timezone=practice.zone)
    for reader in answering(enquiry, today):
        enqueue(
            kind=NEW_KIND,
            key=f"enquiry:{enquiry.pk}:{reader.pk}:{today.isoformat()}",
            due_at=now,
            subject_id=enquiry.pk,
            payload={"reader": str(reader.pk)},
        )


@transaction.atomic
def call_booked(*, name: str, email: str, coach: Membership, now: datetime) -> None:
    """A stranger booked a first talk; somebody who is a client already is none.

    Never refuses: a booking does not depend on it.
    """
    email = email.strip().lower()
    if Client.objects.filter(email=email).exists():
        return
    enquiry = _first(name, email, Enquiry.Source.BOOKING, coach, now) or _open(email)
    if enquiry.coach_id is None:
        enquiry.coach = coach
        enquiry.save(update_fields=["coach"])
    if enquiry.state == Enquiry.State.NEW:
        _to(enquiry, Enquiry.State.CALL, now)


@transaction.atomic
def add_enquiry(
    *, name: str, email: str, wish: str, arrangements: Arrangements, now: datetime
) -> Enquiry:
    """Somebody called, or was recommended. Raises AlreadyOpen."""
    email = email.strip().lower()
    enquiry = _first(name, email, Enquiry.Source.MEMBER, None, now)
    if enquiry is None:
        raise AlreadyOpen(_open(email))
    enquiry.wish = wish.strip()
    arrangements.onto(enquiry)
    enquiry.save()
    return enquiry


@transaction.atomic
def arrange(*, enquiry: Enquiry, arrangements: Arrangements, now: datetime) -> None:
    """Who answers, what comes next, and who sent them."""
    enquiry = _locked(enquiry)
    arrangements.onto(enquiry)
    if enquiry.client_id is None:
        enquiry.touched_at = now
    enquiry.save()
    record(event="enquiry.changed", subject=enquiry, now=now)


@transaction.atomic
def move_enquiry(*, enquiry: Enquiry, state: Enquiry.State, now: datetime) -> None:
    """To another step that is open; one that was put off begins again.

    Raises EnquirySettled, and AlreadyOpen where a newer one has the address.
    """
    enquiry = _unsettled(enquiry)
    if state == enquiry.state:
        return
    if not enquiry.is_open:
        other = _open_ones(enquiry.email).first()
        if other is not None:
            raise AlreadyOpen(other)
    enquiry.reason = ""
    _to(enquiry, state, now)


@transaction.atomic
def put_off(*, enquiry: Enquiry, reason: Enquiry.Reason, now: datetime) -> None:
    """Not now. Its period runs from here. Raises EnquirySettled."""
    enquiry = _unsettled(enquiry)
    enquiry.reason, enquiry.next_step, enquiry.next_on = reason, "", None
    _to(enquiry, Enquiry.State.NOT_NOW, now, reason=str(reason))


@transaction.atomic
def make_client(*, enquiry: Enquiry, coach: Membership, now: datetime, **details: str) -> Client:
    """Take the data over into a client's record. `details` are those of add_client.

    Raises EnquirySettled, EmailTaken, NotACoach.
    """
    enquiry = _unsettled(enquiry)
    client = add_client(**details, coach=coach, now=now)
    _settle(enquiry, client, now)
    return client


@transaction.atomic
def join_client(*, enquiry: Enquiry, client: Client, now: datetime) -> None:
    """They are a client already: the enquiry belongs to that record. Raises EnquirySettled."""
    _settle(_unsettled(enquiry), client, now)


def _settle(enquiry: Enquiry, client: Client, now: datetime) -> None:
    enquiry.client, enquiry.reason = client, ""
    enquiry.next_step, enquiry.next_on = "", None
    _to(enquiry, Enquiry.State.CLIENT, now)


def _to(enquiry: Enquiry, state: Enquiry.State, now: datetime, **facts: str) -> None:
    enquiry.state, enquiry.moved_at = state, now
    enquiry.touched_at = None if state == Enquiry.State.CLIENT else now
    enquiry.save()
    record(event=f"enquiry.{state}", subject=enquiry, now=now, facts={**facts})


def _first(
    name: str, email: str, source: Enquiry.Source, coach: Membership | None, now: datetime
) -> Enquiry | None:
    """A new row, locked by having been written; None where one is open for the address."""
    enquiry = Enquiry(
        name=name.strip(),
        email=email,
        source=source,
        coach=coach,
        created_at=now,
        moved_at=now,
        touched_at=now,
    )
    Enquiry.objects.bulk_create([enquiry], ignore_conflicts=True)
    if not Enquiry.objects.filter(pk=enquiry.pk).exists():
        return None
    record(event="enquiry.added", subject=enquiry, now=now, facts={"source": str(source)})
    return enquiry


def _open_ones(email: str) -> QuerySet[Enquiry]:
    return Enquiry.objects.filter(  # type: ignore[no-any-return]
        email=email, state__in=[Enquiry.State.NEW, Enquiry.State.CALL, Enquiry.State.PROPOSAL]
    )


def _open(email: str) -> Enquiry:
    enquiry: Enquiry = _open_ones(email).select_for_update().get()
    return enquiry


def _locked(enquiry: Enquiry) -> Enquiry:
    row: Enquiry = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    return row


def _unsettled(enquiry: Enquiry) -> Enquiry:
    row = _locked(enquiry)
    if row.state == Enquiry.State.CLIENT:
        raise EnquirySettled
    return row


def _only_coach() -> Membership | None:
    """Where one person coaches, every enquiry is theirs."""
    coaches = Membership.objects.active().filter(
        practice_id=current_practice_id(),
        audience=Audience.STAFF,
        roles__contains=[Role.COACH],
    )
    found = list(coaches[:2])
    return found[0] if len(found) == 1 else None
