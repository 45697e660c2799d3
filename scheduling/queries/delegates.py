"""A client's dates as their own assistant sees them: when, where, with which coach. No more."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clients.models import Client
from scheduling.queries.changing import CancelPage, MovePage
from scheduling.queries.facts import place_in_words
from scheduling.queries.sessions import SessionLine, upcoming_of_client

MOST = 30


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date. `title` is the neutral one that the client chose for calendars."""

    id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    coach_name: str
    place: str
    join_url: str
    is_requested: bool
    may_move: bool
    may_cancel: bool


def dates_of(client: Client, now: datetime) -> tuple[DateLine, ...]:
    """What is still to come, in order of time; one statement."""
    return tuple(
        DateLine(
            id=line.id,
            title=client.session_title,
            starts_at=line.starts_at,
            ends_at=line.ends_at,
            coach_name=line.coach_name,
            place=place_in_words(line.place, line.place_details),
            join_url=line.join_url,
            is_requested=line.is_requested,
            may_move=line.may_be_moved(now),
            may_cancel=now < line.starts_at,
        )
        for line in upcoming_of_client(client.pk, now, limit=MOST)
    )


def without_content[P: (MovePage, CancelPage)](page: P) -> P:
    """The same page without what says which of how many sessions it is, or of what."""
    return replace(page, line=_bare(page.line))


def _bare(line: SessionLine) -> SessionLine:
    return replace(
        line,
        number=None,
        of=None,
        engagement_title="",
        offering_name="",
        outcome_label="",
        topic="",
    )
