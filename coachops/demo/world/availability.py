"""Hours as coaches really keep them: holidays, time off, evenings, a journey."""

from datetime import datetime, timedelta

from coachops.demo.world.cast import World, scope_of
from coachops.tenancy.scope import scope
from scheduling.models import Offering
from scheduling.services.availability import (
    add_schedule,
    observe_holidays,
    plan_travel,
    replace_hours,
    replace_weekday,
    set_days,
    take_time_off,
    use_schedule,
)

WEEK = timedelta(days=7)
SKIING = timedelta(days=5)
LONDON, NOON = "Europe/London", 12 * 60
EVENINGS = {weekday: [(17 * 60 + 30, 20 * 60)] for weekday in (1, 3)}


def keep_hours(world: World, now: datetime) -> None:
    """Maya has a lunch break, evenings for first calls, and is away; Tomás travels."""
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    maya = world.coaches["maya"]
    with scope(scope_of(maya)):
        hours = world.offerings["maya"].schedule
        for weekday in range(5):
            last = 15 * 60 if weekday == 4 else 17 * 60
            day = [(9 * 60, NOON), (NOON + 60, last)]
            replace_weekday(schedule=hours, weekday=weekday, hours=day, now=now)
        observe_holidays(schedule=hours, country="DE", region="BE", now=now)
        evenings = add_schedule(coach=maya, name="Evenings", like=hours, now=now)
        replace_hours(
            coach=maya, time_zone=hours.time_zone, weekly=EVENINGS, now=now, schedule=evenings
        )
        calls = Offering.objects.filter(coach=maya, kind=Offering.Kind.CHEMISTRY)
        use_schedule(schedule=evenings, offerings=list(calls), now=now)
        away = monday + 5 * WEEK
        take_time_off(coach=maya, first=away, last=away + SKIING, now=now, note="Skiing")
        market = monday + 3 * WEEK + timedelta(days=4)
        set_days(schedule=hours, days=[market], hours=[(8 * 60, NOON)], now=now, note="Short day")
    _tomas(world, now)


def _tomas(world: World, now: datetime) -> None:
    tomas = world.coaches["tomas"]
    monday = now.date() - timedelta(days=now.date().weekday())
    with scope(scope_of(tomas)):
        hours = world.offerings["tomas"].schedule
        observe_holidays(schedule=hours, country="US", region="NY", now=now)
        first = monday + 6 * WEEK
        last = first + timedelta(days=3)
        plan_travel(coach=tomas, first=first, last=last, time_zone=LONDON, now=now)
