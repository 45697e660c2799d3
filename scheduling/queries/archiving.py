"""What a client still has before them: dates, places in groups, and times that are looked for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.models import Client
from scheduling.models import Poll, Seat, Session

MOST = 200


@dataclass(frozen=True, slots=True)
class ComingDate:
    """One line of what would be cancelled. `id` is the session's, the place's or the poll's."""

    id: UUID
    starts_at: datetime
    what: str
    coach_name: str


@dataclass(frozen=True, slots=True)
class Coming:
    """The rows themselves, in order of time."""

    sessions: tuple[Session, ...]
    places: tuple[Seat, ...]
    polls: tuple[Poll, ...]

    @property
    def ids(self) -> set[UUID]:
        return set(self.coach_ids)

    @property
    def coach_ids(self) -> dict[UUID, UUID]:
        """With whom each of them is."""
        places = {seat.pk: seat.session.coach_id for seat in self.places}
        sessions = {session.pk: session.coach_id for session in self.sessions}
        return places | sessions | {poll.pk: poll.coach_id for poll in self.polls}


def coming_of(client: Client, now: datetime) -> Coming:
    """Booked or asked for, and not begun; three statements."""
    sessions: QuerySet[Session] = Session.objects.kept().filter(client=client, starts_at__gt=now)
    places = Seat.objects.filter(
        client=client, session__state=Session.State.BOOKED, session__starts_at__gt=now
    ).exclude(state=Seat.State.CANCELLED)
    polls = Poll.objects.filter(engagement__client=client, state=Poll.State.OPEN)
    around = ("session__offering", "session__coach")
    return Coming(
        sessions=tuple(
            sessions.select_related("coach", "offering").order_by("starts_at", "pk")[:MOST]
        ),
        places=tuple(places.select_related(*around).order_by("session__starts_at", "pk")[:MOST]),
        polls=tuple(polls.select_related("coach", "offering").order_by("closes_at", "pk")[:MOST]),
    )


def in_lines(coming: Coming) -> list[ComingDate]:
    """What a page names, in order of time; a question about times by when it closes."""
    lines = [
        ComingDate(each.pk, each.starts_at, _what(each), each.coach.name)
        for each in coming.sessions
    ]
    lines += [
        ComingDate(seat.pk, seat.session.starts_at, _of_group(seat), seat.session.coach.name)
        for seat in coming.places
    ]
    lines += [
        ComingDate(
            poll.pk, poll.closes_at, _("Answers about a time for three are due"), poll.coach.name
        )
        for poll in coming.polls
    ]
    return sorted(lines, key=lambda line: line.starts_at)


def _what(session: Session) -> str:
    if session.number is None:
        return str(session.offering.name)
    return _("Session %(number)s") % {"number": session.number}


def _of_group(seat: Seat) -> str:
    name = seat.session.topic or seat.session.offering.name
    if seat.state == Seat.State.WAITING:
        return _("Waiting list of %(group)s") % {"group": name}
    return _("Place in %(group)s") % {"group": name}
