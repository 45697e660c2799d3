"""A question about times as the coach reads the answers, and as each person answers it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client, Engagement
from coachops.web.clocks import TWENTY_FOUR, city, clock_words
from scheduling.models import Offering, Poll, PollOption, PollVoter, Session
from scheduling.policies.polls import FEWEST, MOST, PollRefusal, agenda_lines
from scheduling.queries.facts import both
from scheduling.queries.picker import write_at
from scheduling.queries.slots import open_starts
from scheduling.queries.zones import ZoneChoices, is_zone, zone_choices

DAYS_SHOWN: Final = 15
MOST_POLLS: Final = 20
MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time the coach can propose. `other` is the client's clock, where it differs."""

    value: str
    label: str
    other: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FreeDay:
    day: date
    times: tuple[FreeTime, ...]

    @property
    def chosen(self) -> int:
        return sum(each.is_chosen for each in self.times)


@dataclass(frozen=True, slots=True)
class Tick:
    """What one person says about one time; None is no answer yet."""

    name: str
    suits: bool | None


@dataclass(frozen=True, slots=True)
class OptionRow:
    id: UUID
    starts_at: datetime
    ends_at: datetime
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class VoterFacts:
    id: UUID
    name: str
    is_client: bool
    answered_at: datetime | None
    zone_city: str


@dataclass(frozen=True, slots=True)
class PollPage:
    """Everything the coach's side reads about one question."""

    id: UUID
    engagement_id: UUID
    client_id: UUID
    client_name: str
    offering_name: str
    minutes: int
    agenda: tuple[str, ...]
    shares: tuple[str, ...]
    closes_at: datetime
    is_open: bool
    is_booked: bool
    booked_at: datetime | None
    session_id: UUID | None
    voters: tuple[VoterFacts, ...]
    options: tuple[OptionRow, ...]

    @property
    def answered(self) -> int:
        return sum(each.answered_at is not None for each in self.voters)

    @property
    def has_no_common_time(self) -> bool:
        return self.is_open and self.answered == len(self.voters)


@dataclass(frozen=True, slots=True)
class PollLine:
    """One line of the list."""

    id: UUID
    state: str
    closes_at: datetime
    answered: int
    voters: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class VoterOption:
    """A time to tick, on the reader's clock."""

    value: str
    label: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class VoterDay:
    day: date
    options: tuple[VoterOption, ...]


@dataclass(frozen=True, slots=True)
class VoterPage:
    """What one person is asked. `booked` is the session, once there is one."""

    poll_id: UUID
    name: str
    is_client: bool
    has_portal: bool
    client_name: str
    coach_name: str
    coach_id: UUID
    minutes: int
    days: tuple[VoterDay, ...]
    zone: str
    zone_city: str
    zones: ZoneChoices
    closes_at: datetime
    has_answered: bool
    is_open: bool
    booked_from: datetime | None
    booked_until: datetime | None
    agenda: tuple[str, ...]


def poll_refusal_in_words(reason: PollRefusal) -> str:
    """Why times cannot be proposed or answered, and what to do now."""
    words = {
        PollRefusal.TOO_FEW: _("Choose at least %(fewest)d times, so that there is a choice."),
        PollRefusal.TOO_MANY: _("Choose at most %(most)d times: each is held for you alone."),
        PollRefusal.OVERLAP: _("Two of these times overlap. Leave one of them out."),
        PollRefusal.CLOSES_LATE: _("Answers have to be in before the first of the times."),
        PollRefusal.CLOSES_PAST: _("That day has passed. Choose a later one."),
        PollRefusal.NOT_OPEN_TO_SPONSOR: _(
            "What the sponsor sees has not been agreed yet. Let all three sign a level first."
        ),
        PollRefusal.NOBODY: _("Choose who takes part for the company."),
        PollRefusal.NOT_RUNNING: _("This engagement is not running, so nothing can be booked."),
        PollRefusal.ALREADY_OPEN: _(
            "Times are being asked about already. Propose more there, or withdraw that question."
        ),
        PollRefusal.OVER: _("This is settled, so answers are no longer taken."),
    }
    return words[reason] % {"fewest": FEWEST, "most": MOST}


def free_days(
    offering: Offering, client: Client, now: datetime, *, chosen: Collection[str] = ()
) -> tuple[FreeDay, ...]:
    """The coach's free times of the coming days that the client has nothing booked at.

    On the coach's clock; three statements.
    """
    coach_zone = offering.schedule.zone
    length = timedelta(minutes=offering.duration)
    busy = list(
        Session.objects.kept()
        .filter(client=client, ends_at__gt=now)
        .values_list("starts_at", "ends_at")[:100]
    )
    by_day: dict[date, list[datetime]] = defaultdict(list)
    for start in open_starts(offering, now):
        if any(start < ends and start + length > begins for begins, ends in busy):
            continue
        by_day[start.astimezone(coach_zone).date()].append(start)
    return tuple(
        FreeDay(
            day,
            tuple(_free_time(start, coach_zone, client.zone, chosen) for start in by_day[day]),
        )
        for day in sorted(by_day)[:DAYS_SHOWN]
    )


def poll_page(poll: Poll, *, shares: tuple[str, ...]) -> PollPage:
    """Two statements. `shares` as far as the reader may read them.

    Needs the poll with engagement, client, offering and session.
    """
    options, voters = _parts(poll)
    client = poll.engagement.client
    return PollPage(
        id=poll.pk,
        engagement_id=poll.engagement_id,
        client_id=client.pk,
        client_name=client.name,
        offering_name=poll.offering.name,
        minutes=_minutes(options, poll.offering),
        agenda=agenda_lines(poll.agenda),
        shares=shares,
        closes_at=poll.closes_at,
        is_open=is_open(poll),
        is_booked=poll.state == Poll.State.BOOKED,
        booked_at=poll.session.starts_at if poll.session else None,
        session_id=poll.session_id,
        voters=tuple(
            VoterFacts(
                id=each.pk,
                name=each.name,
                is_client=each.part == PollVoter.Part.CLIENT,
                answered_at=each.answered_at,
                zone_city=city(each.time_zone),
            )
            for each in voters
        ),
        options=tuple(_row(option, voters) for option in options),
    )


def polls_of(engagement: Engagement) -> tuple[PollLine, ...]:
    """The questions of an engagement, newest first; two statements."""
    polls = list(Poll.objects.filter(engagement=engagement).order_by("-created_at")[:MOST_POLLS])
    voters = PollVoter.objects.filter(poll__in=polls).values_list("poll_id", "answered_at")
    counts: dict[UUID, list[bool]] = defaultdict(list)
    for poll_id, answered_at in voters:
        counts[poll_id].append(answered_at is not None)
    return tuple(
        PollLine(
            id=poll.pk,
            state=poll.state,
            closes_at=poll.closes_at,
            answered=sum(counts[poll.pk]),
            voters=len(counts[poll.pk]),
            is_open=is_open(poll),
        )
        for poll in polls
    )


def coach_names_of(poll: Poll) -> str:
    """Of whoever will lead it: one coach, or two."""
    second = poll.offering.second_coach
    return both(str(poll.coach.name), str(second.name) if second else "")


def voter_page(
    voter: PollVoter,
    query: Mapping[str, str],
    *,
    ticked: Iterable[str] | None = None,
    clock: str = TWENTY_FOUR,
) -> VoterPage:
    """The question in the reader's zone, on a clock of 12 or 24 hours. `ticked` is what was sent
    and could not be taken."""
    poll = voter.poll
    zone = query.get("zone", "")
    zone = zone if is_zone(zone) else voter.time_zone
    options, _voters = _parts(poll)
    session = poll.session
    is_client = voter.part == PollVoter.Part.CLIENT
    return VoterPage(
        poll_id=poll.pk,
        name=voter.name,
        is_client=is_client,
        has_portal=voter.client is not None and voter.client.membership_id is not None,
        client_name=poll.engagement.client.name,
        coach_name=coach_names_of(poll),
        coach_id=poll.coach_id,
        minutes=_minutes(options, poll.offering),
        days=_voter_days(options, zone, clock, set(voter.suits if ticked is None else ticked)),
        zone=zone,
        zone_city=city(zone),
        zones=_zones(voter, zone, clock),
        closes_at=poll.closes_at,
        has_answered=voter.answered_at is not None,
        is_open=is_open(poll),
        booked_from=session.starts_at if session and not session.is_cancelled else None,
        booked_until=session.ends_at if session and not session.is_cancelled else None,
        agenda=agenda_lines(poll.agenda),
    )


def _zones(voter: PollVoter, chosen: str, clock: str) -> ZoneChoices:
    session = voter.poll.session
    coach_zone = session.coach_time_zone if session else chosen
    likely = [voter.time_zone, coach_zone]
    return zone_choices(chosen=chosen, likely=likely, now=timezone.now(), clock=clock)


def is_open(poll: Poll) -> bool:
    """Whether answers are taken now."""
    return bool(poll.state == Poll.State.OPEN and poll.closes_at > timezone.now())


def _parts(poll: Poll) -> tuple[list[PollOption], list[PollVoter]]:
    options = PollOption.objects.filter(poll=poll).order_by("starts_at", "pk")
    voters = PollVoter.objects.filter(poll=poll).order_by("part", "name", "pk")
    return list(options), list(voters)


def _minutes(options: list[PollOption], offering: Offering) -> int:
    if not options:
        return int(offering.duration)
    return int((options[0].ends_at - options[0].starts_at) // MINUTE)


def _row(option: PollOption, voters: list[PollVoter]) -> OptionRow:
    key = str(option.pk)
    return OptionRow(
        id=option.pk,
        starts_at=option.starts_at,
        ends_at=option.ends_at,
        ticks=tuple(
            Tick(each.name, None if each.answered_at is None else key in each.suits)
            for each in voters
        ),
    )


def _free_time(
    start: datetime, here: ZoneInfo, there: ZoneInfo, chosen: Collection[str]
) -> FreeTime:
    local, other = start.astimezone(here), start.astimezone(there)
    differs = local.utcoffset() != other.utcoffset()
    value = write_at(start)
    return FreeTime(value, f"{local:%H:%M}", f"{other:%H:%M}" if differs else "", value in chosen)


def _voter_days(
    options: Iterable[PollOption], zone: str, clock: str, ticked: set[str]
) -> tuple[VoterDay, ...]:
    by_day: dict[date, list[VoterOption]] = defaultdict(list)
    for option in options:
        local = option.starts_at.astimezone(ZoneInfo(zone))
        ends = option.ends_at.astimezone(ZoneInfo(zone))
        by_day[local.date()].append(
            VoterOption(
                value=str(option.pk),
                label=_("%(start)s to %(end)s")
                % {"start": clock_words(local, clock), "end": clock_words(ends, clock)},
                is_ticked=str(option.pk) in ticked,
            )
        )
    return tuple(VoterDay(day, tuple(by_day[day])) for day in sorted(by_day))
