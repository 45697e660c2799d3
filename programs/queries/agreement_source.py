"""What programs add to agreements: their name, the sessions, and which of them may lock booking."""

from uuid import UUID

from clients.models import Engagement
from programs.models import EngagementPlan, Program
from programs.queries.ledger import balances

MOST_PROGRAMS = 100


def program_in_agreement(engagement: Engagement) -> dict[str, str]:
    """The program's name and the sessions allotted, where there are any. Two queries."""
    plans = EngagementPlan.objects.filter(engagement=engagement)
    name = plans.values_list("version__program__name", flat=True).first()
    allotted = balances([engagement.pk])[engagement.pk].allotted
    found = {"program.name": str(name)} if name else {}
    return {**found, "sessions.count": str(allotted)} if allotted else found


def programs_by_name() -> list[tuple[UUID, str]]:
    """Those in use. One query."""
    rows = Program.objects.filter(archived_at=None).order_by("name", "pk")
    return list(rows.values_list("pk", "name")[:MOST_PROGRAMS])
