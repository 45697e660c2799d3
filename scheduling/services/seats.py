"""A person's place in a group session: taken, waited for, given up, settled.

Every change first locks the session's row, so that the places of one session are given away one
after the other; the conditional update and its check constraint hold without that lock too.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from clients.models import Client
from coachops.audit.record import Fact, record
from coachops.tenancy.models import uuid7
from programs.services.ledger import NothingLeft, settle
from scheduling.models import Seat, Session
from scheduling.policies import (
    CancelledBy,
    check_can_settle,
    movements,
    outcome_of_cancelling,
)
from scheduling.policies.groups import (
    GroupRefusal,
    GroupRefused,
    check_can_join,
    check_is_ahead,
    moves_up,
)
from scheduling.queries.own_groups import is_closed_to
from scheduling.queries.seats import (
    group_standing_of,
    lock_engagements,
    missed_seat,
    seat_standing_of,
)
from scheduling.services.group_notices import (
    BOOKED,
    GROUP_MAKE_UP,
    GROUP_OFF,
    GROUP_PLACE,
    GROUP_WAITING,
    LEFT,
    MISSED,
    PROMOTED,
    REMOVED,
    plan_reminders,
    tell_seat,
    withdraw_reminders,
)
from scheduling.services.kickoffs import note_kickoff
from scheduling.services.seat_terms import (
    Terms,
    check_may_take_part,
    terms_of,
    terms_of_waiting,
    terms_or_none,
)
from scheduling.signals import session_settled

SECOND: Final = timedelta(seconds=1)
_PEOPLE: Final = ("client", "engagement", "makes_up_for")


@transaction.atomic
def join_group(*, session: Session, client: Client, now: datetime, by_coach: bool = False) -> Seat:
    """Take a free place, or wait for one when it is full; asking twice changes nothing.

    Whoever waits already goes first. The coach's side can give somebody who waits a place that is
    free, also when nobody moves up by themself any more. Raises GroupRefused.
    """
    session = lock_group(session.pk)
    lock_engagements([session], [client.pk])
    seat = _seat_of(session, client)
    if seat is not None and seat.state == Seat.State.WAITING and by_coach:
        return _promote(session, seat, now)
    if seat is not None and seat.state != Seat.State.CANCELLED:
        return seat
    standing = group_standing_of(session)
    check_can_join(standing, now, by_coach=by_coach)
    check_may_take_part(session, client, now)
    terms = terms_of(session, client, seat, by_coach=by_coach)
    if not by_coach and terms.makes_up_for is None and is_closed_to(session, client):
        raise GroupRefused(GroupRefusal.NOT_OPEN)
    seat = seat or new_seat(session, now)
    seat.client, seat.name, seat.email = client, client.name, client.email
    seat.time_zone = client.time_zone
    give_or_wait(session, seat, terms, now=now, by_coach=by_coach)
    return seat


def give_or_wait(
    session: Session, seat: Seat, terms: Terms, *, now: datetime, by_coach: bool = False
) -> None:
    """A place for somebody who has none, or one on the waiting list. Needs the session's lock.

    A place that was given up comes back as a later revision.
    """
    _let_others_first(session, now)
    if seat.state == Seat.State.CANCELLED:
        revise(seat, now)
    seat.asked_at = _asked_at(session, now)
    if _take(session):
        _book(session, seat, terms, why=BOOKED, now=now)
    else:
        seat.state = Seat.State.WAITING
        seat.engagement, seat.makes_up_for = terms.engagement, terms.makes_up_for
        seat.save()
        tell_seat(kind=GROUP_WAITING, seat=seat, why=BOOKED, now=now)
    facts: dict[str, Fact] = {"seat": str(seat.pk), "state": seat.state, "by_coach": by_coach}
    record(event="seat.asked", subject=session, now=now, facts=facts)


@transaction.atomic
def leave_group(*, seat: Seat, left_by: CancelledBy, now: datetime) -> Seat:
    """Give a place up, or stop waiting; whoever waits longest moves up. Twice changes nothing.

    Inside the change notice a participant's cancellation counts where the offering says so; being
    taken off by the coach's side never does. Raises GroupRefused once it is cancelled or has begun.
    """
    session = lock_group(seat.session_id)
    lock_engagements([session])
    seat = _reread(seat)
    if seat.state == Seat.State.CANCELLED:
        return seat
    check_is_ahead(group_standing_of(session), now)
    was_booked = seat.state == Seat.State.BOOKED
    if was_booked:
        seat.outcome = outcome_of_cancelling(seat_standing_of(session, seat), left_by, now)
    _close(seat, now)
    by_coach = left_by == CancelledBy.COACH
    facts: dict[str, Fact] = {"seat": str(seat.pk), "by": left_by, "outcome": seat.outcome}
    record(event="seat.left", subject=session, now=now, facts=facts)
    if not was_booked:
        return seat
    _give_back(session)
    _settle_or_let_go(session, seat, now)
    withdraw_reminders(session_id=session.pk, seat=seat)
    tell_seat(kind=GROUP_OFF, seat=seat, why=REMOVED if by_coach else LEFT, now=now)
    move_up(session, now)
    return seat


@transaction.atomic
def settle_seat(*, seat: Seat, outcome: str, reason: str, now: datetime) -> Seat:
    """Record or correct what became of one person's place; their own ledger follows.

    `reason` is a policies.WaiverReason for a waived place and dropped otherwise. Raises Refused,
    NothingLeft, and GroupRefused for somebody who only waited.
    """
    session = lock_group(seat.session_id)
    seat = _reread(seat)
    if seat.state == Seat.State.WAITING:
        raise GroupRefused(GroupRefusal.NO_PLACE)
    reason = reason if outcome == Session.Outcome.WAIVED else ""
    check_can_settle(seat_standing_of(session, seat), outcome, reason, now)
    if (seat.outcome, seat.outcome_reason) == (outcome, reason):
        return seat
    before, seat.outcome, seat.outcome_reason = seat.outcome, outcome, reason
    seat.save(update_fields=["outcome", "outcome_reason"])
    _settle(session, seat, before=before, reason=reason, now=now)
    facts: dict[str, Fact] = {"seat": str(seat.pk), "outcome": outcome, "before": before}
    record(event="seat.settled", subject=session, now=now, facts=facts)
    _sum_up(session, now)
    return seat


@transaction.atomic
def settle_the_rest(
    *, session: Session, now: datetime, outcome: str = Session.Outcome.HELD, reason: str = ""
) -> list[Seat]:
    """Say the same of everybody of whom nothing was said. Who could not be settled is returned.

    Those have no session left on their account; nobody else waits for them. A session that nobody
    was booked for did not take place. Raises Refused before it has begun.
    """
    session = lock_group(session.pk)
    failed = []
    seats = Seat.objects.taken().filter(session=session, outcome="")
    for seat in seats.order_by("engagement_id", "pk"):
        try:
            with transaction.atomic():
                settle_seat(seat=seat, outcome=outcome, reason=reason, now=now)
        except NothingLeft:
            failed.append(seat)
    session = lock_group(session.pk)
    if not session.taken and now >= session.starts_at:
        _sum_up(session, now)
    return failed


@transaction.atomic
def settle_group(*, session: Session, outcome: str, reason: str, now: datetime) -> Session:
    """One answer for all of whom nothing was said, or for none. Raises Refused, NothingLeft."""
    if settle_the_rest(session=session, now=now, outcome=outcome, reason=reason):
        raise NothingLeft
    return session.reload()


@transaction.atomic
def offer_make_up(*, seat: Seat, now: datetime) -> None:
    """Tell somebody who missed a session on which dates they can make it up. Raises GroupRefused.

    Where the rule allows it they can do so in their portal unasked; this mail only says it.
    """
    session = lock_group(seat.session_id)
    seat = _reread(seat)
    if seat.client is None or missed_seat(session.offering, seat.client.pk) is None:
        raise GroupRefused(GroupRefusal.NO_MAKE_UP)
    tell_seat(kind=GROUP_MAKE_UP, seat=seat, why=MISSED, now=now)
    record(event="seat.make_up_offered", subject=session, now=now, facts={"seat": str(seat.pk)})


def lock_group(session_id: UUID) -> Session:
    """The session as it is now, until the transaction ends. Raises GroupRefused if it has no
    places."""
    session: Session = (
        Session.objects.select_for_update(of=("self",))
        .select_related("offering", "coach")
        .get(pk=session_id)
    )
    if session.capacity < 2:
        raise GroupRefused(GroupRefusal.NOT_A_GROUP)
    return session


def move_up(session: Session, now: datetime) -> list[Seat]:
    """Give free places to those who wait longest. Whoever could not take one keeps waiting.

    Needs the lock of the session, and of the engagements.
    """
    if not moves_up(group_standing_of(session), now):
        return []
    moved = []
    for seat in (
        Seat.objects.waiting().filter(session=session).select_related("client", "engagement")
    ):
        terms = terms_or_none(session, seat, now)
        if terms is None:
            continue
        if not _take(session):
            break
        _book_who_waits(session, seat, terms, now)
        moved.append(seat)
    return moved


def revise(seat: Seat, now: datetime) -> None:
    """One calendar revision of this person's more; its stamp rises strictly (RFC 5546)."""
    seat.calendar_sequence += 1
    seat.revised_at = max(now, seat.revised_at + SECOND)


def _seat_of(session: Session, client: Client) -> Seat | None:
    """Theirs, also if it was given up; an address stands in a session once."""
    mine = Q(client=client) | Q(email__iexact=client.email)
    rows = Seat.objects.filter(mine, session=session).select_related(*_PEOPLE)
    return rows.order_by("pk").first()  # type: ignore[no-any-return]


def _reread(seat: Seat) -> Seat:
    return Seat.objects.select_related("client", "engagement").get(pk=seat.pk)  # type: ignore[no-any-return]


def new_seat(session: Session, now: datetime) -> Seat:
    """Nobody's yet, and not saved. Whoever gets it is asked what the offering asks."""
    # A team's coach does not read what its members answer as themselves.
    asks = bool(session.offering.questions) and session.client_id is None
    return Seat(id=uuid7(), session=session, asked_at=now, revised_at=now, asks_client=asks)


def _book(session: Session, seat: Seat, terms: Terms, *, why: str, now: datetime) -> None:
    """The place is theirs. What giving it up once cost is given back with it."""
    before, seat.outcome, seat.outcome_reason = seat.outcome, "", ""
    seat.engagement, seat.makes_up_for = terms.engagement, terms.makes_up_for
    seat.state = Seat.State.BOOKED
    seat.save()
    _settle(session, seat, before=before, reason="", now=now)
    tell_seat(kind=GROUP_PLACE, seat=seat, why=why, now=now)
    plan_reminders(session=session, seat=seat, now=now)


def _let_others_first(session: Session, now: datetime) -> None:
    """A place that is free goes to whoever waits before somebody new takes it."""
    if session.taken < session.capacity:
        move_up(session, now)


def _promote(session: Session, seat: Seat, now: datetime) -> Seat:
    """Out of the waiting list into a free place, if there is one. Raises GroupRefused."""
    check_can_join(group_standing_of(session), now, by_coach=True)
    _let_others_first(session, now)
    seat = _reread(seat)
    if seat.state == Seat.State.WAITING and _take(session):
        _book_who_waits(session, seat, terms_of_waiting(session, seat, now), now)
    return seat


def _book_who_waits(session: Session, seat: Seat, terms: Terms, now: datetime) -> None:
    seat.revised_at = max(now, seat.revised_at + SECOND)
    _book(session, seat, terms, why=PROMOTED, now=now)
    record(event="seat.moved_up", subject=session, now=now, facts={"seat": str(seat.pk)})


def _asked_at(session: Session, now: datetime) -> datetime:
    """Strictly after everybody who asked before, whatever the clocks of two servers say."""
    last = Seat.objects.filter(session=session).order_by("-asked_at").first()
    return now if last is None else max(now, last.asked_at + timedelta(microseconds=1))


def _take(session: Session) -> bool:
    """One place more is taken, unless all are: exact also among those who do not hold the lock."""
    free = Session.objects.booked().filter(pk=session.pk, taken__lt=F("capacity"))
    return bool(free.update(taken=F("taken") + 1))


def _give_back(session: Session) -> None:
    Session.objects.filter(pk=session.pk, taken__gt=0).update(taken=F("taken") - 1)


def _close(seat: Seat, now: datetime) -> None:
    seat.state = Seat.State.CANCELLED
    revise(seat, now)
    seat.save()


def _settle(session: Session, seat: Seat, *, before: str, reason: str, now: datetime) -> None:
    """What the outcome does to the account of this person; a make-up was paid for before."""
    if seat.engagement_id is None or seat.makes_up_for_id is not None:
        return
    forfeits = session.offering.late_cancellation_forfeits
    for step in movements(before, seat.outcome, late_cancellation_forfeits=forfeits):
        settle(
            engagement_id=seat.engagement_id,
            session_id=session.pk,
            kind=step,
            reason=reason,
            now=now,
        )


def _settle_or_let_go(session: Session, seat: Seat, now: datetime) -> None:
    """With nothing left on the account nothing is forfeited: it counts as given up in time."""
    try:
        _settle(session, seat, before="", reason="", now=now)
    except NothingLeft:
        seat.outcome = ""
        seat.save(update_fields=["outcome"])


def _sum_up(session: Session, now: datetime) -> None:
    """The session itself is settled once everybody's place is: as held, or as all of them are."""
    if session.is_cancelled:
        return
    found = set(Seat.objects.taken().filter(session=session).values_list("outcome", flat=True))
    if "" in found:
        outcome = ""
    elif not found:
        outcome = Session.Outcome.COACH_CANCELLED
    else:
        outcome = found.pop() if len(found) == 1 else Session.Outcome.HELD
    if outcome != session.outcome:
        before, session.outcome = session.outcome, outcome
        session.save(update_fields=["outcome"])
        if session.engagement_id is not None:
            _settle_of_team(session, session.engagement_id, before, now)
    if session.outcome and session.engagement_id is not None:
        session_settled.send(sender=Session, session=session, outcome=session.outcome, now=now)


def _settle_of_team(session: Session, engagement_id: UUID, before: str, now: datetime) -> None:
    """A team's session uses one of its own engagement up, however many of them came."""
    forfeits = session.offering.late_cancellation_forfeits
    for step in movements(before, session.outcome, late_cancellation_forfeits=forfeits):
        settle(
            engagement_id=engagement_id,
            session_id=session.pk,
            kind=step,
            reason="",
            now=now,
        )
    note_kickoff(session=session, before=before, now=now)
