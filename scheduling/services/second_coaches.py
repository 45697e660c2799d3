"""The second coach of a session leaves, or somebody else leads it too, at the same time."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue, together
from coachops.practices.models import Membership
from scheduling.models import Claim, Seat, Session
from scheduling.policies import check_can_move
from scheduling.queries.second_coaches import reasons_against
from scheduling.queries.standing import standing_of
from scheduling.services.calendar_copies import plan_copies
from scheduling.services.claims import (
    Buffers,
    lock_resources,
    lock_sessions,
    release_expired_holds,
    resources_of,
    take,
)
from scheduling.services.group_notices import GROUP_COACH, GROUP_PLACE, tell_coach, tell_seat
from scheduling.services.group_notices import plan_reminders as plan_reminders_of_place
from scheduling.services.notices import BOOKER, COACH, SECOND, plan_reminders
from scheduling.services.polls import open_polls_of, resources_of_polls, withdraw_polls
from scheduling.services.seats import revise
from scheduling.services.sponsor_notices import CHANGED, tell_others
from scheduling.slots import Reason

LED_ALONE: Final = "scheduling.led_alone"
LED_TOGETHER: Final = "scheduling.led_together"
SECOND_LEFT: Final = "scheduling.second_left"
ALONE: Final = "alone"
TOGETHER: Final = "together"
LED: Final = "led"
MOST: Final = 500


class CannotLead(Exception):
    """This coach cannot lead it too; it stays as it is. `reasons` are the slot engine's."""

    def __init__(self, reasons: Collection[Reason]) -> None:
        super().__init__()
        self.reasons = reasons


@transaction.atomic
def change_second_coach(*, session: Session, coach: Membership | None, now: datetime) -> Session:
    """Have this coach lead the session together with its own, or nobody; at the same time.

    Everybody concerned gets the next revision of their invitation, whoever led it too until now a
    cancellation. Who leads it already changes nothing. Raises CannotLead for a coach who is not
    free then, and Refused for a session that was cancelled, waits for an answer or has begun.
    """
    known = Session.objects.select_related("coach", "second_coach").get(pk=session.pk)
    lock_resources(resources_of([known]) | ({coach.user_id} if coach else set()))
    session = _locked(session.pk)
    if session.second_coach_id == (coach.pk if coach else None):
        return session
    check_can_move(standing_of(session), now, by_coach=True)
    if coach is not None:
        _check_can_lead(session, coach, now)
    former = session.second_coach if session.second_coach_id is not None else None
    _release_second(session)
    session.second_coach = coach
    _revise(session, now)
    if coach is not None:
        _claim(session, coach, now)
    with together():
        _tell_of_change(session, now)
        if former is not None:
            _tell_former(session, former, now)
    facts: dict[str, Fact] = {
        "from": str(former.pk) if former else "",
        "to": str(coach.pk) if coach else "",
    }
    record(event="session.second_coach_changed", subject=session, now=now, facts=facts)
    return session


@transaction.atomic
def step_back(*, coach: Membership, now: datetime) -> int:
    """Whoever has left asks nobody for times, and leads nothing together with others; how many
    sessions that were.

    Each is a revision that takes them out of the invitations. Participants of a group hear nothing:
    their own invitation says when and where, which stays.
    """
    polls, sessions = open_polls_of(coach), _led_by(coach, now)
    lock_resources(resources_of_polls(polls) | resources_of(sessions))
    lock_sessions([session.pk for session in sessions])
    withdraw_polls(polls=polls, now=now)
    for session in sessions:
        _leave(session.pk, now)
    return len(sessions)


def _led_by(coach: Membership, now: datetime) -> list[Session]:
    """What they lead as the second of two, and has not begun."""
    led = Session.objects.booked().filter(second_coach=coach, starts_at__gt=now)
    people = ("coach", "second_coach", "offering", "client")
    return list(led.select_related(*people).order_by("starts_at", "pk")[:MOST])


def _locked(session_id: UUID) -> Session:
    people = ("offering", "coach", "second_coach__user", "client", "engagement")
    rows = Session.objects.select_for_update(of=("self",)).select_related(*people)
    return rows.get(pk=session_id)  # type: ignore[no-any-return]


def _leave(session_id: UUID, now: datetime) -> None:
    session = _locked(session_id)
    if session.second_coach_id is None or session.is_cancelled:
        return
    left = session.second_coach
    _release_second(session)
    session.second_coach = None
    _revise(session, now)
    _tell_who_stays(session, now)
    facts: dict[str, Fact] = {"coach": str(left.pk)}
    record(event="session.led_alone", subject=session, now=now, facts=facts)


def _check_can_lead(session: Session, coach: Membership, now: datetime) -> None:
    if coach.ended_at is not None or coach.pk == session.coach_id:
        raise CannotLead({Reason.OUTSIDE_HOURS})
    release_expired_holds(coach.user_id, now)
    reasons = reasons_against(session, coach, now)
    if reasons:
        raise CannotLead(reasons)


def _release_second(session: Session) -> None:
    if session.second_coach_id is None:
        return
    Claim.objects.filter(session=session, resource_id=session.second_coach.user_id).exclude(
        state=Claim.State.RELEASED
    ).update(state=Claim.State.RELEASED, expires_at=None)


def _claim(session: Session, coach: Membership, now: datetime) -> None:
    """Raises CannotLead for what only the database has seen."""
    around = Buffers(session.offering.buffer_before, session.offering.buffer_after)
    if not take(session=session, resource_id=coach.user_id, buffers=around):
        raise CannotLead({Reason.BOOKED})


def _revise(session: Session, now: datetime) -> None:
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()


def _tell_of_change(session: Session, now: datetime) -> None:
    """Participants of a group too: they meet somebody else than they were told."""
    is_alone = session.second_coach_id is None
    if session.capacity > 1:
        tell_coach(session=session, why=ALONE if is_alone else TOGETHER, now=now)
        tell_participants(session, now)
        return
    if is_alone:
        _tell_who_stays(session, now)
        return
    plan_copies(session=session, now=now)
    for reader in (BOOKER, COACH, SECOND):
        _enqueue(LED_TOGETHER, session, reader, now)
    tell_others(session=session, why=CHANGED, now=now)
    plan_reminders(session=session, now=now)


def tell_participants(session: Session, now: datetime) -> None:
    """Part of a service that changes who leads: to each the next revision of their place."""
    seats = list(Seat.objects.taken().filter(session=session).order_by("pk"))
    for seat in seats:
        revise(seat, now)
        tell_seat(kind=GROUP_PLACE, seat=seat, why=LED, now=now)
        plan_reminders_of_place(session=session, seat=seat, now=now)
    Seat.objects.bulk_update(seats, ["calendar_sequence", "revised_at"])


def _tell_who_stays(session: Session, now: datetime) -> None:
    """With everything that is planned by revision planned anew."""
    plan_copies(session=session, now=now)
    if session.capacity > 1:
        _enqueue(GROUP_COACH, session, COACH, now, why=ALONE)
        return
    for reader in (BOOKER, COACH):
        _enqueue(LED_ALONE, session, reader, now)
    tell_others(session=session, why=CHANGED, now=now)
    plan_reminders(session=session, now=now)


def _tell_former(session: Session, former: Membership, now: datetime) -> None:
    """Takes it out of the calendar of whoever led it too until now."""
    enqueue(
        kind=SECOND_LEFT,
        key=f"booking:{session.pk}:{session.calendar_sequence}:former",
        due_at=now,
        subject_id=session.pk,
        payload={"former": str(former.pk), "sequence": session.calendar_sequence},
        priority=FIRST,
    )


def _enqueue(kind: str, session: Session, reader: str, now: datetime, why: str = "") -> None:
    enqueue(
        kind=kind,
        key=f"booking:{session.pk}:{session.calendar_sequence}:{reader}",
        due_at=now,
        subject_id=session.pk,
        payload={"reader": reader, "sequence": session.calendar_sequence, "why": why},
        priority=FIRST,
    )
