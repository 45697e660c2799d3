"""What past conversations were about, and what Leyla lets the assistant read of the file."""

from datetime import datetime, timedelta
from typing import Final

from coachops.demo.people import BY_HANDLE
from coachops.demo.world.cast import World, scope_of
from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential, scope
from scheduling.models import Session
from tracking.models import SessionTheme, Theme
from tracking.services.file_summaries import agree_to_the_file, save_file_summary
from tracking.services.themes import adopt_starters

WRITTEN_AFTER: Final = timedelta(minutes=25)
# Two themes of the list a session, by turns, so that with each client some return.
TURNS: Final = ((0, 1), (0, 4), (2, 1), (0, 5), (4, 2), (1, 9), (0, 2), (3, 10))
FOR_THE_FILE: Final = (
    "Session held on video. The three-way check-in with Aiko Tanaka is agreed for the spring.",
    "Session held on video. Leyla moves to fortnightly Mondays until the end of the year.",
)


def add_themes(world: World, now: datetime) -> None:
    """Themes on every session that was held; two summaries for the file of Leyla."""
    for coach in world.coaches.values():
        with scope(scope_of(coach)):
            adopt_starters()
            _give(coach, list(Theme.objects.order_by("position")))
    _keep_file(world, now)


def _give(coach: Membership, themes: list[Theme]) -> None:
    held = Session.objects.filter(
        coach=coach, outcome=Session.Outcome.HELD, client__isnull=False, number__isnull=False
    ).select_related("client")
    rows = [
        SessionTheme(
            session=session,
            client_id=session.client_id,
            theme=themes[place % len(themes)],
            author=coach,
            chosen_at=session.ends_at + WRITTEN_AFTER,
        )
        for session in held
        for place in _turn(session)
    ]
    with confidential():
        SessionTheme.objects.bulk_create(rows)


def _turn(session: Session) -> tuple[int, ...]:
    turn = (session.number or 0) + len(session.client.name)
    return TURNS[turn % len(TURNS)]


def _keep_file(world: World, now: datetime) -> None:
    maya = world.coaches["maya"]
    leyla = BY_HANDLE["leyla"]
    with scope(scope_of(maya)):
        held = Session.objects.filter(
            coach=maya, client__email=leyla.email, outcome=Session.Outcome.HELD
        ).exclude(number=None)
        sessions = list(held.select_related("client__membership").order_by("-starts_at")[:2])
        for session, text in zip(sessions, FOR_THE_FILE, strict=False):
            at = session.ends_at + WRITTEN_AFTER
            save_file_summary(session=session, text=text, version=0, by=maya, now=at)
    for session in sessions[:1]:
        client = session.client
        with scope(scope_of(client.membership)):
            agree_to_the_file(client=client, by=client.membership, now=now)
