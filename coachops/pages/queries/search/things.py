"""Companies and their people, programs, cohorts, members, group sessions and guests."""

from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.names import Name, of_kind
from coachops.pages.queries.search.results import MOST_OF_A_KIND, Group, Hit, Searcher, compiled
from coachops.practices.roles import Permission
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Session

AROUND = timedelta(days=90)
_GATHERINGS: Final = """
(SELECT 'cohort', cohort.id, cohort.name, coach.name, NULL::timestamptz
 FROM scheduling_cohort cohort
 JOIN scheduling_series series
   ON series.practice_id = cohort.practice_id AND series.id = cohort.series_id
 JOIN practices_membership coach ON coach.id = series.coach_id
 WHERE cohort.practice_id = %s AND cohort.id IN ({cohorts}) AND cohort.name ~* ALL (%s::text[])
 ORDER BY cohort.name LIMIT %s)
UNION ALL
(SELECT CASE WHEN session.capacity > 1 THEN 'group' ELSE 'booking' END, session.id,
   CASE WHEN session.capacity = 1 THEN session.guest_name
     ELSE COALESCE(NULLIF(session.topic, ''), offering.name) END, '', session.starts_at
 FROM scheduling_session session
 JOIN scheduling_offering offering
   ON offering.practice_id = session.practice_id AND offering.id = session.offering_id
 WHERE session.practice_id = %s AND session.id IN ({sessions})
   AND (session.capacity > 1 OR session.topic <> '' OR session.guest_name <> '')
   AND concat_ws(' ', session.topic, session.guest_name, session.guest_email, offering.name)
     ~* ALL (%s::text[])
 ORDER BY session.starts_at DESC LIMIT %s)
"""
_GATHERING_SYMBOLS = {"cohort": "users-round", "group": "users", "booking": "calendar"}
_SYMBOLS = {
    "company": "building-2",
    "contact": "contact",
    "program": "route",
    "member": "user-round",
}
_ADDRESSES = {
    "company": "coach:sponsor_organisation",
    "contact": "coach:sponsor_organisation",
    "program": "coach:program",
}


class _Gathering(NamedTuple):
    """A cohort has a coach and no time of its own. `kind` is the name of its address."""

    kind: str
    place: UUID
    name: str
    coach: str
    starts_at: datetime | None


def thing_groups(found: list[Name], wanted: Wanted, searcher: Searcher) -> tuple[Group, ...]:
    """At most five of a kind, best first. No query."""
    return (
        Group(
            "companies",
            _("Companies"),
            _hits(of_kind(found, "company", "contact"), wanted, searcher),
        ),
        Group("programs", _("Programs"), _hits(of_kind(found, "program"), wanted, searcher)),
        Group("members", _("Members"), _hits(of_kind(found, "member"), wanted, searcher)),
    )


def _hits(found: list[Name], wanted: Wanted, searcher: Searcher) -> tuple[Hit, ...]:
    """Companies before their people, where both fit as well."""
    found.sort(key=lambda name: (-wanted.score(name.name), name.kind != "company", name.name))
    return tuple(
        Hit(
            each.name,
            _address(each.kind, each.place, each.name, searcher),
            detail=each.beside,
            symbol=_SYMBOLS[each.kind],
        )
        for each in found[:MOST_OF_A_KIND]
    )


def _address(kind: str, place: UUID, name: str, searcher: Searcher) -> str:
    """A member's own page is the owner's; for others the list, with this name alone."""
    if kind != "member":
        return reverse(_ADDRESSES[kind], args=[searcher.practice_slug, place])
    if searcher.may(Permission.MANAGE_MEMBERS):
        return reverse("coach:member", args=[searcher.practice_slug, place])
    members = reverse("coach:members", args=[searcher.practice_slug])
    return f"{members}?{urlencode({'q': name})}"


def gatherings_found(wanted: Wanted, searcher: Searcher) -> tuple[Hit, ...]:
    """Cohorts by name, group sessions by topic and sessions of guests by name, three months back
    and ahead. One statement and those of the access rules.
    """
    if not searcher.may(Permission.MANAGE_SCHEDULING):
        return ()
    meetings = searcher.gatherings().filter(
        state__in=[Session.State.BOOKED, Session.State.REQUESTED],
        starts_at__gte=searcher.now - AROUND,
        starts_at__lt=searcher.now + AROUND,
    )
    cohorts, cohort_values = compiled(searcher.cohorts())
    sessions, session_values = compiled(meetings)
    practice, holds = current_practice_id(), wanted.holds()
    params = [
        *(practice, *cohort_values, holds, MOST_OF_A_KIND),
        *(practice, *session_values, holds, MOST_OF_A_KIND),
    ]
    with connection.cursor() as cursor:
        cursor.execute(_GATHERINGS.format(cohorts=cohorts, sessions=sessions), params)
        rows = [_Gathering(*row) for row in cursor.fetchall()]
    return tuple(_gathering_hit(row, searcher) for row in rows[:MOST_OF_A_KIND])


def _gathering_hit(row: _Gathering, searcher: Searcher) -> Hit:
    when = searcher.when(row.starts_at) if row.starts_at else row.coach
    address = reverse(f"coach:{row.kind}", args=[searcher.practice_slug, row.place])
    return Hit(row.name, address, detail=when, symbol=_GATHERING_SYMBOLS[row.kind])
