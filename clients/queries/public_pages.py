"""What a practice shows strangers."""

from dataclasses import dataclass

from clients.models import PublicPages


@dataclass(frozen=True, slots=True)
class Shown:
    """The switches of the practice, and its own words above the figures."""

    takes_enquiries: bool = True
    shows_outcomes: bool = False
    introduction: str = ""


def public_pages() -> Shown:
    """One query."""
    row = PublicPages.objects.first()
    return Shown(row.takes_enquiries, row.shows_outcomes, row.introduction) if row else Shown()
