"""Switching on and off what strangers see."""

from datetime import datetime

from django.db import transaction

from clients.models import PublicPages
from coachops.audit.record import record


@transaction.atomic
def change_public_pages(
    *, takes_enquiries: bool, shows_outcomes: bool, introduction: str, now: datetime
) -> PublicPages:
    """It holds at once."""
    row, _is_new = PublicPages.objects.update_or_create(
        defaults={
            "takes_enquiries": takes_enquiries,
            "shows_outcomes": shows_outcomes,
            "introduction": introduction.strip(),
            "changed_at": now,
        }
    )
    record(
        event="public_pages.changed",
        subject=row,
        now=now,
        facts={"takes_enquiries": takes_enquiries, "shows_outcomes": shows_outcomes},
    )
    result: PublicPages = row
    return result
