"""Counts of sessions: always sums of the ledger."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import IntegerField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.models import LedgerEntry

Kind = LedgerEntry.Kind
MOST_ROWS = 200

KIND_LABELS: dict[str, str | Promise] = {
    Kind.ALLOT: _("Allotted"),
    Kind.CONSUME: _("Session held"),
    Kind.FORFEIT: _("Cancelled late or missed"),
    Kind.RESTORE: _("Given back"),
    Kind.WAIVE: _("Waived"),
    Kind.TRANSFER: _("Transferred"),
    Kind.EXPIRE: _("Expired"),
}
_USING = (Kind.CONSUME, Kind.FORFEIT, Kind.RESTORE, Kind.WAIVE)
_USING_WORDS = ", ".join(f"'{kind}'" for kind in _USING)

ALLOTTED_TO: Final = f"""(SELECT sum(entry.change) FROM programs_ledgeraccount account
   JOIN programs_ledgerentry entry
     ON entry.practice_id = account.practice_id AND entry.account_id = account.id
   WHERE account.practice_id = engagement.practice_id AND account.engagement_id = engagement.id
     AND entry.kind NOT IN ({_USING_WORDS}))"""  # noqa: S608 -- our own words
"""`allotted_to` for statements in plain SQL that know an `engagement`."""


@dataclass(frozen=True, slots=True)
class Balance:
    """`left` is what has neither been held nor forfeited; booked sessions still count as left."""

    allotted: int = 0
    used: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One movement in words."""

    kind: str
    label: str | Promise
    change: int
    balance_after: int
    recorded_at: datetime
    session_id: UUID | None
    reason: str


def balances(engagement_ids: Iterable[UUID]) -> dict[UUID, Balance]:
    """Each engagement's balance, zeros where it has no ledger. One query."""
    wanted = list(engagement_ids)
    rows = (
        LedgerEntry.objects.filter(account__engagement_id__in=wanted)
        .values("account__engagement_id")
        .annotate(
            used=Coalesce(Sum("change", filter=Q(kind__in=_USING)), 0),
            left=Sum("change"),
        )
        .order_by()
    )
    found = {
        row["account__engagement_id"]: Balance(
            allotted=row["left"] - row["used"], used=-row["used"], left=row["left"]
        )
        for row in rows
    }
    return {key: found.get(key, Balance()) for key in wanted}


def is_forfeited(engagement_id: UUID, session_id: UUID) -> bool:
    """Whether the last word of the engagement's account on this session is that it is lost."""
    entries = LedgerEntry.objects.filter(account__engagement_id=engagement_id)
    last = entries.filter(session_id=session_id).order_by("-sequence").first()
    return last is not None and last.kind == Kind.FORFEIT


def allotted_to(engagement: OuterRef) -> Subquery:
    """For annotations: the sessions allotted to the row's engagement; NULL without a ledger."""
    entries = LedgerEntry.objects.filter(account__engagement_id=engagement)
    totals = entries.exclude(kind__in=_USING).order_by().values("account__engagement_id")
    return Subquery(
        totals.annotate(total=Sum("change")).values("total"), output_field=IntegerField()
    )


def ledger_rows(engagement_id: UUID) -> tuple[LedgerRow, ...]:
    """The movements, the newest first."""
    entries = LedgerEntry.objects.filter(account__engagement_id=engagement_id)
    return tuple(
        LedgerRow(
            kind=entry.kind,
            label=KIND_LABELS[entry.kind],
            change=entry.change,
            balance_after=entry.balance_after,
            recorded_at=entry.recorded_at,
            session_id=entry.session_id,
            reason=entry.reason,
        )
        for entry in entries.order_by("-sequence")[:MOST_ROWS]
    )
