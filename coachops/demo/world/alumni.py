"""People whose coaching ended long ago: archived, and behind the figures that anybody may read."""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.utils import timezone

from clients.models import Client, Engagement
from clients.services.clients import add_client, archive_client
from coachops.demo.world import texts
from coachops.demo.world.building import forget_old_mail
from coachops.demo.world.cast import World, scope_of
from coachops.demo.world.facts import CAREER
from coachops.tenancy.scope import scope
from programs.services.engagements import (
    close_engagement,
    complete_engagement,
    open_engagement,
)
from scheduling.models import Offering, Session
from scheduling.services.booking import BookerClient, book_session
from scheduling.services.outcomes import confirm_outcome
from tracking.models import GoalRating
from tracking.services.goals import add_goal
from tracking.services.ratings import rate_goal

# Name, work, coach, days ago. All of it was over before the first session of anybody else.
ALUMNI: Final = (
    ("Hanna Vogel", "Teacher", "maya", 260),
    ("Iris Novak", "Pharmacist", "tomas", 265),
    ("Nils Berg", "Civil engineer", "maya", 274),
    ("Oskar Lind", "Editor", "tomas", 279),
    ("Vera Santos", "Restaurateur", "maya", 288),
    ("Wim de Boer", "Physiotherapist", "maya", 302),
)
ENDED_EARLY: Final = "Oskar Lind"
SESSIONS: Final = 3
FORTNIGHT: Final = timedelta(days=14)
FIRST_HOUR: Final = 9
_SEED: Final = UUID("0d6f0b3e-6a55-4a0f-9f0e-3a5b7c1d2e4f")


def add_alumni(world: World, now: datetime) -> None:
    """Enough people and engagements that the page of outcomes may say something."""
    for number, (name, work, handle, days) in enumerate(ALUMNI):
        with scope(scope_of(world.coaches[handle])):
            offering = world.offerings[handle]
            zone = ZoneInfo(offering.schedule.time_zone)
            # Each at an hour of their own, so that no two of them meet a coach at once.
            day = _workday(timezone.localdate(now) - timedelta(days=days))
            began = datetime.combine(day, time(FIRST_HOUR + number), tzinfo=zone)
            _add(world, name, work, offering, began)
    forget_old_mail(now)


def _workday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _add(world: World, name: str, work: str, offering: Offering, began: datetime) -> None:
    coach = offering.coach
    client = add_client(
        name=name,
        email=f"{name.split(maxsplit=1)[0].lower()}@mail.example",
        time_zone=offering.schedule.time_zone,
        coach=coach,
        now=began - timedelta(days=5),
        job_title=work,
    )
    engagement = open_engagement(
        client=client,
        coach=coach,
        version=world.versions[CAREER],
        starts_on=began.date(),
        sessions=SESSIONS,
        payer=Engagement.Payer.SELF,
        now=began - timedelta(days=2),
    )
    _meet(offering, client, engagement, began)
    finish = close_engagement if name == ENDED_EARLY else complete_engagement
    ended = began + SESSIONS * FORTNIGHT
    finish(engagement=engagement, now=ended)
    archive_client(client=client, now=ended + FORTNIGHT)


def _meet(offering: Offering, client: Client, engagement: Engagement, began: datetime) -> None:
    """A few sessions, each held, and what the client said of one goal first and last."""
    coach = offering.coach
    words = texts.GOALS[len(client.name) % len(texts.GOALS)]
    goal = add_goal(engagement=engagement, text=words.first, target=8, by=coach, now=began)
    for n in range(SESSIONS):
        starts_at = began + n * FORTNIGHT
        session = book_session(
            offering=offering,
            starts_at=starts_at,
            booker=BookerClient(client, engagement),
            booking_key=uuid5(_SEED, f"{client.pk}:{n}"),
            booker_time_zone=client.time_zone,
            now=starts_at - timedelta(days=6),
            by_coach=True,
        )
        confirm_outcome(
            session=session, outcome=Session.Outcome.HELD, reason="", now=session.ends_at
        )
        if n in {0, SESSIONS - 1}:
            rate_goal(
                goal=goal,
                score=words.scores[min(2 * n, len(words.scores) - 1)],
                rater=GoalRating.Rater.SELF,
                by=coach,
                now=session.ends_at,
                session=session,
            )
