"""What a search answers with, and who asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clients.models import Client, CoachAssignment
from clients.policies import ContentKind
from coachops.practices.models import Membership
from coachops.practices.roles import Permission
from coachops.web.clocks import clock_words
from coachops.web.navigation import NavigationItem
from scheduling.models import Cohort, Session

MOST_PEOPLE, MOST_OF_A_KIND = 8, 5


@dataclass(frozen=True, slots=True)
class Searcher:
    """Who asks, and what is open to them: everything that is found comes out of these.

    `coached` gives ids of the clients whose content is open, None for everybody who is no coach;
    `coaches_all`: there are no other clients to see. `coach_ids` are the coaches whose work they
    look after. What is asked for rarely is made when it is.
    """

    practice_slug: str
    membership: Membership
    permissions: frozenset[Permission]
    clients: QuerySet[Client]
    coached: Callable[[], QuerySet[CoachAssignment]] | None
    coaches_all: bool
    coach_ids: Callable[[], list[UUID]]
    gatherings: Callable[[], QuerySet[Session]]
    cohorts: Callable[[], QuerySet[Cohort]]
    pages: tuple[NavigationItem, ...]
    now: datetime
    zone: tzinfo
    clock: str = ""

    def may(self, permission: Permission | None) -> bool:
        return permission is None or permission in self.permissions

    def when(self, moment: datetime) -> str:
        """`today, 10:30`, `Tue 24 November, 10:30`; with the year where it is another."""
        local = timezone.localtime(moment, self.zone)
        today = timezone.localtime(self.now, self.zone).date()
        hour = clock_words(local, self.clock)
        if local.date() == today:
            return _("today, %(hour)s") % {"hour": hour}
        day = _day_words(local.date(), local.year == today.year, get_language())
        return f"{day}, {hour}"


@lru_cache(maxsize=1_000)
def _day_words(day: date, is_this_year: bool, _language: str | None) -> str:
    """The days around now are said again at every letter that is typed, in the same language."""
    return date_format(day, "D j F" if is_this_year else "D j F Y")


def compiled(rows: QuerySet[Any, Any], column: str = "pk") -> tuple[str, tuple[Any, ...]]:
    """What an access rule lets through, as a select of ids to stand in a plain statement."""
    sql, params = rows.order_by().values(column).query.sql_with_params()
    return sql, tuple(params)


@dataclass(frozen=True, slots=True)
class Hit:
    """One line. `client_id` and `kind` are set where somebody's content is shown; `marked` is the
    part of the text that was found, between what stands before and after it."""

    text: str
    url: str
    detail: str = ""
    symbol: str = ""
    face: UUID | None = None
    marked: str = ""
    after: str = ""
    client_id: UUID | None = None
    kind: ContentKind | None = None
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    hits: tuple[Hit, ...]


def groups(*found: Group) -> tuple[Group, ...]:
    """Those with something in them."""
    return tuple(group for group in found if group.hits)


def read_kinds(found: Iterable[Group]) -> dict[ContentKind, set[UUID]]:
    """Whose content stands in the answer, by kind: for the access ledger."""
    reads: dict[ContentKind, set[UUID]] = {}
    for group in found:
        for hit in group.hits:
            if hit.client_id is not None and hit.kind is not None:
                reads.setdefault(hit.kind, set()).add(hit.client_id)
    return reads
