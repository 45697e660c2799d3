"""The date where a practice is, for statements that no page of one reader asks."""

from datetime import datetime
from typing import Final

from django.db.models import DateField
from django.db.models.expressions import RawSQL

from coachops.tenancy.scope import current_practice_id

_DAY: Final = """(
  SELECT (%s::timestamptz AT TIME ZONE practice.time_zone)::date
  FROM practices_practice practice WHERE practice.id = %s)"""


def day_of_practice(now: datetime) -> RawSQL:
    """The date on the calendar of the scope's practice, as a value that a statement finds itself.

    Mails and background work stand in no reader's zone, and UTC's day is nobody's.
    """
    values = [now, current_practice_id()]
    return RawSQL(_DAY, values, output_field=DateField())  # noqa: S611 -- values apart
