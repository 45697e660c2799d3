"""Requests about one's own data, from the first word to the answer, within a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client
from clients.queries.safes import Safe
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.retention.models import AccessRequest, NotesDecision, ReleasedNote
from coachops.retention.policies import months_before
from coachops.retention.queries.authors import authors_of_notes
from coachops.retention.services.acting import as_system
from coachops.retention.services.notices import Notice, tell
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential, current_practice_id

_OPEN = AccessRequest.State.OPEN
MOST_OWNERS = 20


class AlreadyAsked(Exception):
    """The same is asked for and not answered yet."""


class NotOpen(Exception):
    """It was answered, refused or taken back."""


class NotesWaiting(Exception):
    """A coach has not decided about private notes yet."""


class NeedsErasure(Exception):
    """A request to be erased is answered by the erasure itself."""


@dataclass(frozen=True, slots=True)
class Released:
    """One note as its author lets it stand."""

    written_on: date
    text: str
    is_redacted: bool


@transaction.atomic
def open_request(*, client: Client, kind: str, channel: str, now: datetime) -> AccessRequest:
    """The clock starts: a calendar month (GDPR, article 12(3)). The desk is told, and every author
    of private notes is asked. Raises AlreadyAsked."""
    today = timezone.localdate(now, timezone=client.practice.zone)
    try:
        with transaction.atomic():
            request: AccessRequest = AccessRequest.objects.create(
                client=client, kind=kind, channel=channel, opened_at=now, due_on=due_on(today)
            )
    except IntegrityError:
        raise AlreadyAsked from None
    record(event="request.opened", subject=request, now=now, facts={"kind": kind})
    if kind == AccessRequest.Kind.ACCESS:
        _ask_authors(request, now)
    tell(readers=_owners(), notice=Notice.REQUEST_OPENED, subject_id=request.pk, now=now)
    return request


def due_on(today: date) -> date:
    """The same day next month, or its last."""
    return months_before(today, -1)


@transaction.atomic
def take_over(*, request: AccessRequest, by: Membership, now: datetime) -> None:
    """From now on this member handles it. Raises NotOpen."""
    if not AccessRequest.objects.filter(pk=request.pk, state=_OPEN).update(handler=by):
        raise NotOpen
    record(event="request.taken", subject=request, now=now)


@transaction.atomic
def release_notes(
    *, decision: NotesDecision, notes: Iterable[Released], safe: Safe, now: datetime
) -> None:
    """The author gives the client what stands in these words. Raises NotOpen."""
    _decide(decision, NotesDecision.Decision.RELEASED, "", now)
    with confidential():
        for note in notes:
            key = uuid7()
            ReleasedNote(
                id=key,
                request=decision.request,
                client=decision.request.client,
                author=decision.author,
                written_on=note.written_on,
                sealed_body=safe.close(note.text, row_id=key),
                is_redacted=note.is_redacted,
                released_at=now,
            ).insert()


@transaction.atomic
def withhold_notes(*, decision: NotesDecision, reason: str, now: datetime) -> None:
    """The author keeps them sealed, for a reason that the client reads. Raises NotOpen."""
    _decide(decision, NotesDecision.Decision.WITHHELD, reason, now)


@transaction.atomic
def answer_request(*, request: AccessRequest, now: datetime) -> None:
    """It is settled and the client is told. Raises NotOpen, NotesWaiting, NeedsErasure."""
    if request.kind == AccessRequest.Kind.ERASE:
        raise NeedsErasure
    waiting = NotesDecision.objects.filter(request=request, decision=NotesDecision.Decision.WAITING)
    if waiting.exists():
        raise NotesWaiting
    _close(request, AccessRequest.State.ANSWERED, "", now)
    _tell_client(request, Notice.REQUEST_ANSWERED, now)


@transaction.atomic
def refuse_request(*, request: AccessRequest, refusal: str, now: datetime) -> None:
    """With a reason from the law, which the client reads. Raises NotOpen."""
    _close(request, AccessRequest.State.REFUSED, refusal, now)
    _tell_client(request, Notice.REQUEST_REFUSED, now)


@transaction.atomic
def take_back(*, request: AccessRequest, now: datetime) -> None:
    """The client no longer asks. Raises NotOpen."""
    _close(request, AccessRequest.State.WITHDRAWN, "", now)


def _close(request: AccessRequest, state: str, refusal: str, now: datetime) -> None:
    changed = AccessRequest.objects.filter(pk=request.pk, state=_OPEN).update(
        state=state, refusal=refusal, closed_at=now
    )
    if not changed:
        raise NotOpen
    record(event="request.closed", subject=request, now=now, facts={"state": state})


def _decide(decision: NotesDecision, outcome: str, reason: str, now: datetime) -> None:
    changed = NotesDecision.objects.filter(
        pk=decision.pk, decision=NotesDecision.Decision.WAITING, request__state=_OPEN
    ).update(decision=outcome, reason=reason, decided_at=now)
    if not changed:
        raise NotOpen
    facts = {"decision": outcome, "reason": reason}
    record(event="request.notes_decided", subject=decision.request, now=now, facts=dict(facts))


def _ask_authors(request: AccessRequest, now: datetime) -> None:
    """Notes of somebody who has left stay sealed to them: nobody else can redact or open them."""
    with as_system():
        authors = authors_of_notes(request.client_id)
    for author in authors:
        is_gone = author.ended_at is not None
        NotesDecision.objects.create(
            request=request,
            author=author,
            decision="withheld" if is_gone else "waiting",
            reason=NotesDecision.Withheld.SEALED if is_gone else "",
            decided_at=now if is_gone else None,
        )
    present = [author for author in authors if author.ended_at is None]
    tell(readers=present, notice=Notice.NOTES_ASKED, subject_id=request.pk, now=now)


def _owners() -> list[Membership]:
    owners = Membership.objects.active().select_related("user")
    request_desk = owners.filter(audience=Audience.STAFF, roles__contains=[Role.OWNER])
    return list(request_desk.filter(practice_id=current_practice_id())[:MOST_OWNERS])


def _tell_client(request: AccessRequest, notice: Notice, now: datetime) -> None:
    membership = request.client.membership if request.client else None
    if membership is not None and membership.ended_at is None:
        tell(readers=[membership], notice=notice, subject_id=request.pk, now=now)
