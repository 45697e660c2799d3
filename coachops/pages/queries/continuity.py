"""A coach dropped out: how to reach each of their clients, and when they would have met next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from clients.models import ContinuityCase, ContinuityTask, ContinuityWill
from clients.queries.clients import address_of
from clients.services.continuity import REVIEWED_EVERY
from scheduling.models import Session

MOST_CLIENTS: Final = 300
MOST_SESSIONS: Final = 600


@dataclass(frozen=True, slots=True)
class NextDate:
    """Nothing but when, for how long and where it was meant to be."""

    starts_at: datetime
    ends_at: datetime


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
    """`is_due`: a year has passed since its coach looked at it."""

    id: UUID
    coach: str
    coach_id: UUID
    named: str
    is_me: bool
    words: str
    reviewed_on: date
    is_due: bool


def lines_of(case: ContinuityCase, now: datetime) -> tuple[ClientLine, ...]:
    """Who still waits first. Two queries."""
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
            dates=tuple(dates.get(task.client_id, ())[:2]),
            done_at=task.done_at,
        )
        for task in tasks
    )


def _next_dates(
    coach_id: UUID, client_ids: Iterable[UUID], now: datetime
) -> dict[UUID, list[NextDate]]:
    rows = Session.objects.booked().filter(
        coach_id=coach_id, client_id__in=list(client_ids), starts_at__gt=now
    )
    found: dict[UUID, list[NextDate]] = {}
    times = rows.order_by("starts_at", "id").values_list("client_id", "starts_at", "ends_at")
    for client_id, starts_at, ends_at in times[:MOST_SESSIONS]:
        found.setdefault(client_id, []).append(NextDate(starts_at, ends_at))
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
    )
