"""A coach dropped out: how to reach each of their clients, and when they would have met next."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from clients.models import ContinuityCase, ContinuityTask, ContinuityWill
from clients.queries.clients import address_of
from clients.services.continuity import REVIEWED_EVERY
from scheduling.models import Seat, Session

MOST_CLIENTS: Final = 300
MOST_SESSIONS: Final = 600
MOST_DATES: Final = 3


@dataclass(frozen=True, slots=True)
class NextDate:
    """Nothing but when. `is_in_group`: a place among others, in a group or a cohort."""

    starts_at: datetime
    is_in_group: bool


@dataclass(frozen=True, slots=True)
class ClientLine:
    """One client to be written to. Logistics alone."""

    task_id: UUID
    client_id: UUID
    name: str
    email: str
    phone: str
    time_zone: str
    dates: tuple[NextDate, ...]
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class WillLine:
    """`is_due`: a year has passed since its coach looked at it. `has_left`: who is named works here
    no more, so that nobody would step in.
    """

    id: UUID
    coach: str
    coach_id: UUID
    named: str
    is_me: bool
    words: str
    reviewed_on: date
    is_due: bool
    has_left: bool


def lines_of(case: ContinuityCase, now: datetime) -> tuple[ClientLine, ...]:
    """Who still waits first. Three queries."""
    rows = (
        ContinuityTask.objects.select_related("client__membership__user")
        .filter(case=case)
        .order_by("client__name", "client_id")
    )
    tasks = sorted(rows[:MOST_CLIENTS], key=lambda task: task.done_at is not None)
    dates = _next_dates(case.coach_id, [task.client_id for task in tasks], now)
    return tuple(
        ClientLine(
            task_id=task.pk,
            client_id=task.client_id,
            name=task.client.name,
            email=address_of(task.client),
            phone=task.client.phone,
            time_zone=task.client.time_zone,
            dates=tuple(dates.get(task.client_id, ())[:MOST_DATES]),
            done_at=task.done_at,
        )
        for task in tasks
    )


def _next_dates(
    coach_id: UUID, client_ids: list[UUID], now: datetime
) -> dict[UUID, list[NextDate]]:
    """Of sessions that this coach was to hold: their own, and their places in groups. No names."""
    coming = Session.objects.booked().filter(coach_id=coach_id, starts_at__gt=now)
    own = coming.filter(client_id__in=client_ids).values_list("starts_at", "client_id")
    seats = Seat.objects.filter(
        part=Seat.Part.PARTICIPANT,
        state=Seat.State.BOOKED,
        client_id__in=client_ids,
        session__in=coming.values("pk"),
    ).values_list("session__starts_at", "client_id")
    dates = [
        *((*row, False) for row in own.order_by("starts_at", "id")[:MOST_SESSIONS]),
        *((*row, True) for row in seats.order_by("session__starts_at", "id")[:MOST_SESSIONS]),
    ]
    found: dict[UUID, list[NextDate]] = {}
    for starts_at, client_id, is_in_group in sorted(dates):
        found.setdefault(client_id, []).append(NextDate(starts_at, is_in_group))
    return found


def will_line(will: ContinuityWill, *, reader_id: UUID, today: date) -> WillLine:
    """No query, if its coach and who is named are loaded."""
    is_me = will.named_id == reader_id
    return WillLine(
        id=will.pk,
        coach=will.coach.name,
        coach_id=will.coach_id,
        named=will.named.name,
        is_me=is_me,
        words=will.words if is_me or will.coach_id == reader_id else "",
        reviewed_on=will.reviewed_on,
        is_due=will.reviewed_on + REVIEWED_EVERY <= today,
        has_left=will.named.ended_at is not None,
    )
