"""What several people share: a cohort of eight, an open evening, and a weekly series of one."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.utils import timezone

from clients.models import Client
from coachops.demo.world.building import forget_old_mail
from coachops.demo.world.cast import World, scope_of
from coachops.tenancy.scope import scope
from scheduling.models import Cohort, Offering, Seat, Series, Session
from scheduling.queries.standing import engagement_for_booking
from scheduling.services.booking import BookerClient
from scheduling.services.cohorts import CohortPlan, plan_cohort
from scheduling.services.groups import Group, schedule_group
from scheduling.services.offerings import create_offering
from scheduling.services.seats import join_group, settle_seat, settle_the_rest
from scheduling.services.series import DateTaken, Run, book_series
from scheduling.services.times import SlotTaken

COHORT: Final = (
    "Leyla Demir",
    "Sam O’Connor",
    "Claire Dubois",
    "Henrik Sand",
    "Jakub Nowak",
    "Amara Nwosu",
    "Beatriz Campos",
    "Nadia Rahimi",
)
COHORT_NAME: Final = "Leading the team, second year"
WAITS: Final = "Priya Menon"
GUESTS: Final = ("Henrik Sand", "Olaf Brandt", "Priya Menon")
IN_SERIES: Final = "Priya Menon"
TOPICS: Final = ("Why we lead", "Conversations we put off", "Deciding with half the facts")
NEXT_TOPIC: Final = "Handing over what you are good at"
EVENING: Final = time(17, 30)
FORTNIGHT: Final = timedelta(days=14)
_SEED: Final = UUID("b8b39f1a-3c55-4d0e-8f1f-0f7ad5b2a9c4")


def add_circles(world: World, now: datetime) -> None:
    """All with Maya, through the services, as she would have done it; the open evening she leads
    together with Tomas."""
    coach = world.coaches["maya"]
    with scope(scope_of(coach)):
        _cohort(world, now)
        _open_evening(world, now)
        _series(world, now)
    forget_old_mail(now)


def _people(names: Sequence[str]) -> list[Client]:
    found = {client.name: client for client in Client.objects.filter(name__in=names)}
    return [found[name] for name in names]


def _offering(
    world: World,
    now: datetime,
    name: str,
    *,
    bookers: Offering.Bookers = Offering.Bookers.CLIENTS,
    **details: object,
) -> Offering:
    return create_offering(
        coach=world.coaches["maya"],
        name=name,
        kind=Offering.Kind.GROUP,
        bookers=bookers,
        now=now,
        place=Offering.Place.VIDEO,
        place_details=f"https://meet.example/{world.practice.slug}-circle",
        **details,
    )


def _cohort(world: World, now: datetime) -> None:
    """Three evenings behind them, three ahead that are full, and somebody who waits for one."""
    offering = _offering(
        world,
        now,
        "Leadership circle",
        description="Eight people who lead, ninety minutes, one topic an evening.",
        duration=90,
        capacity=8,
        make_ups=1,
    )
    cohort = _people(COHORT)
    first = now - len(TOPICS) * FORTNIGHT + timedelta(days=4)
    planned = _planned(offering, first, cohort)
    dates = list(Session.objects.filter(series_id=planned.series_id).order_by("starts_at"))
    for number, (held, topic) in enumerate(zip(dates, (*TOPICS, NEXT_TOPIC), strict=False)):
        Session.objects.filter(pk=held.pk).update(topic=topic)
        if number < len(TOPICS):
            _attendance(held, missing=number)
    [waits] = _people([WAITS])
    asked_at = now - timedelta(hours=5)
    join_group(session=dates[len(TOPICS)], client=waits, now=asked_at, by_coach=True)


def _planned(offering: Offering, first: datetime, people: Sequence[Client]) -> Cohort:
    """Six evenings every other week, on the first weekday that is free for all of them."""
    zone = offering.schedule.zone
    date = timezone.localdate(first, zone)
    for later in range(7):
        evenings = [date + timedelta(days=later) + number * FORTNIGHT for number in range(6)]
        starts = [datetime.combine(day, EVENING, zone) for day in evenings]
        try:
            return plan_cohort(
                offering=offering,
                plan=CohortPlan(COHORT_NAME, Run(Series.Rhythm.FORTNIGHTLY, starts)),
                roster=people,
                booking_key=uuid5(_SEED, f"cohort:{starts[0].isoformat()}"),
                now=starts[0] - timedelta(days=3),
            )
        except DateTaken:
            continue
    raise LookupError("no evening is free for a cohort")


def _open_evening(world: World, now: datetime) -> None:
    offering = _offering(
        world,
        now,
        "Open evening",
        description="Bring a question; we look at two or three of them together.",
        duration=60,
        capacity=12,
        bookers=Offering.Bookers.ANYBODY,
        second_coach=world.coaches["tomas"],
    )
    _evening(offering, now + timedelta(days=9), _people(GUESTS), topic="", now=now)


def _evening(
    offering: Offering,
    day: datetime,
    people: Sequence[Client],
    *,
    topic: str,
    now: datetime | None = None,
) -> Session:
    """On that evening, or on the next that is free; scheduled three days before or earlier."""
    zone = offering.schedule.zone
    date = timezone.localdate(day, zone)
    for later in range(7):
        starts_at = datetime.combine(date + timedelta(days=later), EVENING, zone)
        try:
            return schedule_group(
                offering=offering,
                starts_at=starts_at,
                roster=people,
                booking_key=uuid5(_SEED, f"{offering.pk}:{starts_at.isoformat()}"),
                now=min(now or starts_at, starts_at - timedelta(days=3)),
                group=Group(topic=topic),
            )
        except SlotTaken:
            continue
    raise LookupError("no evening is free")


def _attendance(session: Session, *, missing: int) -> None:
    """All but one came; who stayed away the first time told nobody."""
    after = session.ends_at + timedelta(minutes=10)
    seats = list(Seat.objects.taken().filter(session=session).order_by("asked_at", "pk"))
    if missing < 2:
        seat = seats[3 + missing]
        settle_seat(seat=seat, outcome=Session.Outcome.NO_SHOW, reason="", now=after)
    settle_the_rest(session=session, now=after)


def _series(world: World, now: datetime) -> None:
    """Four Mondays in a row at noon, or at the next quarter of an hour that is free.

    They follow what is booked already, so that sessions are numbered in order of time.
    """
    offering = world.offerings["maya"]
    [client] = _people([IN_SERIES])
    engagement = engagement_for_booking(client, offering)
    zone = offering.schedule.zone
    booked = Session.objects.filter(engagement=engagement).order_by("starts_at").last()
    last = timezone.localdate(booked.starts_at if booked else now, zone)
    monday = last + timedelta(days=7 - last.weekday())
    for quarter in range(8):
        noon = datetime.combine(monday, time(12 + quarter // 4, quarter % 4 * 15), zone)
        starts = [noon + timedelta(days=7 * number) for number in range(4)]
        try:
            book_series(
                offering=offering,
                run=Run(Series.Rhythm.WEEKLY, starts),
                booker=BookerClient(client, engagement),
                booking_key=uuid5(_SEED, f"series:{noon.isoformat()}"),
                booker_time_zone=client.time_zone,
                now=now - timedelta(hours=20),
                by_coach=True,
            )
        except DateTaken:
            continue
        return
