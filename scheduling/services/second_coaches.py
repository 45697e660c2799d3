"""The second coach of a session leaves: it goes on with its coach alone, at the same time."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.audit.record import Fact, record
from coachops.outbox.queue import FIRST, enqueue
from coachops.practices.models import Membership
from scheduling.models import Claim, Session
from scheduling.services.calendar_copies import plan_copies
from scheduling.services.claims import lock_resources, resources_of
from scheduling.services.group_notices import GROUP_COACH
from scheduling.services.notices import BOOKER, COACH, plan_reminders
from scheduling.services.sponsor_notices import CHANGED, tell_others

LED_ALONE: Final = "scheduling.led_alone"
ALONE: Final = "alone"
MOST: Final = 500


@transaction.atomic
def leave_sessions_of(*, coach: Membership, now: datetime) -> int:
    """Whoever has left leads nothing to come together with others; how many sessions that were.

    Each is a revision that takes them out of the invitations. Participants of a group hear nothing:
    their own invitation says when and where, which stays.
    """
    led = Session.objects.booked().filter(second_coach=coach, starts_at__gt=now)
    people = ("coach", "second_coach", "offering", "client")
    sessions = list(led.select_related(*people).order_by("starts_at", "pk")[:MOST])
    lock_resources(resources_of(sessions))
    for session in sessions:
        _leave(session.pk, now)
    return len(sessions)


def _leave(session_id: UUID, now: datetime) -> None:
    session: Session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach", "second_coach", "client", "engagement")
        .get(pk=session_id)
    )
    if session.second_coach_id is None or session.is_cancelled:
        return
    left = session.second_coach
    Claim.objects.filter(session=session, resource_id=left.user_id).exclude(
        state=Claim.State.RELEASED
    ).update(state=Claim.State.RELEASED, expires_at=None)
    session.second_coach = None
    session.calendar_sequence += 1
    session.revised_at = max(now, session.revised_at + timedelta(seconds=1))
    session.save()
    _tell(session, now)
    facts: dict[str, Fact] = {"coach": str(left.pk)}
    record(event="session.led_alone", subject=session, now=now, facts=facts)


def _tell(session: Session, now: datetime) -> None:
    """With everything that is planned by revision planned anew."""
    plan_copies(session=session, now=now)
    if session.capacity > 1:
        _enqueue(GROUP_COACH, session, COACH, now, why=ALONE)
        return
    for reader in (BOOKER, COACH):
        _enqueue(LED_ALONE, session, reader, now)
    tell_others(session=session, why=CHANGED, now=now)
    plan_reminders(session=session, now=now)


def _enqueue(kind: str, session: Session, reader: str, now: datetime, why: str = "") -> None:
    enqueue(
        kind=kind,
        key=f"booking:{session.pk}:{session.calendar_sequence}:{reader}",
        due_at=now,
        subject_id=session.pk,
        payload={"reader": reader, "sequence": session.calendar_sequence, "why": why},
        priority=FIRST,
    )
