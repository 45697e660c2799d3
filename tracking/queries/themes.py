"""Themes of a practice, and those of one session as its coach chose them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership
from coachops.tenancy.scope import confidential, current_practice_id
from scheduling.models import Session
from tracking.models import Theme

MOST_READ: Final = 200
# What conversations in coaching are most often about. A practice that has changed nothing has
# these; they become rows of its own with the first choice or change.
STARTERS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("delegating", _("Letting go and delegating")),
    ("decisions", _("Decisions and priorities")),
    ("difficult-talks", _("Difficult conversations")),
    ("role", _("Role and identity")),
    ("presence", _("Presence and influence")),
    ("team", _("Leading a team")),
    ("stakeholders", _("Boss, board and peers")),
    ("change", _("Change and transition")),
    ("career", _("Career and next step")),
    ("balance", _("Energy and balance")),
    ("confidence", _("Confidence and inner critic")),
    ("purpose", _("Values and purpose")),
)
# The left join reads what the acting coach chose and nothing else: see the table's policies.
_PICKER: Final = """
SELECT theme.id, theme.name, theme.retired_at IS NOT NULL, given.id IS NOT NULL
FROM tracking_theme theme
LEFT JOIN tracking_sessiontheme given
  ON given.practice_id = theme.practice_id AND given.theme_id = theme.id
  AND given.session_id = %(session)s AND given.author_id = %(author)s
WHERE theme.practice_id = %(practice)s
ORDER BY theme.position, theme.name LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class ThemeChoice:
    """One theme to choose. A retired one is only there because it was chosen before."""

    id: UUID
    name: str | Promise
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """One theme of the practice’s list, or one of the starters."""

    id: UUID
    name: str | Promise
    is_retired: bool


def starter_id(practice_id: UUID, key: str) -> UUID:
    """The same for everybody who adopts it, so that adopting twice is adopting once."""
    return uuid5(practice_id, f"theme:{key}")


def theme_picker(session: Session, *, reader: Membership) -> tuple[ThemeChoice, ...]:
    """The list with what the reader chose for this session. One query."""
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "session": session.pk,
        "author": reader.pk,
        "limit": MOST_READ,
    }
    with confidential(), connection.cursor() as cursor:
        cursor.execute(_PICKER, asked)
        rows = cursor.fetchall()
    return choices(rows)


def choices(rows: Sequence[tuple[UUID | str, str, bool, bool]]) -> tuple[ThemeChoice, ...]:
    """From id, name, whether retired and whether chosen; the starters where there are no rows."""
    if not rows:
        return tuple(ThemeChoice(each.id, each.name, False) for each in _starters())
    return tuple(
        ThemeChoice(UUID(str(row_id)), name, is_chosen)
        for row_id, name, is_retired, is_chosen in rows
        if is_chosen or not is_retired
    )


def theme_list() -> tuple[ThemeLine, ...]:
    """Those in use first, then the retired ones. One query."""
    rows = Theme.objects.order_by("position", "name")[:MOST_READ]
    lines = [ThemeLine(row.pk, row.name, row.retired_at is not None) for row in rows]
    return tuple(sorted(lines, key=lambda line: line.is_retired)) or _starters()


def _starters() -> tuple[ThemeLine, ...]:
    practice_id = current_practice_id()
    return tuple(ThemeLine(starter_id(practice_id, key), name, False) for key, name in STARTERS)
