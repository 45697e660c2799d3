"""The ledger: append-only rows under the lock of their account. The database refuses overdrafts."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import CheckViolation

from clients.models import Engagement
from coachops.audit.record import record
from programs.models import LedgerAccount, LedgerEntry

Kind = LedgerEntry.Kind

_CHANGE = {Kind.CONSUME: -1, Kind.FORFEIT: -1, Kind.RESTORE: 1, Kind.WAIVE: 0}


class NothingLeft(Exception):
    """The account holds no session for this: the database refused the row."""


class NoLedger(Exception):
    """The engagement was never allotted any sessions."""


@transaction.atomic
def open_account(*, engagement: Engagement, sessions: int, now: datetime) -> LedgerAccount:
    """The account of a new engagement with its first allotment."""
    account: LedgerAccount = LedgerAccount.objects.create(engagement=engagement)
    _append(account, kind=Kind.ALLOT, change=sessions, now=now)
    return account


@transaction.atomic
def allot(*, engagement_id: UUID, sessions: int, now: datetime, reason: str = "") -> LedgerEntry:
    """Add sessions to a running engagement. Raises NoLedger."""
    account = _locked(engagement_id)
    entry = _append(account, kind=Kind.ALLOT, change=sessions, now=now, reason=reason)
    record(
        event="ledger.allotted",
        subject=account,
        now=now,
        facts={"engagement": str(engagement_id), "sessions": sessions},
    )
    return entry


@transaction.atomic
def settle(
    *, engagement_id: UUID, session_id: UUID, kind: str, now: datetime, reason: str = ""
) -> LedgerEntry | None:
    """Write what a session's outcome does to the account; None where nothing needs writing.

    Saying the same twice writes once. Using a session that was forfeited (or the reverse) gives it
    back first, and so does waiving one that was used. Raises NothingLeft, NoLedger.
    """
    kind = Kind(kind)
    if kind not in _CHANGE:
        raise ValueError(f"{kind} is not the outcome of a session")
    account = _locked(engagement_id)
    state = _state_of(account, session_id)
    if kind == state or (kind == Kind.RESTORE and state in {None, Kind.WAIVE}):
        return None
    entry = None
    if state in {Kind.CONSUME, Kind.FORFEIT}:
        entry = _append(
            account, kind=Kind.RESTORE, change=1, session_id=session_id, now=now, reason=reason
        )
    if kind != Kind.RESTORE:
        entry = _append(
            account,
            kind=kind,
            change=_CHANGE[kind],
            session_id=session_id,
            now=now,
            reason=reason,
        )
    record(
        event="ledger.settled",
        subject=account,
        now=now,
        facts={"session": str(session_id), "kind": kind},
    )
    return entry


def _locked(engagement_id: UUID) -> LedgerAccount:
    account: LedgerAccount | None = (
        LedgerAccount.objects.select_for_update().filter(engagement_id=engagement_id).first()
    )
    if account is None:
        raise NoLedger
    return account


def _state_of(account: LedgerAccount, session_id: UUID) -> str | None:
    """What the account last said about the session; None when it holds nothing against it."""
    last = (
        LedgerEntry.objects.filter(account=account, session_id=session_id)
        .order_by("-sequence")
        .values_list("kind", flat=True)
        .first()
    )
    return None if last == Kind.RESTORE else last


def _append(
    account: LedgerAccount,
    *,
    kind: str,
    change: int,
    now: datetime,
    session_id: UUID | None = None,
    reason: str = "",
) -> LedgerEntry:
    last = LedgerEntry.objects.filter(account=account).order_by("-sequence").first()
    try:
        with transaction.atomic():
            entry: LedgerEntry = LedgerEntry.objects.create(
                account=account,
                sequence=last.sequence + 1 if last else 1,
                kind=kind,
                change=change,
                balance_after=(last.balance_after if last else 0) + change,
                session_id=session_id,
                reason=reason,
                recorded_at=now,
            )
    except IntegrityError as error:
        if isinstance(error.__cause__, CheckViolation):
            raise NothingLeft from error
        raise
    return entry
