"""Two who do the same at the same moment do it one after the other; of two clicks, one makes.

Who makes something takes the turn, or a lock, first, and then looks whether it was made just now.
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Model, QuerySet

from coachops.tenancy.scope import current_practice_id

_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"
# What is said again within it, in the same words, is the same click.
A_MOMENT: Final = timedelta(seconds=30)


def take_turn(what: str) -> None:
    """Wait until whoever has the same turn in this practice has ended their transaction.

    What is looked at behind it cannot have changed before one's own commit, as far as everybody
    takes the turn: so "is it free?" has an answer that holds. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [f"{current_practice_id()}:{what}"])


def made_just_now[M: Model](
    same: QuerySet[M], *, now: datetime, at: str = "created_at"
) -> QuerySet[M]:
    """Those of rows that say the same which were made, says the field `at`, within this moment.

    In both directions: of two clicks, the one that was sent first may come second.
    """
    return same.filter(**{f"{at}__range": (now - A_MOMENT, now + A_MOMENT)})
