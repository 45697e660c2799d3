"""Maya's other calendars: one that is read, and one whose address stopped working."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from coachops.demo.world.cast import World, scope_of
from coachops.outbox.queue import withdraw
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import scope
from scheduling.calendars.problems import Problem
from scheduling.models import BusyBlock, BusySource
from scheduling.services.busy_sources import add_source
from scheduling.services.source_secrets import Secrets

WEEKS: Final = 12
# Weekday, from, until: on the coach's own clock.
HOME: Final = (
    (1, time(7, 30), time(8, 30)),
    (3, time(12, 0), time(13, 0)),
    (4, time(15, 30), time(17, 0)),
)
CHOIR: Final = ((2, time(18, 30), time(20, 30)),)


def add_calendars(world: World, now: datetime) -> None:
    """As they were read last. Nobody reads them again: there is nothing at their addresses."""
    coach = world.coaches["maya"]
    with scope(scope_of(coach)):
        home = _source(world, "Home", "https://calendar.northlight.example/maya/home.ics", now)
        BusySource.objects.filter(pk=home.pk).update(
            state=BusySource.State.READ,
            last_tried_at=now - timedelta(minutes=6),
            last_read_at=now - timedelta(minutes=6),
        )
        _keep_busy(home, HOME, now)
        choir = _source(world, "Choir", "https://choir.example/rehearsals.ics", now)
        BusySource.objects.filter(pk=choir.pk).update(
            state=BusySource.State.STALE,
            problem=Problem.NOT_FOUND.value,
            failures=9,
            last_tried_at=now - timedelta(hours=2),
            last_read_at=now - timedelta(days=3),
        )
        _keep_busy(choir, CHOIR, now)
        withdraw(key_prefix="calendar:")


def _source(world: World, name: str, address: str, now: datetime) -> BusySource:
    return add_source(
        coach=world.coaches["maya"],
        kind=BusySource.Kind.ICS,
        name=name,
        secrets=Secrets(address=address),
        now=now,
    )


def _keep_busy(
    source: BusySource, habits: tuple[tuple[int, time, time], ...], now: datetime
) -> None:
    zone = ZoneInfo(source.coach.user.time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    BusyBlock.objects.bulk_create(
        BusyBlock(
            id=uuid7(),
            source=source,
            resource_id=source.resource_id,
            starts_at=datetime.combine(day, start, zone),
            ends_at=datetime.combine(day, end, zone),
        )
        for week in range(WEEKS)
        for weekday, start, end in habits
        for day in [monday + timedelta(days=7 * week + weekday)]
    )
