"""Cohorts as lines and pages: the roster by dates, with everybody's attendance.

Participants learn the first names of others on the roster, and their own attendance alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from clients.models import Client
from scheduling.models import Cohort, CohortMember, Seat, Session
from scheduling.queries.facts import both, coach_names, led_by
from scheduling.queries.seats import MISSED, SEAT_OUTCOMES
from scheduling.queries.series import RHYTHMS

MOST: Final = 100
MOST_PEOPLE: Final = 400

_SYMBOLS: Final[dict[str, str]] = {
    "booked": "calendar-check",
    "waiting": "hourglass",
    Session.Outcome.HELD: "check",
    Session.Outcome.NO_SHOW: "x",
    Session.Outcome.LATE_CANCEL: "clock-alert",
}
_DUE: Final = (Session.Outcome.HELD, *MISSED)
_STATES: Final[dict[str, str | Promise]] = {
    "": gettext_lazy("No place"),
    "booked": gettext_lazy("Has a place"),
    "waiting": gettext_lazy("Waits"),
    "unsaid": gettext_lazy("Not noted yet"),
    "off": gettext_lazy("Cancelled"),
    **SEAT_OUTCOMES,
}


@dataclass(frozen=True, slots=True)
class CohortLine:
    """One cohort. `next_at` is empty when nothing of it is ahead.

    `is_second`: the reader leads dates of it as the second of two.
    """

    id: UUID
    name: str
    offering_name: str
    coach_name: str
    people: int
    dates: int
    first_at: datetime | None
    last_at: datetime | None
    next_at: datetime | None
    is_second: bool = False


@dataclass(frozen=True, slots=True)
class CohortDate:
    """One of its sessions, as the head of a column."""

    id: UUID
    number: int
    starts_at: datetime
    topic: str
    led_by: str
    taken: int
    capacity: int
    waiting: int
    is_cancelled: bool
    is_ahead: bool
    needs_outcome: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one date is for one person. `state` is a key of the words above."""

    state: str
    label: str | Promise
    symbol: str


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One person: `attended` of `due` dates whose outcome is known."""

    client_id: UUID | None
    name: str
    is_member: bool
    cells: tuple[Cell, ...]
    attended: int
    due: int


@dataclass(frozen=True, slots=True)
class CohortPage:
    """`members` are on the roster, `others` left it or came to single dates.

    `led_by` names who leads all that is ahead; `varies` says that the dates differ in that.
    """

    cohort: Cohort
    led_by: str
    varies: bool
    rhythm: str | Promise
    dates: tuple[CohortDate, ...]
    members: tuple[CohortRow, ...]
    others: tuple[CohortRow, ...]
    ahead: int
    attended: int
    due: int

    @property
    def attendance(self) -> int | None:
        """Percent of what is known; None before the first date."""
        return round(self.attended * 100 / self.due) if self.due else None


@dataclass(frozen=True, slots=True)
class OwnDate:
    """One date as a member sees it."""

    date: CohortDate
    cell: Cell


@dataclass(frozen=True, slots=True)
class OwnCohortPage:
    """A cohort for one of its members. `led_by` and `varies` as the coach's page has them."""

    cohort: Cohort
    led_by: str
    varies: bool
    rhythm: str | Promise
    dates: tuple[OwnDate, ...]
    with_whom: tuple[str, ...]
    ahead: int
    late: int
    costs: bool
    zone: str


@dataclass(frozen=True, slots=True)
class OwnRun:
    """The cohort that a date belongs to: how many places ahead, how many of them cost now."""

    id: UUID
    name: str
    ahead: int
    late: int


def cohorts_of(cohorts: "QuerySet[Cohort]", now: datetime) -> list[CohortLine]:
    """What goes on of these first, then what is over. Two statements."""
    lines = _lines(cohorts, now)
    running = [line for line in lines if line.next_at is not None]
    over = [line for line in lines if line.next_at is None]
    return sorted(running, key=lambda line: (line.next_at, line.id)) + over


def cohorts_of_client(client_id: UUID, now: datetime) -> list[CohortLine]:
    """On whose rosters the client is, as far as they go on. Two statements."""
    mine = CohortMember.objects.current().filter(client_id=client_id)
    lines = _lines(Cohort.objects.filter(pk__in=mine.values("cohort_id")), now)
    return [line for line in lines if line.next_at is not None]


def cohort_of_session(session: Session) -> Cohort | None:
    """Whose date it is, if it is one."""
    if session.series_id is None:
        return None
    return Cohort.objects.filter(series_id=session.series_id).first()  # type: ignore[no-any-return]


def cohort_page(cohort: Cohort, now: datetime) -> CohortPage:
    """Roster by dates. Needs the series with its offering and coach; three statements."""
    dates = _dates(cohort, now)
    rows = [_row(person, dates) for person in _people(cohort, dates)]
    rows = [row for row in rows if row.is_member or any(cell.state for cell in row.cells)]
    names, varies = _led_by(cohort, dates)
    return CohortPage(
        cohort=cohort,
        led_by=names,
        varies=varies,
        rhythm=RHYTHMS[cohort.series.rhythm],
        dates=dates,
        members=tuple(row for row in rows if row.is_member),
        others=tuple(row for row in rows if not row.is_member),
        ahead=sum(date.is_ahead for date in dates),
        attended=sum(row.attended for row in rows),
        due=sum(row.due for row in rows),
    )


def own_cohort_page(cohort: Cohort, client: Client, now: datetime) -> OwnCohortPage:
    """For one member, with the first names of the others on the roster. Three statements."""
    dates = _dates(cohort, now)
    held = {
        seat.session_id: seat
        for seat in Seat.objects.filter(session_id__in=[date.id for date in dates], client=client)
    }
    notice = timedelta(minutes=cohort.series.offering.change_notice)
    booked = [
        date
        for date in dates
        if date.is_ahead and date.id in held and held[date.id].state == Seat.State.BOOKED
    ]
    others = CohortMember.objects.current().filter(cohort=cohort).exclude(client=client)
    names = others.select_related("client").order_by("client__name", "pk")[:MOST_PEOPLE]
    leading, varies = _led_by(cohort, dates)
    return OwnCohortPage(
        cohort=cohort,
        led_by=leading,
        varies=varies,
        rhythm=RHYTHMS[cohort.series.rhythm],
        dates=tuple(OwnDate(date, _cell(date, held.get(date.id))) for date in dates),
        with_whom=tuple(member.client.first_name for member in names),
        ahead=len(booked),
        late=sum(date.starts_at - notice < now for date in booked),
        costs=cohort.draws_on_ledger and cohort.series.offering.late_cancellation_forfeits,
        zone=client.time_zone,
    )


def run_of(session: Session, client: Client | None, now: datetime) -> OwnRun | None:
    """The cohort of this date, for one of its members. Needs the offering; one to three
    statements."""
    cohort = cohort_of_session(session)
    if cohort is None or client is None:
        return None
    if not CohortMember.objects.current().filter(cohort=cohort, client=client).exists():
        return None
    seats = Seat.objects.filter(
        client=client,
        session__series_id=cohort.series_id,
        session__state=Session.State.BOOKED,
        session__starts_at__gt=now,
    ).exclude(state=Seat.State.CANCELLED)
    held = list(seats.values_list("state", "session__starts_at")[:MOST])
    notice = timedelta(minutes=session.offering.change_notice)
    late = [at for state, at in held if state == Seat.State.BOOKED and at - notice < now]
    forfeits = cohort.draws_on_ledger and session.offering.late_cancellation_forfeits
    return OwnRun(cohort.pk, cohort.name, len(held), len(late) if forfeits else 0)


def people_to_put_on(cohort: Cohort, clients: QuerySet[Client]) -> list[Client]:
    """Of these clients those who are not on the roster, by name."""
    inside = CohortMember.objects.current().filter(cohort=cohort).values("client_id")
    return list(clients.exclude(pk__in=inside).order_by("name", "pk")[:MOST_PEOPLE])


@dataclass(slots=True)
class _Person:
    """Somebody on the roster, or with a place on a date, and their places by session."""

    name: str
    client_id: UUID | None = None
    is_member: bool = False
    seats: dict[UUID, Seat] = field(default_factory=dict)


def _people(cohort: Cohort, dates: Sequence[CohortDate]) -> list[_Person]:
    """By name; somebody without an account is known by their address."""
    found: dict[UUID | str, _Person] = {}
    members = CohortMember.objects.filter(cohort=cohort).select_related("client")
    for member in members.order_by("pk")[:MOST_PEOPLE]:
        found[member.client_id] = _Person(
            member.client.name, member.client_id, is_member=member.left_at is None
        )
    seats = Seat.objects.filter(session_id__in=[date.id for date in dates]).order_by("pk")
    for seat in seats[: MOST_PEOPLE * MOST]:
        key = seat.client_id or seat.email.lower()
        person = found.setdefault(key, _Person(seat.name, seat.client_id))
        person.seats[seat.session_id] = seat
    return sorted(found.values(), key=lambda person: person.name)


def _row(person: _Person, dates: Sequence[CohortDate]) -> CohortRow:
    cells = tuple(_cell(date, person.seats.get(date.id)) for date in dates)
    return CohortRow(
        client_id=person.client_id,
        name=person.name,
        is_member=person.is_member,
        cells=cells,
        attended=sum(cell.state == Session.Outcome.HELD for cell in cells),
        due=sum(cell.state in _DUE for cell in cells),
    )


def _cell(date: CohortDate, seat: Seat | None) -> Cell:
    state = _state(date, seat)
    return Cell(state, _STATES[state], _SYMBOLS.get(state, ""))


def _state(date: CohortDate, seat: Seat | None) -> str:
    if date.is_cancelled:
        return "off"
    if seat is None or (seat.state == Seat.State.WAITING and not date.is_ahead):
        return ""
    if seat.state == Seat.State.WAITING:
        return "waiting"
    if seat.state == Seat.State.CANCELLED:
        return str(seat.outcome) if seat.outcome in MISSED else ""
    if seat.outcome:
        return str(seat.outcome)
    return "booked" if date.is_ahead else "unsaid"


def _led_by(cohort: Cohort, dates: Sequence[CohortDate]) -> tuple[str, bool]:
    """By what is ahead; once nothing is, by what was."""
    ahead = [date for date in dates if date.is_ahead]
    kept = ahead or [date for date in dates if not date.is_cancelled]
    return led_by((date.led_by for date in kept), cohort.series.coach.name)


def _dates(cohort: Cohort, now: datetime) -> tuple[CohortDate, ...]:
    """In order of time."""
    waiting = Seat.objects.filter(session=OuterRef("pk"), state=Seat.State.WAITING)
    counted = waiting.order_by().values("session").annotate(n=Count("pk")).values("n")
    sessions = Session.objects.filter(series_id=cohort.series_id)
    rows = sessions.select_related("coach", "second_coach").annotate(
        waiting=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    )
    return tuple(
        CohortDate(
            id=session.pk,
            number=number,
            starts_at=session.starts_at,
            topic=session.topic,
            led_by=coach_names(session),
            taken=session.taken,
            capacity=session.capacity,
            waiting=session.waiting,
            is_cancelled=session.is_cancelled,
            is_ahead=not session.is_cancelled and now < session.starts_at,
            needs_outcome=session.ends_at <= now
            and not session.is_cancelled
            and not session.outcome,
        )
        for number, session in enumerate(rows.order_by("starts_at", "pk")[:MOST], start=1)
    )


def _lines(rows: "QuerySet[Cohort]", now: datetime) -> list[CohortLine]:
    """The newest first."""
    members = CohortMember.objects.current().filter(cohort=OuterRef("pk"))
    counted = members.order_by().values("cohort").annotate(n=Count("pk")).values("n")
    found = list(
        rows.select_related("series__offering", "series__coach")
        .annotate(people=Coalesce(Subquery(counted, output_field=IntegerField()), 0))
        .order_by("-created_at", "-pk")[:MOST]
    )
    dates = Session.objects.booked().filter(series_id__in=[each.series_id for each in found])
    spans = {
        row["series_id"]: row
        for row in dates.order_by()
        .values("series_id")
        .annotate(
            dates=Count("pk"),
            first_at=Min("starts_at"),
            last_at=Max("starts_at"),
            next_at=Min("starts_at", filter=Q(ends_at__gt=now)),
            seconds=ArrayAgg(
                "second_coach__name", filter=Q(second_coach__isnull=False), distinct=True
            ),
        )
    }
    return [_line(cohort, spans.get(cohort.series_id, {})) for cohort in found]


def _line(cohort: Any, span: Mapping[str, Any]) -> CohortLine:
    return CohortLine(
        id=cohort.pk,
        name=cohort.name,
        offering_name=cohort.series.offering.name,
        coach_name=both(cohort.series.coach.name, ", ".join(span.get("seconds") or ())),
        people=cohort.people,
        dates=span.get("dates", 0),
        first_at=span.get("first_at"),
        last_at=span.get("last_at"),
        next_at=span.get("next_at"),
    )
