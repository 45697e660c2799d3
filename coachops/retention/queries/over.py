"""Which clients' records are over, and how much of them there is; counts and ids alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from coachops.retention.models import RetentionPeriod, RetentionRun
from coachops.retention.policies import (
    From,
    Kind,
    Period,
    TableRule,
    months_before,
    periods,
    rules_of,
)
from coachops.retention.queries.whose import of_clients, older_than, table_of
from coachops.tenancy.scope import erasing

# So many clients at most are looked at in one night of one practice.
MOST_CLIENTS = 500
QUIET_NIGHTS = 60

KIND_LABELS: dict[Kind, tuple[StrOrPromise, StrOrPromise]] = {
    Kind.CONTENT: (
        _("What was said and written"),
        _("Notes, summaries, reflections, goals, actions, answers and agreed points."),
    ),
    Kind.REPORTS: (
        _("Progress reports"),
        _("Our copies. What a company has received stays with the company."),
    ),
    Kind.AGREEMENTS: (
        _("Agreements and consents"),
        _("Signed documents with their evidence, and what was agreed about disclosure."),
    ),
    Kind.LEDGER: (
        _("Who looked"),
        _("The list of everybody who opened a client’s content."),
    ),
    Kind.ENQUIRIES: (
        _("Enquiries"),
        _("Of people who did not become clients."),
    ),
    Kind.FACTS: (
        _("The client’s record"),
        _(
            "Name, contacts, dates and sessions. When it is over the client is erased;"
            " counts without a name stay."
        ),
    ),
}

# A client who is coached now, or whose engagement is not finished, is never over.
_OVER = """
SELECT client.id FROM clients_client client
LEFT JOIN clients_engagement engagement ON engagement.practice_id = client.practice_id
  AND engagement.client_id = client.id
WHERE client.practice_id = (SELECT app.practice_id())
  AND NOT EXISTS (SELECT FROM retention_legalhold hold
    WHERE hold.practice_id = client.practice_id AND hold.client_id = client.id
    AND hold.lifted_at IS NULL)
  AND NOT EXISTS (SELECT FROM clients_engagement running
    WHERE running.practice_id = client.practice_id AND running.client_id = client.id
    AND running.state NOT IN ('completed', 'closed'))
  AND NOT EXISTS (SELECT FROM scheduling_session coming
    WHERE coming.practice_id = client.practice_id AND coming.client_id = client.id
    AND coming.state <> 'cancelled' AND coming.starts_at::date >= %(before)s)
GROUP BY client.id, client.created_at
HAVING coalesce(max(engagement.ends_on), client.created_at::date) < %(before)s
  AND (%(seen)s::uuid IS NULL OR client.id > %(seen)s::uuid)
ORDER BY client.id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One kind of data: how long, and how much of it would go in the next night."""

    period: Period
    title: StrOrPromise
    text: StrOrPromise
    months: int
    is_chosen: bool
    over: int

    @property
    def key(self) -> str:
        return self.period.kind.value


def months_of() -> dict[Kind, int]:
    """What holds in this practice. One query."""
    chosen = dict(RetentionPeriod.objects.values_list("kind", "months"))
    return {kind: chosen.get(kind, period.default) for kind, period in periods().items()}


def ends_before(months: int, today: date) -> date:
    """Whatever ended before this day is over."""
    return months_before(today, months)


def clients_over(
    before: date, *, seen: UUID | None = None, limit: int = MOST_CLIENTS
) -> list[UUID]:
    """Clients whose last engagement ended before; in order, after `seen`."""
    with connection.cursor() as cursor:
        cursor.execute(_OVER, {"before": before, "seen": seen, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def count_of_clients(rules: Iterable[TableRule], clients: Sequence[UUID]) -> Counter[str]:
    """How many rows of each table are theirs. Only in the system's scope."""
    counts: Counter[str] = Counter()
    with erasing(), connection.cursor() as cursor:
        for rule in rules:
            cursor.execute(
                f"SELECT count(*) FROM {table_of(rule)} WHERE {of_clients(rule)}",  # noqa: S608 -- names
                [list(clients)],
            )
            if found := int(cursor.fetchone()[0]):
                counts[rule.model] = found
    return counts


def keepings(now: datetime, today: date) -> list[Keeping]:
    """Every kind with what the next night would remove. Only in the system's scope."""
    chosen = months_of()
    return [
        Keeping(
            period=period,
            title=KIND_LABELS[kind][0],
            text=KIND_LABELS[kind][1],
            months=chosen[kind],
            is_chosen=chosen[kind] != period.default,
            over=_over(period, chosen[kind], now, today),
        )
        for kind, period in periods().items()
    ]


def _over(period: Period, months: int, now: datetime, today: date) -> int:
    if period.counted_from == From.WRITTEN:
        return sum(_count_older(rule, months_before(now, months)) for rule in rules_of(period.kind))
    clients = clients_over(ends_before(months, today))
    if period.kind == Kind.FACTS:
        return len(clients)
    return count_of_clients(rules_of(period.kind), clients).total() if clients else 0


def _count_older(rule: TableRule, before: datetime) -> int:
    with erasing(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {table_of(rule)} WHERE {older_than(rule)}",  # noqa: S608 -- names
            [before],
        )
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Nights:
    """The last nights' work. `is_quiet`: they ran, there was plenty, and nothing was ever over."""

    runs: list[RetentionRun]
    is_quiet: bool
    is_late: bool


def nights(now: datetime, *, over: int) -> Nights:
    """`over` is how much waits for the next night. One query.

    Something is wrong when rows have been over for days and each night removes none.
    """
    runs = list(RetentionRun.objects.order_by("-ran_at")[:QUIET_NIGHTS])
    recent = runs[:3]
    return Nights(
        runs=runs[:10],
        is_quiet=bool(over) and len(recent) == 3 and not any(run.total for run in recent),
        is_late=bool(runs) and runs[0].ran_at < now - timedelta(days=2),
    )
