"""Places of several people on several dates: given, and given up, in a few statements for all.

What is out of the ordinary (somebody waits, a place comes back, a cancellation costs something)
goes the way of a single place. All of it needs the sessions' locks, or sessions that are new.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F

from clients.models import Client, Engagement
from clients.queries.clients import archived_by_now
from coachops.audit.record import record_all
from coachops.outbox.queue import together
from scheduling.models import Seat, Session
from scheduling.policies import CancelledBy, outcome_of_cancelling
from scheduling.policies.groups import GroupRefusal, GroupRefused, check_can_join, check_is_ahead
from scheduling.queries.reminders import reminder_rules
from scheduling.queries.seats import (
    group_standing_of,
    lock_engagements,
    participants_among,
    seat_standing_of,
)
from scheduling.queries.standing import bookable_counts
from scheduling.services.group_notices import (
    BOOKED,
    GROUP_OFF,
    GROUP_PLACE,
    GROUP_WAITING,
    LEFT,
    REMOVED,
    remind_of_place,
    tell_seat,
    withdraw_reminders,
)
from scheduling.services.seats import join_group, leave_group, new_seat, revise

TICK: Final = timedelta(microseconds=1)


@dataclass(slots=True)
class Admission:
    """Why some may not take part, and what the others' places draw on, by client and coach.

    `left` is how many sessions each of those engagements still has.
    """

    refused: dict[UUID, GroupRefused] = field(default_factory=dict)
    engagements: dict[tuple[UUID, UUID], Engagement] = field(default_factory=dict)
    left: dict[UUID, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Taken:
    """Who has, or once had, a place in a session, and how many wait for one."""

    people: set[UUID | str] = field(default_factory=set)
    waiting: int = 0
    last_asked: datetime | None = None


def give_places(
    *, sessions: Sequence[Session], clients: Iterable[Client], now: datetime
) -> list[Seat]:
    """A place for each of these people in each of these sessions, by the coach's side.

    Where one is full they wait for it; who has a place keeps it. Needs the sessions with offering
    and coach. Raises GroupRefused; then nobody has one.
    """
    taken = _taken_in(sessions)
    pairs = [(session, client) for session in sessions for client in dict.fromkeys(clients)]
    new = [pair for pair in pairs if _is_plain(taken[pair[0].pk], *pair)]
    if len(new) < len(pairs):
        # Several take theirs one by one below: whoever is concerned in any of them comes first.
        lock_engagements(sessions, [client.pk for _, client in pairs])
    seats = _give(new, taken, now) if new else []
    plain = {(session.pk, client.pk) for session, client in new}
    for session, client in pairs:
        if (session.pk, client.pk) not in plain:
            seats.append(join_group(session=session, client=client, now=now, by_coach=True))
    return seats


def admit(*, sessions: Sequence[Session], clients: Sequence[Client], now: datetime) -> Admission:
    """Who of these may take part, with their engagements locked where places draw on those."""
    admission, ids = Admission(), [client.pk for client in clients]
    archived = archived_by_now(ids)
    drawing = [session for session in sessions if session.draws_on_ledger]
    engagements = lock_engagements(drawing, ids)
    for each in sorted(engagements, key=lambda each: (each.starts_on, each.pk)):
        admission.engagements.setdefault((each.client_id, each.coach_id), each)
    drawn = {each.pk for each in admission.engagements.values()}
    admission.left = bookable_counts(sorted(drawn))
    for session in {(each.coach_id, each.client_id): each for each in sessions}.values():
        current = participants_among(session, ids, now)
        for client in clients:
            reason = _against_the_person(session, client, archived, current)
            reason = reason or _against_the_account(session, client, admission)
            if reason is not None:
                refused = GroupRefused(reason, client.first_name)
                admission.refused.setdefault(client.pk, refused)
    return admission


def give_up_places(*, seats: Sequence[Seat], left_by: CancelledBy, now: datetime) -> list[Seat]:
    """Each by its own rules, as `leave_group` does it. Needs the locks of all their sessions.

    Raises GroupRefused once one is cancelled or has begun.
    """
    rows = Seat.objects.select_related("session__offering", "session__coach", "client")
    fresh = rows.in_bulk([seat.pk for seat in seats])
    held = [fresh[seat.pk] for seat in seats if fresh[seat.pk].state != Seat.State.CANCELLED]
    sessions = {seat.session_id: seat.session for seat in held}
    lock_engagements(list(sessions.values()))
    awaited = set(
        Seat.objects.waiting().filter(session__in=sessions).values_list("session_id", flat=True)
    )
    plain, late = [], []
    for seat in held:
        check_is_ahead(group_standing_of(seat.session), now)
        was_booked = seat.state == Seat.State.BOOKED
        outcome = outcome_of_cancelling(seat_standing_of(seat.session, seat), left_by, now)
        costs = outcome == Session.Outcome.LATE_CANCEL and seat.engagement_id is not None
        if was_booked and (costs or seat.session_id in awaited):
            late.append(seat)
            continue
        seat.outcome = outcome if was_booked else seat.outcome
        plain.append(seat)
    _close(plain, left_by, now)
    for seat in late:
        fresh[seat.pk] = leave_group(seat=seat, left_by=left_by, now=now)
    return [fresh[seat.pk] for seat in seats]


def _taken_in(sessions: Sequence[Session]) -> dict[UUID, _Taken]:
    found: dict[UUID, _Taken] = defaultdict(_Taken)
    rows = Seat.objects.filter(session__in=sessions)
    for seat in rows.only("session_id", "client_id", "email", "state", "asked_at"):
        taken = found[seat.session_id]
        taken.people |= {seat.client_id, seat.email.lower()}
        taken.waiting += seat.state == Seat.State.WAITING
        taken.last_asked = max(taken.last_asked or seat.asked_at, seat.asked_at)
    return found


def _is_plain(taken: _Taken, session: Session, client: Client) -> bool:
    """Whether they come new, and nobody who waits could have the place instead."""
    known = client.pk in taken.people or client.email.lower() in taken.people
    return not known and (not taken.waiting or session.taken >= session.capacity)


def _against_the_person(
    session: Session, client: Client, archived: set[UUID], current: set[UUID]
) -> GroupRefusal | None:
    if session.coach.ended_at is not None or client.pk in archived:
        return GroupRefusal.ARCHIVED
    return None if client.pk in current else GroupRefusal.NOT_A_CLIENT


def _against_the_account(
    session: Session, client: Client, admission: Admission
) -> GroupRefusal | None:
    if not session.draws_on_ledger:
        return None
    engagement = admission.engagements.get((client.pk, session.coach_id))
    if engagement is None:
        return GroupRefusal.NO_ENGAGEMENT
    return None if admission.left.get(engagement.pk) else GroupRefusal.NONE_LEFT


def _give(
    pairs: Sequence[tuple[Session, Client]], taken: dict[UUID, _Taken], now: datetime
) -> list[Seat]:
    """To people who are new in these sessions."""
    sessions = list({session.pk: session for session, _ in pairs}.values())
    clients = list(dict.fromkeys(client for _, client in pairs))
    for session in sessions:
        check_can_join(group_standing_of(session), now, by_coach=True)
    admission = admit(sessions=sessions, clients=clients, now=now)
    for client in clients:
        if client.pk in admission.refused:
            raise admission.refused[client.pk]
    given: Counter[UUID] = Counter()
    seats = []
    for session, client in pairs:
        seat = _seat_for(session, client, now)
        last = taken[session.pk].last_asked
        seat.asked_at = now if last is None else max(now, last + TICK)
        taken[session.pk].last_asked = seat.asked_at
        is_free = session.taken + given[session.pk] < session.capacity
        seat.state = Seat.State.BOOKED if is_free else Seat.State.WAITING
        seat.engagement = _draw(admission, session, client, books=is_free)
        given[session.pk] += is_free
        seats.append(seat)
    _take(sessions, given)
    Seat.objects.bulk_create(seats)
    _tell(seats, now)
    return seats


def _seat_for(session: Session, client: Client, now: datetime) -> Seat:
    seat = new_seat(session, now)
    seat.client, seat.name, seat.email = client, client.name, client.email
    seat.time_zone = client.time_zone
    return seat


def _draw(
    admission: Admission, session: Session, client: Client, *, books: bool
) -> Engagement | None:
    """One session of their engagement less, if places count. Raises GroupRefused with none left."""
    if not session.draws_on_ledger:
        return None
    engagement = admission.engagements[client.pk, session.coach_id]
    if not admission.left[engagement.pk]:
        raise GroupRefused(GroupRefusal.NONE_LEFT, client.first_name)
    admission.left[engagement.pk] -= books
    return engagement


def _take(sessions: Iterable[Session], given: Counter[UUID]) -> None:
    """As many places of each as are given; one statement for all that give as many."""
    alike: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        alike[given[session.pk]].append(session)
    alike.pop(0, None)
    for number, those in alike.items():
        rows = Session.objects.booked().filter(pk__in=[session.pk for session in those])
        free = rows.filter(taken__lte=F("capacity") - number)
        if free.update(taken=F("taken") + number) != len(those):
            raise GroupRefused(GroupRefusal.FULL)
        for session in those:
            session.taken += number


def _tell(seats: Sequence[Seat], now: datetime) -> None:
    """Their own mail to each, the reminders, and a row of the audit trail."""
    rules = reminder_rules()
    with together():
        for seat in seats:
            if seat.state == Seat.State.WAITING:
                tell_seat(kind=GROUP_WAITING, seat=seat, why=BOOKED, now=now)
                continue
            tell_seat(kind=GROUP_PLACE, seat=seat, why=BOOKED, now=now)
            remind_of_place(session=seat.session, seat=seat, now=now, rules=rules)
    record_all(
        event="seat.asked",
        subjects=[
            (seat.session, {"seat": str(seat.pk), "state": seat.state, "by_coach": True})
            for seat in seats
        ],
        now=now,
    )


def _close(seats: Sequence[Seat], left_by: CancelledBy, now: datetime) -> None:
    """Places that nobody waits for and that cost nothing."""
    if not seats:
        return
    booked = [seat for seat in seats if seat.state == Seat.State.BOOKED]
    for seat in seats:
        seat.state = Seat.State.CANCELLED
        revise(seat, now)
    Seat.objects.bulk_update(seats, ["state", "outcome", "calendar_sequence", "revised_at"])
    for number, ids in _alike(Counter(seat.session_id for seat in booked)).items():
        rows = Session.objects.filter(pk__in=ids, taken__gte=number)
        rows.update(taken=F("taken") - number)
    record_all(
        event="seat.left",
        subjects=[
            (seat.session, {"seat": str(seat.pk), "by": left_by, "outcome": seat.outcome})
            for seat in seats
        ],
        now=now,
    )
    why = REMOVED if left_by == CancelledBy.COACH else LEFT
    with together():
        for seat in booked:
            withdraw_reminders(session_id=seat.session_id, seat=seat)
            tell_seat(kind=GROUP_OFF, seat=seat, why=why, now=now)


def _alike(counted: Counter[UUID]) -> dict[int, list[UUID]]:
    """The sessions of each number of places."""
    found: dict[int, list[UUID]] = defaultdict(list)
    for session_id, number in counted.items():
        found[number].append(session_id)
    return found
