"""A coach drops out: who gets contacts and next dates, and nothing of what was said."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import (
    Client,
    CoachAssignment,
    ContinuityCase,
    ContinuityTask,
    ContinuityWill,
)
from clients.queries.clients import address_of
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role

NEWS_KIND: Final = "clients.continuity"
REVIEW_KIND: Final = "clients.continuity_review"
REVIEWED_EVERY: Final = timedelta(days=365)
# Whoever has left the practice coaches nobody any more; their clients of the last weeks count.
_STILL_THEIRS: Final = timedelta(days=30)


class NamesNobody(Exception):
    """Another member of the staff who still works here."""


class NotYours(Exception):
    """An owner and the person who is named put a will in force."""


class AlreadyInForce(Exception):
    """Somebody has put it in force meanwhile."""


class NoReason(Exception):
    """A will is put in force for a reason that its coach and the log can read."""


@transaction.atomic
def keep_will(*, coach: Membership, named: Membership, words: str, now: datetime) -> ContinuityWill:
    """Written or changed by the coach; that is a review as well. Raises NamesNobody."""
    is_colleague = named.audience == Audience.STAFF and named.ended_at is None
    if named.pk == coach.pk or named.user_id == coach.user_id or not is_colleague:
        raise NamesNobody
    will: ContinuityWill = ContinuityWill.objects.update_or_create(
        coach=coach,
        defaults={
            "named": named,
            "words": words.strip(),
            "reviewed_on": _today(coach, now),
            "saved_at": now,
        },
    )[0]
    record(event="continuity.named", subject=will, now=now, facts={"named": str(named.pk)})
    _remind(will, now)
    return will


@transaction.atomic
def review_will(*, will: ContinuityWill, now: datetime) -> None:
    """The coach has looked at it and it stands."""
    will.reviewed_on = _today(will.coach, now)
    will.save(update_fields=["reviewed_on"])
    record(event="continuity.reviewed", subject=will, now=now)
    _remind(will, now)


@transaction.atomic
def forget_will(*, will: ContinuityWill, now: datetime) -> None:
    """The coach names nobody any more. What is in force stays until it is ended."""
    withdraw(key_prefix=f"continuity-review:{will.pk}:")
    record(event="continuity.forgotten", subject=will, now=now)
    will.delete()


@transaction.atomic
def put_in_force(
    *, will: ContinuityWill, reason: str, by: Membership, now: datetime
) -> ContinuityCase:
    """The named person sees contacts and next dates from now on, and has to write to each client.

    The coach, the named person and the clients are told. Raises NotYours, NoReason, NamesNobody,
    AlreadyInForce.
    """
    if by.pk != will.named_id and not by.has_role(Role.OWNER):
        raise NotYours
    if not reason.strip():
        raise NoReason
    if will.named.ended_at is not None:
        raise NamesNobody
    case = ContinuityCase(
        coach=will.coach, named=will.named, began_by=by, reason=reason.strip(), began_at=now
    )
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:
        raise AlreadyInForce from None
    everybody = _clients_of(will.coach, _today(will.coach, now))
    # Nobody meets their own record anywhere but in the portal.
    clients = [each for each in everybody if not _is_client(will.named, each)]
    ContinuityTask.objects.bulk_create(
        ContinuityTask(case=case, client=client) for client in clients
    )
    record(
        event="continuity.began",
        subject=case,
        now=now,
        facts={"coach": str(will.coach_id), "named": str(will.named_id), "clients": len(clients)},
    )
    _tell(case, clients, now)
    return case


@transaction.atomic
def end_case(*, case: ContinuityCase, by: Membership, now: datetime) -> None:
    """Nobody sees anything for it any more. Twice is once."""
    open_now = ContinuityCase.objects.filter(pk=case.pk, ended_at=None)
    if open_now.update(ended_at=now, ended_by=by):
        record(event="continuity.ended", subject=case, now=now, facts={"by": str(by.pk)})
        _enqueue(case, "ended", case.coach.user.email, str(case.coach_id), now)


@transaction.atomic
def settle_task(*, task: ContinuityTask, is_done: bool, now: datetime) -> None:
    """The client was written to, or was not after all."""
    ContinuityTask.objects.filter(pk=task.pk).update(done_at=now if is_done else None)
    if is_done:
        record(event="continuity.written", subject=task.client, now=now)


def _clients_of(coach: Membership, today: date) -> list[Client]:
    since = today - _STILL_THEIRS if coach.ended_at is not None else today
    assigned = CoachAssignment.objects.filter(coach=coach, started_on__lte=today)
    ids = {
        row.client_id
        for row in assigned
        if row.ended_on is None or row.ended_on >= max(since, row.started_on)
    }
    rows = Client.objects.select_related("membership__user").filter(pk__in=ids, archived_at=None)
    return list(rows.order_by("name", "id"))


def _is_client(member: Membership, client: Client) -> bool:
    own = client.membership
    same = own is not None and own.user_id == member.user_id
    return same or client.email.lower() == member.user.email.lower()


def _tell(case: ContinuityCase, clients: Iterable[Client], now: datetime) -> None:
    _enqueue(case, "coach", case.coach.user.email, str(case.coach_id), now)
    _enqueue(case, "named", case.named.user.email, str(case.named_id), now)
    for client in clients:
        if not client.is_team:
            _enqueue(case, "client", address_of(client), str(client.pk), now)


def _enqueue(case: ContinuityCase, part: str, address: str, who: str, now: datetime) -> None:
    enqueue(
        kind=NEWS_KIND,
        key=f"continuity:{case.pk}:{part}:{who}",
        due_at=now,
        subject_id=case.pk,
        recipient=address,
        payload={"part": part, "reader": who},
    )


def _remind(will: ContinuityWill, now: datetime) -> None:
    """A year later a mail asks the coach to look again."""
    withdraw(key_prefix=f"continuity-review:{will.pk}:")
    day = will.reviewed_on + REVIEWED_EVERY
    enqueue(
        kind=REVIEW_KIND,
        key=f"continuity-review:{will.pk}:{day}:{now:%Y%m%dT%H%M%S%f}",
        due_at=datetime.combine(day, time(8), tzinfo=will.coach.practice.zone),
        subject_id=will.pk,
        recipient=will.coach.user.email,
    )


def _today(member: Membership, now: datetime) -> date:
    return timezone.localdate(now, timezone=member.practice.zone)
