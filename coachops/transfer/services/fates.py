"""What became of the rows of a sheet, written down for many at once."""

import json
from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.models import Count

from coachops.tenancy.scope import current_practice_id
from coachops.transfer.models import ImportedRow, Transfer

_WRITE: Final = """
UPDATE transfer_importedrow AS row
SET fate = new.fate, remarks = new.remarks, client_id = new.client, made = new.made
FROM json_to_recordset(%s::json) AS new
  (id uuid, fate text, remarks jsonb, client uuid, made uuid[])
WHERE row.practice_id = %s AND row.id = new.id
"""


def write_fates(rows: Sequence[ImportedRow]) -> None:
    """Fate, remarks, client and what came along, of rows that are there. One statement."""
    if not rows:
        return
    new = [
        {
            "id": str(row.pk),
            "fate": row.fate,
            "remarks": row.remarks,
            "client": str(row.client_id) if row.client_id else None,
            "made": [str(each) for each in row.made],
        }
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [json.dumps(new), current_practice_id()])


def counts_of(transfer: Transfer) -> dict[str, int]:
    """How many rows have which fate."""
    rows = ImportedRow.objects.filter(transfer=transfer).order_by()
    return dict(rows.values_list("fate").annotate(Count("pk")))
