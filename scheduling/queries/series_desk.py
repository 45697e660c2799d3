"""What the page for booking a series shows, whoever opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from clients.models import Client, Engagement
from coachops.web.clocks import TWENTY_FOUR, clock_words
from scheduling.models import Offering
from scheduling.policies.series import FEWEST, MOST
from scheduling.queries.facts import OfferingFacts, facts_of_offering
from scheduling.queries.picker import Picker, Setting, build_picker, read_choice
from scheduling.queries.series import RHYTHMS, Asker, Occurrence, Plan, preview, read_plan
from scheduling.queries.slots import open_starts
from scheduling.queries.standing import bookable_counts


@dataclass(frozen=True, slots=True)
class SeriesDesk:
    """A rhythm, a number of times, the first of them, and then every date."""

    client: Client
    offering: Offering
    engagement: Engagement | None
    facts: OfferingFacts
    left: int
    most: int
    plan: Plan
    rhythms: tuple[tuple[str, str | Promise, bool], ...]
    picker: Picker
    first_words: str
    occurrences: tuple[Occurrence, ...]
    free: int
    zone: str
    clock: str


def series_desk(
    client: Client,
    offering: Offering,
    engagement: Engagement | None,
    query: Mapping[str, str],
    *,
    asker: Asker,
    now: datetime,
) -> SeriesDesk:
    """Needs the offering with its coach and schedule. The state is in the address."""
    left = bookable_counts([engagement.pk])[engagement.pk] if engagement else 0
    choice = read_choice(query, default_zone=asker.zone, default_clock=asker.clock)
    plan = read_plan(query, choice.at, left)
    setting = _setting(client, offering, plan, asker, now)
    can_book = left >= FEWEST
    starts = open_starts(offering, now) if can_book else []
    reader = Asker(choice.zone, asker.by_coach, engagement, choice.clock)
    found = preview(offering, plan, reader, now) if can_book else ()
    return SeriesDesk(
        client=client,
        offering=offering,
        engagement=engagement,
        facts=facts_of_offering(offering),
        left=left,
        most=min(left, MOST),
        plan=plan,
        rhythms=tuple((key, label, key == plan.rhythm) for key, label in RHYTHMS.items()),
        picker=build_picker(starts, choice, setting),
        first_words=_words(plan.first, choice.zone, choice.clock),
        occurrences=found,
        free=sum(each.choice is not None for each in found),
        zone=choice.zone,
        clock=choice.clock,
    )


def _setting(
    client: Client, offering: Offering, plan: Plan, asker: Asker, now: datetime
) -> Setting:
    """For the month in which the first time is chosen."""
    other = client if asker.by_coach else offering.coach
    return Setting(
        duration=offering.duration,
        other_name=other.name.split()[0],
        other_zone=client.time_zone if asker.by_coach else offering.schedule.time_zone,
        now=now,
        keeps=(
            ("offering", str(offering.pk)),
            ("rhythm", plan.rhythm),
            ("times", str(plan.times)),
        ),
    )


def _words(first: datetime | None, zone: str, clock: str) -> str:
    if first is None:
        return ""
    local = first.astimezone(ZoneInfo(zone))
    return f"{date_format(local, 'l j F')}, {clock_words(local, clock)}"


def date_taken(starts_at: datetime, zone: str, clock: str = TWENTY_FOUR) -> str:
    """`Tuesday 8 December, 10:00 is taken…`, on the reader's clock."""
    return _(
        "%(day)s is taken, so nothing has been booked. Choose another time, or book the dates one"
        " by one."
    ) % {"day": _words(starts_at, zone, clock)}


def date_problem(starts_at: datetime, zone: str, clock: str = TWENTY_FOUR) -> str:
    """`Tuesday 8 December, 10:00 can no longer be booked…`, on the reader's clock."""
    return _(
        "%(day)s can no longer be booked, so nothing has been. Choose another time for it below,"
        " or leave it out."
    ) % {"day": _words(starts_at, zone, clock)}
