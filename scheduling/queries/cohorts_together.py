"""A cohort as the second coach of its dates sees it: those they lead, and who comes to them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import CoachAssignment
from coachops.practices.models import Membership
from coachops.practices.queries.days import day_of_practice
from coachops.web.clocks import city
from scheduling.models import Cohort, Seat
from scheduling.policies.together import known_as
from scheduling.queries.cohorts import (
    Cell,
    CohortDate,
    CohortLine,
    CohortRow,
    cohort_page,
    cohorts_of,
)

_NO_PLACE: Final = Cell("", _("No place"), "")


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody who comes, by first name unless the second coach coaches them."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CohortTogether:
    """Dates are instants, shown on the second coach's clock."""

    name: str
    offering_name: str
    other_coach: str
    rhythm: str | Promise
    zone: str
    zone_city: str
    dates: tuple[CohortDate, ...]
    rows: tuple[Row, ...]


def cohort_lines_together(cohorts: "QuerySet[Cohort]", now: datetime) -> list[CohortLine]:
    """Cohorts that are led as the second of two, as lines. Two statements."""
    return [replace(line, is_second=True) for line in cohorts_of(cohorts, now)]


def cohort_together_page(
    cohort: Cohort, second: Membership, led: Collection[UUID], now: datetime
) -> CohortTogether:
    """Of the dates in `led`. Needs the series with its offering and coach; four statements.

    Who only waits is the first coach's matter.
    """
    page = cohort_page(cohort, now)
    shown = [at for at, date in enumerate(page.dates) if date.id in led]
    people = [*page.members, *page.others]
    known = _coached_by(second, people, now)
    rows = [
        Row(
            name=known_as(row.name, is_assigned=row.client_id in known),
            cells=tuple(_as_second(row.cells[at]) for at in shown),
        )
        for row in people
    ]
    return CohortTogether(
        name=cohort.name,
        offering_name=cohort.series.offering.name,
        other_coach=cohort.series.coach.name,
        rhythm=page.rhythm,
        zone=second.user.time_zone,
        zone_city=city(second.user.time_zone),
        dates=tuple(page.dates[at] for at in shown),
        rows=tuple(row for row in rows if any(cell.state for cell in row.cells)),
    )


def _as_second(cell: Cell) -> Cell:
    return _NO_PLACE if cell.state == Seat.State.WAITING else cell


def _coached_by(coach: Membership, people: Collection[CohortRow], now: datetime) -> set[UUID]:
    current = CoachAssignment.objects.current(day_of_practice(now)).filter(coach=coach)
    found = current.filter(client_id__in=[row.client_id for row in people if row.client_id])
    return set(found.values_list("client_id", flat=True))
