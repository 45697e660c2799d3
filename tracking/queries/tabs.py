"""The tabs of a client's record."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coachops.web.navigation import NavigationItem

_TABS = (
    ("overview", _("Overview"), "coach:client", "house"),
    ("timeline", _("Timeline"), "coach:client_timeline", "history"),
    ("questionnaires", _("Questionnaires"), "coach:client_questionnaires", "clipboard-list"),
    ("goals", _("Goals"), "coach:goals", "target"),
    ("actions", _("Action items"), "coach:actions", "list-checks"),
    ("reflections", _("Reflections"), "coach:reflections", "book-open"),
    ("messages", _("Messages"), "coach:client_messages", "message-circle"),
    ("patterns", _("Patterns"), "coach:patterns", "repeat"),
)


# What is between a coach and one person, and what a team has instead.
_OF_PERSONS = frozenset({"reflections"})
_OF_TEAMS = (("team", _("Who is in it"), "coach:team", "users"),)


def client_tabs(
    practice_slug: str, client_id: UUID, *, is_team: bool = False
) -> list[NavigationItem]:
    """For components/tabs.html. No query."""
    shared = [tab for tab in _TABS if not (is_team and tab[0] in _OF_PERSONS)]
    return [
        NavigationItem(key, label, reverse(name, args=[practice_slug, client_id]), symbol)
        for key, label, name, symbol in [*shared, *(_OF_TEAMS if is_team else ())]
    ]
