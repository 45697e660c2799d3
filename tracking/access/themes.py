"""Loading a theme of the practice's list."""

from uuid import UUID

from coachops.practices.access import found_or_404
from tracking.models import Theme


def theme_of_practice(pk: UUID) -> Theme:
    """Retired or not. Raises 404."""
    return found_or_404(Theme, Theme.objects.filter(pk=pk))
