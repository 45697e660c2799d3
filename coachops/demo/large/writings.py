"""What coach and client write: notes, summaries, action items, the journal; and who looked."""

from datetime import timedelta
from uuid import UUID

from clients.models import ContentRead
from clients.policies import ContentKind
from coachops.demo.large.copying import insert, insert_anybodys
from coachops.demo.large.place import Coach, Person, Place, Run
from coachops.demo.world import texts
from coachops.tenancy.models import uuid7
from scheduling.models import Session
from tracking.models import (
    ActionItem,
    PrivateNote,
    Reflection,
    SessionSummary,
    SessionTheme,
    Theme,
)
from tracking.services.themes import adopt_starters

AFTERWARDS = timedelta(minutes=20)
DAYS_TO_ACT, DAYS_NEEDED = 10, 8


def add_themes(place: Place) -> None:
    """The practice's list, from the starters."""
    adopt_starters()
    place.themes = list(Theme.objects.order_by("position"))


def write_up(place: Place, coach: Coach, runs: list[Run]) -> None:
    """A note and a summary after every session that was held, an action item after every other."""
    held = [(run, n, session) for run in runs for n, session in enumerate(run.held)]
    insert(ActionItem, [_action(place, run, n, session) for run, n, session in held if n % 2 == 0])
    insert_anybodys(PrivateNote, [_note(coach, run, n, session) for run, n, session in held])
    insert_anybodys(SessionSummary, [_summary(coach, run, n, session) for run, n, session in held])
    insert_anybodys(SessionTheme, [_theme(place, coach, *each) for each in held])
    insert(ContentRead, [_read(coach, run) for run in runs if run.held])


def write_journals(place: Place, people: list[Person]) -> None:
    """Two reflections of every other client, one of them shared."""
    insert_anybodys(
        Reflection, [_reflection(place, person, n) for person in people[::2] for n in range(2)]
    )


def _action(place: Place, run: Run, n: int, session: Session) -> ActionItem:
    at = session.ends_at + AFTERWARDS
    done_at = at + timedelta(days=DAYS_NEEDED)
    is_done = done_at < place.now and (run.person.number + n) % 9
    return ActionItem(
        client_id=run.person.client.pk,
        engagement_id=run.engagement.pk,
        session_id=session.pk,
        text=texts.ACTIONS[(run.person.number + n) % len(texts.ACTIONS)],
        due_on=at.date() + timedelta(days=DAYS_TO_ACT),
        created_at=at,
        done_at=done_at if is_done else None,
    )


def _sealed(person: Person, all_texts: tuple[str, ...], n: int) -> tuple[UUID, bytes]:
    """An id for the row, and the text sealed for it."""
    row_id = uuid7()
    return row_id, person.safe.close(all_texts[(person.number + n) % len(all_texts)], row_id=row_id)


def _note(coach: Coach, run: Run, n: int, session: Session) -> PrivateNote:
    row_id, sealed = _sealed(run.person, texts.NOTES, n)
    return PrivateNote(
        id=row_id,
        session_id=session.pk,
        client_id=run.person.client.pk,
        author_id=coach.member.pk,
        sealed_body=sealed,
        saved_at=session.ends_at + AFTERWARDS,
    )


def _summary(coach: Coach, run: Run, n: int, session: Session) -> SessionSummary:
    row_id, sealed = _sealed(run.person, texts.SUMMARIES, n)
    at = session.ends_at + AFTERWARDS
    return SessionSummary(
        id=row_id,
        session_id=session.pk,
        client_id=run.person.client.pk,
        author_id=coach.member.pk,
        sealed_body=sealed,
        saved_at=at,
        shared_at=at,
    )


def _theme(place: Place, coach: Coach, run: Run, n: int, session: Session) -> SessionTheme:
    return SessionTheme(
        session_id=session.pk,
        client_id=run.person.client.pk,
        theme_id=place.themes[(run.person.number + n // 2) % len(place.themes)].pk,
        author_id=coach.member.pk,
        chosen_at=session.ends_at + AFTERWARDS,
    )


def _read(coach: Coach, run: Run) -> ContentRead:
    at = run.held[-1].ends_at
    return ContentRead(
        client_id=run.person.client.pk,
        reader_id=coach.member.pk,
        kind=ContentKind.SESSION,
        hour=at.replace(minute=0, second=0, microsecond=0),
        first_read_at=at,
    )


def _reflection(place: Place, person: Person, n: int) -> Reflection:
    row_id, sealed = _sealed(person, texts.REFLECTIONS, n)
    at = place.now - timedelta(days=3 + 9 * n, hours=2)
    return Reflection(
        id=row_id,
        client_id=person.client.pk,
        sealed_body=sealed,
        written_at=at,
        shared_at=at if n == 0 else None,
    )
