"""The notice about an address at the company that pays."""

from datetime import datetime

from django.db import transaction

from clients.models import Client
from coachops.audit.record import record
from coachops.tenancy.scope import current_practice_id, scope, system_scope


@transaction.atomic
def put_notice_away(*, client: Client, now: datetime) -> None:
    """The client has read it. A second time changes nothing.

    Clients write no rows of clients, since these decide who reads what: the system writes down
    this one date for them.
    """
    with scope(system_scope(current_practice_id())):
        changed = Client.objects.filter(pk=client.pk, employer_mail_read_at=None).update(
            employer_mail_read_at=now
        )
    if changed:
        record(event="client.employer_mail_read", subject=client, now=now)
