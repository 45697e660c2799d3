"""What the client agrees to bring to a meeting of three: for themself and for their coach."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from clients.queries.safes import safe_of
from coachops.audit.record import record
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import confidential
from coachops.tenancy.turns import take_turn
from scheduling.models import Poll, PollShares

MOST_LINES = 10
LONGEST_LINE = 200


@transaction.atomic
def choose_shares(*, poll: Poll, lines: Sequence[str], now: datetime) -> None:
    """What the client agrees to bring, in the client's own words; replaces what was there.

    Needs the engagement. Only the client may write; the wall refuses anybody else.
    """
    take_turn(f"poll_shares:{poll.pk}")
    kept = [line.strip()[:LONGEST_LINE] for line in lines if line.strip()][:MOST_LINES]
    client_id = poll.engagement.client_id
    safe = safe_of(client_id)
    with confidential():
        PollShares.objects.filter(poll=poll).delete()
        if kept:
            row = PollShares(id=uuid7(), poll=poll, client_id=client_id)
            row.sealed_lines = safe.close("\n".join(kept), row_id=row.pk)
            row.save(force_insert=True)
    record(event="poll.shares_chosen", subject=poll, now=now, facts={"lines": len(kept)})
