"""How far a client's intake is."""

from typing import Final
from uuid import UUID

from clients.models import Intake
from clients.queries.asking import AskedFacts, facts_of

MOST_INTAKES: Final = 20


def intakes_of(client_id: UUID) -> tuple[AskedFacts, ...]:
    """The newest first. One statement."""
    rows = (
        Intake.objects.filter(client_id=client_id)
        .select_related("response__version", "asked_by")
        .order_by("-asked_at", "-id")[:MOST_INTAKES]
    )
    return tuple(AskedFacts(**facts_of(row)) for row in rows)
