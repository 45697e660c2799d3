"""After a week the files are gone, and so are the copies of rows that came with them.

What names somebody who is erased meanwhile goes at once.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction

from coachops.audit.record import record
from coachops.transfer.models import ImportedRow, Transfer
from coachops.transfer.policies import Kind, Step
from coachops.transfer.policies.columns import Column
from coachops.transfer.services import orders

_MOST = 200
_WHOLE = (Kind.PRACTICE_OUT, Kind.PRACTICE_IN)


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


@transaction.atomic
def forget_copies(*, addresses: Collection[str], now: datetime) -> None:
    """Archives of the whole practice, sheets that are done with, and rows of these addresses.

    An archive that is being written right now is begun anew, without them.
    """
    kept = Transfer.objects.select_for_update().filter(removed_at=None).order_by("pk")
    for transfer in kept.filter(kind=Kind.PRACTICE_OUT):
        if transfer.is_moving:
            orders.hand_over(transfer, step=Step.APPLY, now=now)
    for transfer in kept.filter(kind__in=_WHOLE, state__in=orders.OVER):
        _let_go(transfer)
        transfer.removed_at = now
        transfer.save(update_fields=["removed_at"])
        record(event="transfer.removed", subject=transfer, now=now)
    for transfer in kept.filter(kind=Kind.CLIENTS_IN, state__in=orders.OVER).exclude(source=""):
        _let_go(transfer)
        transfer.choices = {**transfer.choices, "sample": []}
        transfer.source = ""
        transfer.save(update_fields=["choices", "source"])
    for address in addresses:
        theirs = {f"cells__{Column.EMAIL}__iexact": address}
        ImportedRow.objects.filter(**theirs).delete()


def _let_go(transfer: Transfer) -> None:
    for name in filter(None, (transfer.source, transfer.result)):
        transaction.on_commit(partial(default_storage.delete, name))
