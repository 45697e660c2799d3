"""After a week the files are gone, and so are the copies of rows that came with them."""

from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction

from coachops.audit.record import record
from coachops.transfer.models import ImportedRow, Transfer

_MOST = 200


@transaction.atomic
def forget_expired(*, now: datetime) -> int:
    """In a practice's scope; how many transfers lost their files. May be repeated."""
    over = Transfer.objects.select_for_update(skip_locked=True).filter(
        expires_at__lte=now, removed_at=None
    )
    found = [each for each in over.order_by("expires_at")[:_MOST] if not each.is_moving]
    for transfer in found:
        for name in filter(None, (transfer.source, transfer.result)):
            default_storage.delete(name)
        ImportedRow.objects.filter(transfer=transfer).delete()
        transfer.choices = {}
        transfer.removed_at = now
        transfer.save(update_fields=["choices", "removed_at"])
        record(event="transfer.removed", subject=transfer, now=now)
    return len(found)
