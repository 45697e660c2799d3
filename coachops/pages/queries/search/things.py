"""Companies and their people, programs, cohorts, members, group sessions and guests."""

from datetime import timedelta
from uuid import UUID

from django.db.models import CharField, Func, Q, Value
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coachops.pages.queries.search.matching import Wanted
from coachops.pages.queries.search.names import Name, of_kind
from coachops.pages.queries.search.results import MOST_OF_A_KIND, Group, Hit, Searcher
from coachops.practices.roles import Permission
from scheduling.models import Session

AROUND = timedelta(days=90)
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
    and ahead. Two statements and those of the access rules.
    """
    if not searcher.may(Permission.MANAGE_SCHEDULING):
        return ()
    return (*_cohorts(wanted, searcher), *_meetings(wanted, searcher))[:MOST_OF_A_KIND]


def _fits(wanted: Wanted, field: str) -> Q:
    found = Q()
    for pattern in wanted.holds():
        found &= Q(**{f"{field}__iregex": pattern})
    return found


def _cohorts(wanted: Wanted, searcher: Searcher) -> tuple[Hit, ...]:
    rows = searcher.cohorts().filter(_fits(wanted, "name")).order_by("name")
    return tuple(
        Hit(
            name,
            reverse("coach:cohort", args=[searcher.practice_slug, pk]),
            detail=coach,
            symbol="users-round",
        )
        for pk, name, coach in rows.values_list("pk", "name", "series__coach__name")[
            :MOST_OF_A_KIND
        ]
    )


def _meetings(wanted: Wanted, searcher: Searcher) -> tuple[Hit, ...]:
    named = Func(
        Value(" "),
        "topic",
        "guest_name",
        "guest_email",
        "offering__name",
        function="concat_ws",
        output_field=CharField(),
    )
    rows = (
        searcher.gatherings()
        .filter(
            state__in=[Session.State.BOOKED, Session.State.REQUESTED],
            starts_at__gte=searcher.now - AROUND,
            starts_at__lt=searcher.now + AROUND,
        )
        .annotate(named=named)
        .filter(_fits(wanted, "named"))
        .filter(~Q(topic="", guest_name="") | Q(capacity__gt=1))
        .order_by("-starts_at")
        .values_list("pk", "topic", "guest_name", "offering__name", "capacity", "starts_at")
    )
    slug = searcher.practice_slug
    return tuple(
        Hit(
            (topic or offering) if capacity > 1 else guest,
            reverse("coach:group" if capacity > 1 else "coach:booking", args=[slug, pk]),
            detail=searcher.when(starts_at),
            symbol="users" if capacity > 1 else "calendar",
        )
        for pk, topic, guest, offering, capacity, starts_at in rows[:MOST_OF_A_KIND]
    )
