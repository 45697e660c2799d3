"""The limits of a program's health, its own or the usual ones."""

from uuid import UUID

from programs.models import HealthThresholds
from programs.policies import Limits


def limits_of(program_id: UUID) -> Limits:
    """One query."""
    row = HealthThresholds.objects.filter(program_id=program_id).first()
    if row is None:
        return Limits()
    return Limits(**{name: getattr(row, name) for name in Limits.__slots__})
