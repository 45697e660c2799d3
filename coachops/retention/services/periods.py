"""A practice chooses how long it keeps what; each night removes what is over."""

import logging
from collections import Counter
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import Client
from coachops.audit.record import Fact, record
from coachops.practices.models import Practice
from coachops.retention.models import Erasure, RetentionPeriod, RetentionRun
from coachops.retention.policies import From, Kind, is_within, months_before, periods, rules_of
from coachops.retention.queries.over import clients_over, ends_before, months_of
from coachops.retention.services.erasing import erase_client
from coachops.retention.services.holds import OnHold, wait_for_holds
from coachops.retention.services.removal import remove_of_clients, remove_older

logger = logging.getLogger(__name__)

CHUNK = 100
# A night is never so long that the next one would wait for it.
MOST_CHUNKS = 50
MOST_ERASURES = 20


class NotAllowed(Exception):
    """Shorter or longer than may be chosen."""


@transaction.atomic
def choose_periods(*, practice: Practice, months: dict[Kind, int], now: datetime) -> None:
    """Keep each kind for so many months. Raises NotAllowed."""
    before = months_of()
    changed = {kind: value for kind, value in months.items() if before[kind] != value}
    if not all(is_within(kind, value) for kind, value in changed.items()):
        raise NotAllowed
    for kind, value in changed.items():
        RetentionPeriod.objects.update_or_create(kind=kind, defaults={"months": value})
    if changed:
        facts: dict[str, Fact] = {str(kind): value for kind, value in changed.items()}
        record(event="retention.chosen", subject=practice, now=now, facts=facts)


def remove_what_is_over(*, practice: Practice, now: datetime) -> Counter[str]:
    """One night in one practice; how many rows of each kind went.

    A hundred clients in a transaction, so that nobody waits; what a night leaves the next one
    takes. Only in the system's scope, outside of a transaction.
    """
    removed: Counter[str] = Counter()
    with transaction.atomic():
        chosen = months_of()
    today = timezone.localdate(now, timezone=practice.zone)
    for kind, period in periods().items():
        months = chosen[kind]
        if kind == Kind.FACTS:
            removed[kind] += _erase_over(ends_before(months, today), now)
        elif period.counted_from == From.WRITTEN:
            removed[kind] += _remove_old(kind, months_before(now, months))
        else:
            removed[kind] += _remove_ended(kind, ends_before(months, today))
    _write_down(practice, +removed, now)
    return +removed


def _remove_ended(kind: Kind, before: date) -> int:
    seen: UUID | None = None
    removed = 0
    for _chunk in range(MOST_CHUNKS):
        with transaction.atomic():
            wait_for_holds()
            clients = clients_over(before, seen=seen, limit=CHUNK)
            if not clients:
                break
            removed += remove_of_clients(rules=rules_of(kind), clients=clients).total()
        seen = clients[-1]
    return removed


def _remove_old(kind: Kind, before: datetime) -> int:
    removed = 0
    for rule in rules_of(kind):
        for _chunk in range(MOST_CHUNKS):
            with transaction.atomic():
                wait_for_holds()
                gone = remove_older(rule=rule, before=before, limit=1000)
            removed += gone
            if gone < 1000:
                break
    return removed


def _erase_over(before: date, now: datetime) -> int:
    """Whole clients, each in a transaction of its own."""
    erased = 0
    with transaction.atomic():
        over = clients_over(before, limit=MOST_ERASURES)
    for client_id in over:
        try:
            with transaction.atomic():
                client = Client.objects.get(pk=client_id)
                erase_client(client=client, basis=Erasure.Basis.OVER, by=None, now=now)
        except OnHold:
            continue
        except Exception:  # one client's trouble is not the next one's
            logger.exception("client %s could not be erased", client_id)
            continue
        erased += 1
    return erased


@transaction.atomic
def _write_down(practice: Practice, removed: Counter[str], now: datetime) -> None:
    counts = {str(kind): count for kind, count in removed.items()}
    run = RetentionRun.objects.create(ran_at=now, removed=counts, total=sum(counts.values()))
    facts: dict[str, Fact] = dict(counts)
    if counts:
        record(event="retention.removed", subject=run, now=now, facts=facts)
    logger.info("retention in practice %s: %s", practice.pk, counts or "nothing was over")
