"""The tabs of a client's record."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coachops.web.navigation import NavigationItem

_TABS = (
    ("overview", _("Overview"), "coach:client", "house"),
    ("timeline", _("Timeline"), "coach:client_timeline", "history"),
    ("intake", _("Intake"), "coach:intake", "clipboard-list"),
    ("goals", _("Goals"), "coach:goals", "target"),
    ("actions", _("Action items"), "coach:actions", "list-checks"),
    ("reflections", _("Reflections"), "coach:reflections", "book-open"),
    ("messages", _("Messages"), "coach:client_messages", "message-circle"),
    ("patterns", _("Patterns"), "coach:patterns", "repeat"),
)


def client_tabs(practice_slug: str, client_id: UUID) -> list[NavigationItem]:
    """For components/tabs.html. No query."""
    return [
        NavigationItem(key, label, reverse(name, args=[practice_slug, client_id]), symbol)
        for key, label, name, symbol in _TABS
    ]
