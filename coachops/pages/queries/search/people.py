"""Clients by name, mail, phone, role or company, the best first; and their sessions around now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import CoachAssignment
from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.names import Name, of_kind
from coachops.pages.queries.search.places import Somebody
from coachops.pages.queries.search.results import (
    MOST_OF_A_KIND,
    MOST_PEOPLE,
    Hit,
    Searcher,
    compiled,
)
from coachops.tenancy.scope import current_practice_id

BACK, AHEAD = timedelta(days=60), timedelta(days=120)
WEEK, LONGEST = timedelta(days=7), timedelta(days=1)
MOST_SESSIONS = 60
# Client by client, so that the index by client is taken however many sessions a practice has.
_AROUND: Final = """
SELECT around.* FROM unnest(%(clients)s::uuid[]) AS wanted (id)
CROSS JOIN LATERAL (
  SELECT id, client_id, starts_at, ends_at, number FROM scheduling_session
  WHERE practice_id = %(practice)s AND client_id = wanted.id
    AND state IN ('booked', 'requested') AND starts_at >= %(start)s AND starts_at < %(end)s
  ORDER BY starts_at LIMIT %(most)s) around
ORDER BY around.starts_at
"""
_READ: Final = """
SELECT client.id, client.name, client.employer
FROM clients_client client
CROSS JOIN LATERAL (
  SELECT first_read_at FROM clients_contentread
  WHERE practice_id = client.practice_id AND client_id = client.id AND reader_id = %s
  ORDER BY first_read_at DESC LIMIT 1) latest
WHERE client.practice_id = %s AND client.id IN ({visible}) AND client.id IN ({opened})
ORDER BY latest.first_read_at DESC LIMIT %s
"""
# What still runs has begun within a day.
_COMING: Final = """
SELECT client.id, client.name, session.starts_at
FROM scheduling_session session
JOIN clients_client client
  ON client.practice_id = session.practice_id AND client.id = session.client_id
WHERE session.practice_id = %s AND session.coach_id = ANY(%s) AND session.state = 'booked'
  AND session.starts_at > %s AND session.starts_at < %s AND session.ends_at > %s
  AND client.id IN ({visible})
ORDER BY session.starts_at LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    told: str
    is_coached: bool
    is_team: bool
    is_archived: bool

    @property
    def somebody(self) -> Somebody:
        return Somebody(self.id, self.name, self.is_coached, self.is_team)


class Meeting(NamedTuple):
    id: UUID
    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    number: int | None


def people_of(found: list[Name], wanted: Wanted) -> list[Person]:
    """The best eight: those who still come before those who are archived."""
    weighed = sorted(
        of_kind(found, "client", "team"),
        key=lambda name: (name.is_past, -wanted.score(name.name), name.name),
    )
    return [
        Person(
            id=name.place,
            name=name.name,
            told=_("archived") if name.is_past else name.beside,
            is_coached=name.is_open,
            is_team=name.kind == "team",
            is_archived=name.is_past,
        )
        for name in weighed[:MOST_PEOPLE]
    ]


def sessions_around(people: list[Person], searcher: Searcher) -> list[Meeting]:
    """Booked ones of these clients, from two months ago to four ahead, by time. One statement."""
    if not people:
        return []
    values: dict[str, Any] = {
        "practice": current_practice_id(),
        "clients": [person.id for person in people],
        "start": searcher.now - BACK,
        "end": searcher.now + AHEAD,
        "most": MOST_SESSIONS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, values)
        return [Meeting(*row) for row in cursor.fetchall()]


def person_hits(
    people: list[Person], sessions: list[Meeting], searcher: Searcher
) -> tuple[Hit, ...]:
    """Each with when they come next, as somebody who looks for a person mostly wants to know."""
    coming: dict[UUID, Meeting] = {}
    for session in sessions:
        if session.ends_at > searcher.now:
            coming.setdefault(session.client_id, session)
    return tuple(
        Hit(
            person.name,
            reverse("coach:client", args=[searcher.practice_slug, person.id]),
            detail=_told(person, coming.get(person.id), searcher),
            face=person.id,
        )
        for person in people
    )


def _told(person: Person, session: Meeting | None, searcher: Searcher) -> str:
    if session is None:
        return person.told
    return _("Session %(when)s") % {"when": searcher.when(session.starts_at)}


def session_hits(
    best: Person | None, sessions: list[Meeting], searcher: Searcher
) -> tuple[Hit, ...]:
    """The sessions of the best match: what is ahead first, then the last ones."""
    if best is None:
        return ()
    mine = [session for session in sessions if session.client_id == best.id]
    ahead = [session for session in mine if session.ends_at > searcher.now][:2]
    behind = [session for session in mine if session.ends_at <= searcher.now][:-3:-1]
    return tuple(_session_hit(best, each, searcher) for each in (*ahead, *behind))[:MOST_OF_A_KIND]


def _session_hit(person: Person, session: Meeting, searcher: Searcher) -> Hit:
    if person.is_coached:
        url = reverse("coach:session", args=[searcher.practice_slug, session.id])
    else:
        url = reverse("coach:session_move", args=[searcher.practice_slug, session.id])
        if session.ends_at <= searcher.now:
            url = reverse("coach:client", args=[searcher.practice_slug, person.id])
    name = (
        _("Session %(number)s with %(name)s") % {"number": session.number, "name": person.name}
        if session.number
        else _("Session with %(name)s") % {"name": person.name}
    )
    return Hit(name, url, detail=searcher.when(session.starts_at), symbol="calendar")


def recent_people(searcher: Searcher) -> tuple[Hit, ...]:
    """Whom the reader looked at last, by the ledger that their clients can read too; for those who
    open no content, whom the calendar brings next. One statement."""
    coached = searcher.coached
    rows = _next_people(searcher) if coached is None else _read_people(searcher, coached())
    return tuple(
        Hit(
            name,
            reverse("coach:client", args=[searcher.practice_slug, pk]),
            detail=detail,
            face=pk,
        )
        for pk, name, detail in rows
    )


def _read_people(
    searcher: Searcher, coached: QuerySet[CoachAssignment]
) -> list[tuple[UUID, str, str]]:
    visible, may_see = compiled(searcher.clients)
    opened, may_open = compiled(coached, "client_id")
    params = [searcher.membership.pk, current_practice_id(), *may_see, *may_open, MOST_OF_A_KIND]
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(visible=visible, opened=opened), params)
        return [(pk, name, employer) for pk, name, employer in cursor.fetchall()]


def _next_people(searcher: Searcher) -> list[tuple[UUID, str, str]]:
    """Of the coaches whose work the reader looks after."""
    visible, may_see = compiled(searcher.clients)
    params = [
        *(current_practice_id(), searcher.coach_ids()),
        *(searcher.now - LONGEST, searcher.now + WEEK, searcher.now, *may_see),
        MOST_OF_A_KIND * 4,
    ]
    found: dict[UUID, tuple[UUID, str, str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_COMING.format(visible=visible), params)
        for pk, name, starts_at in cursor.fetchall():
            found.setdefault(pk, (pk, name, searcher.when(starts_at)))
    return list(found.values())[:MOST_OF_A_KIND]
