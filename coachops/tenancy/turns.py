"""Two who do the same at the same moment do it one after the other."""

from django.db import connection

from coachops.tenancy.scope import current_practice_id

_TURN = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))"


def take_turn(what: str) -> None:
    """Wait until whoever has the same turn in this practice has ended their transaction.

    What is looked at behind it cannot have changed before one's own commit, as far as everybody
    takes the turn: so "is it free?" has an answer that holds. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [f"{current_practice_id()}:{what}"])
