"""All running engagements of some coaches by their health, the gravest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from clients.models import Client, CoachAssignment, Engagement
from tracking.policies.health import Health
from tracking.queries.health import LABELS, SYMBOLS, TONES, HealthStatus, health_of

MOST_ENGAGEMENTS = 500
MOST_SHOWN = 60
_GRAVEST_FIRST: Final = (Health.OFF_TRACK, Health.AT_RISK, Health.ON_TRACK)


@dataclass(frozen=True, slots=True)
class HealthGroup:
    health: Health
    label: str | Promise
    tone: str
    symbol: str
    count: int
    lines: tuple[HealthStatus, ...]


@dataclass(frozen=True, slots=True)
class HealthPage:
    """`left_out` engagements were not looked at: there are more than one page can hold."""

    groups: tuple[HealthGroup, ...]
    total: int
    left_out: int


def health_page_of(
    coach_ids: list[UUID],
    clients: QuerySet[Client],
    *,
    reasons_for: QuerySet[CoachAssignment],
    practice_slug: str,
    now: datetime,
) -> HealthPage:
    """Three queries.

    `clients` are those the reader may see, never themself; `reasons_for` the ids of those whose
    reasons the reader may know.
    """
    running = Engagement.objects.filter(
        coach_id__in=coach_ids,
        state=Engagement.State.ACTIVE,
        client__in=clients.filter(archived_at=None).values("pk"),
    ).order_by("starts_on", "pk")
    ids = list(running.values_list("pk", flat=True)[: MOST_ENGAGEMENTS + 1])
    coached = set(reasons_for.values_list("client_id", flat=True))
    found = health_of(
        ids[:MOST_ENGAGEMENTS], practice_slug=practice_slug, now=now, with_reasons=True
    )
    lines = sorted(
        (
            line if line.client_id in coached else replace(line, reasons=())
            for line in found.values()
        ),
        key=lambda line: line.client_name.casefold(),
    )
    return HealthPage(
        groups=groups_of(lines),
        total=len(lines),
        left_out=max(len(ids) - MOST_ENGAGEMENTS, 0),
    )


def health_counts(
    clients: QuerySet[Client], *, practice_slug: str, now: datetime
) -> tuple[HealthGroup, ...]:
    """How many running engagements stand how, without a name; nothing where none runs.

    Two queries.
    """
    running = Engagement.objects.filter(
        state=Engagement.State.ACTIVE, client__in=clients.values("pk")
    ).order_by("starts_on", "pk")
    ids = list(running.values_list("pk", flat=True)[:MOST_ENGAGEMENTS])
    found = health_of(ids, practice_slug=practice_slug, now=now, with_reasons=False)
    groups = groups_of(list(found.values()))
    return tuple(replace(group, lines=()) for group in groups) if found else ()


def groups_of(lines: Sequence[HealthStatus]) -> tuple[HealthGroup, ...]:
    """The gravest first; of each the first few lines. No query."""
    return tuple(_group(health, lines) for health in _GRAVEST_FIRST)


def _group(health: Health, lines: Sequence[HealthStatus]) -> HealthGroup:
    mine = [line for line in lines if line.health == health]
    return HealthGroup(
        health=health,
        label=LABELS[health],
        tone=TONES[health],
        symbol=SYMBOLS[health],
        count=len(mine),
        lines=tuple(mine[:MOST_SHOWN]),
    )
