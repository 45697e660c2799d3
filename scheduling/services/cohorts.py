"""A cohort: one roster for a run of group sessions, planned at once and changed together.

Locks are always taken in one order: coaches and rooms, then the cohort, then its sessions, then
people and their engagements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from clients.models import Client
from coachops.audit.record import Fact, record
from coachops.outbox.queue import together
from scheduling.models import Cohort, CohortMember, Offering, Seat, Session
from scheduling.policies import CancelledBy
from scheduling.policies.groups import GroupRefusal, GroupRefused
from scheduling.policies.series import MOST, is_a_series
from scheduling.queries.seats import lock_engagements
from scheduling.queries.slots import Rules, load_rules
from scheduling.services.claims import lock_resources, lock_sessions, resources_of
from scheduling.services.group_notices import tell_member
from scheduling.services.groups import (
    LARGEST,
    SMALLEST,
    Group,
    announce,
    change_capacity,
    check_roster,
    offering_to_schedule,
    put_into_calendar,
)
from scheduling.services.rosters import admit, give_places, give_up_places
from scheduling.services.series import DateTaken, NotASeries, Run, cancel_rest, new_series
from scheduling.services.times import SlotTaken, Wish


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """What is particular about a cohort; `group` holds for each of its dates."""

    name: str
    run: Run
    group: Group = field(default_factory=Group)
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class AddedDate:
    """One more date of a cohort, and why somebody on its roster could not have a place."""

    session: Session
    without: tuple[GroupRefused, ...] = ()


@transaction.atomic
def plan_cohort(
    *,
    offering: Offering,
    plan: CohortPlan,
    roster: Sequence[Client],
    booking_key: UUID,
    now: datetime,
) -> Cohort:
    """Schedule every date of the run with a place for everybody, or none of them.

    The same booking key plans once. Raises NotASeries, GroupRefused, or DateTaken, which names the
    date. Needs the offering with its schedule.
    """
    starts = sorted(plan.run.starts)
    if not is_a_series(starts):
        raise NotASeries
    rules = load_rules(offering.pk, now)
    lock_resources(Wish([rules], starts[0], now).resources())
    existing: Cohort | None = Cohort.objects.filter(series__booking_key=booking_key).first()
    if existing is not None:
        return existing
    cohort = _new_cohort(offering, plan, starts, booking_key)
    members = [
        CohortMember(cohort=cohort, client=client, joined_at=now)
        for client in dict.fromkeys(roster)
    ]
    CohortMember.objects.bulk_create(members)
    clients = [member.client for member in members]
    check_roster(clients, cohort.capacity)
    sessions = _schedule(cohort, [Wish([rules], at, now, by_coach=True) for at in starts], plan)
    give_places(sessions=sessions, clients=clients, now=now)
    for session in sessions:
        announce(session=session, places=len(clients), now=now)
    with together():
        for member in members:
            tell_member(member=member, now=now)
    facts: dict[str, Fact] = {"dates": len(starts), "people": len(members)}
    record(event="cohort.planned", subject=cohort, now=now, facts=facts)
    return cohort


@transaction.atomic
def join_cohort(*, cohort: Cohort, client: Client, now: datetime) -> list[Seat]:
    """Put a client on the roster, with a place in every date that is still to come.

    Where a date is full they wait for it. Raises GroupRefused; then they are in none of them.
    """
    cohort = lock_cohort(cohort.pk)
    member, is_new = CohortMember.objects.get_or_create(
        cohort=cohort, client=client, defaults={"joined_at": now}
    )
    if member.left_at is not None:
        member.joined_at, member.left_at, is_new = now, None, True
        member.save()
    seats = give_places(sessions=_lock_coming(cohort, now), clients=[client], now=now)
    if is_new:
        tell_member(member=member, now=now)
        facts: dict[str, Fact] = {"client": str(client.pk), "dates": len(seats)}
        record(event="cohort.joined", subject=cohort, now=now, facts=facts)
    return seats


@transaction.atomic
def leave_cohort(
    *, cohort: Cohort, client: Client, left_by: CancelledBy, now: datetime
) -> list[Seat]:
    """Take a client off the roster and out of every date that is still to come.

    Each place is given up by its own rules, so a participant's late one may count; whoever waits
    moves up. Past attendance stays. Answers with the places that were given up.
    """
    cohort = leave_roster(cohort_id=cohort.pk, client_id=client.pk, left_by=left_by, now=now)
    seats = Seat.objects.filter(session__in=_lock_coming(cohort, now), client=client)
    held = seats.exclude(state=Seat.State.CANCELLED).order_by("session__starts_at", "pk")
    return give_up_places(seats=list(held), left_by=left_by, now=now)


@transaction.atomic
def leave_roster(
    *, cohort_id: UUID, client_id: UUID, left_by: CancelledBy, now: datetime
) -> Cohort:
    """Take a client off a roster, and keep the cohort locked; their places are another matter."""
    cohort = lock_cohort(cohort_id)
    members = CohortMember.objects.current().filter(cohort=cohort, client_id=client_id)
    if members.update(left_at=now):
        facts: dict[str, Fact] = {"client": str(client_id), "by": left_by}
        record(event="cohort.left", subject=cohort, now=now, facts=facts)
    return cohort


@transaction.atomic
def add_date(
    *, cohort: Cohort, starts_at: datetime, topic: str, booking_key: UUID, now: datetime
) -> AddedDate:
    """One more date, with everybody who is on the roster today and may take part.

    Raises SlotTaken, GroupRefused.
    """
    rules = load_rules(cohort.series.offering_id, now)
    wish = Wish([rules], starts_at, now, by_coach=True)
    lock_resources(_resources(cohort, rules, now))
    cohort = lock_cohort(cohort.pk)
    existing: Session | None = Session.objects.filter(booking_key=booking_key).first()
    if existing is not None:
        return AddedDate(existing)
    series = cohort.series
    if series.times >= MOST:
        raise GroupRefused(GroupRefusal.TOO_MANY_DATES)
    members = CohortMember.objects.current().filter(cohort=cohort).select_related("client")
    roster = [member.client for member in members.order_by("client__name", "pk")]
    session = put_into_calendar(
        offering=offering_to_schedule(series.offering_id),
        wish=wish,
        group=Group(topic, cohort.capacity, cohort.draws_on_ledger),
        booking_key=booking_key,
        series=series,
    )
    refused = admit(sessions=[session], clients=roster, now=now).refused
    able = [client for client in roster if client.pk not in refused]
    check_roster(able, session.capacity)
    give_places(sessions=[session], clients=able, now=now)
    announce(session=session, places=len(able), now=now)
    series.times += 1
    series.save(update_fields=["times"])
    record(event="cohort.date_added", subject=cohort, now=now, facts={"people": len(able)})
    return AddedDate(session, tuple(refused.values()))


@transaction.atomic
def change_cohort(
    *, cohort: Cohort, name: str, capacity: int, is_open: bool, now: datetime
) -> Cohort:
    """Its name, the places of every date that is still to come, and who may join single dates.

    Raises GroupRefused where more places are taken than that.
    """
    cohort = lock_cohort(cohort.pk)
    if not SMALLEST <= capacity <= LARGEST:
        raise GroupRefused(GroupRefusal.ROSTER_TOO_LARGE)
    if cohort.capacity != capacity:
        coming = _lock_coming(cohort, now)
        lock_engagements(coming)
        for session in coming:
            change_capacity(session=session, capacity=capacity, now=now)
    cohort.name, cohort.capacity, cohort.is_open = name, capacity, is_open
    cohort.save()
    facts: dict[str, Fact] = {"capacity": capacity, "is_open": is_open}
    record(event="cohort.changed", subject=cohort, now=now, facts=facts)
    return cohort


@transaction.atomic
def cancel_cohort(*, cohort: Cohort, now: datetime) -> list[Session]:
    """Call off every date that has not begun, at no cost to anybody; those that were."""
    lock_resources(_resources(cohort, load_rules(cohort.series.offering_id, now), now))
    cohort = lock_cohort(cohort.pk)
    _lock_coming(cohort, now)
    return cancel_rest(series=cohort.series, cancelled_by=CancelledBy.COACH, now=now)


def lock_cohort(cohort_id: UUID) -> Cohort:
    """The cohort as it is now, until the transaction ends, with its series."""
    rows = Cohort.objects.select_for_update(of=("self",))
    return rows.select_related("series__offering", "series__coach").get(pk=cohort_id)  # type: ignore[no-any-return]


def _new_cohort(
    offering: Offering, plan: CohortPlan, starts: Sequence[datetime], booking_key: UUID
) -> Cohort:
    """Saved, with its series. Raises GroupRefused for what is no group."""
    capacity = plan.group.capacity or offering.capacity
    if offering.kind != Offering.Kind.GROUP or not SMALLEST <= capacity <= LARGEST:
        raise GroupRefused(GroupRefusal.NOT_A_GROUP)
    series = new_series(offering, plan.run.rhythm, starts)
    series.booking_key = booking_key
    series.save(force_insert=True)
    return Cohort.objects.create(  # type: ignore[no-any-return]
        series=series,
        name=plan.name,
        capacity=capacity,
        draws_on_ledger=plan.group.draws_on_ledger,
        is_open=plan.is_open,
    )


def _schedule(cohort: Cohort, wishes: Sequence[Wish], plan: CohortPlan) -> list[Session]:
    """Its dates, with nobody in them yet; their keys follow from the series' own.

    Raises GroupRefused, or DateTaken, which names the date.
    """
    series = cohort.series
    offering = offering_to_schedule(series.offering_id)
    group = Group(plan.group.topic, cohort.capacity, cohort.draws_on_ledger)
    sessions = []
    for wish in wishes:
        try:
            session = put_into_calendar(
                offering=offering,
                wish=wish,
                group=group,
                booking_key=uuid5(series.booking_key, wish.starts_at.isoformat()),
                series=series,
            )
        except SlotTaken as taken:
            raise DateTaken(wish.starts_at, taken.alternatives) from taken
        sessions.append(session)
    return sessions


def _resources(cohort: Cohort, rules: Rules, now: datetime) -> set[UUID]:
    """Of the coach and the offering's room, and of whatever its dates have by now."""
    return Wish([rules], now, now).resources() | resources_of(_coming(cohort, now))


def _coming(cohort: Cohort, now: datetime) -> list[Session]:
    rows = Session.objects.booked().filter(series_id=cohort.series_id, starts_at__gt=now)
    return list(rows.select_related("coach", "offering").order_by("starts_at", "pk")[:MOST])


def _lock_coming(cohort: Cohort, now: datetime) -> list[Session]:
    """Its dates that have not begun, in order of time."""
    lock_sessions([session.pk for session in _coming(cohort, now)])
    return _coming(cohort, now)
