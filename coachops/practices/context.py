"""What every page's frame needs to know: the person, the practice, where one can go. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Permission, Role, begins_at_desk
from coachops.web.clocks import TWENTY_FOUR, reader_clock
from coachops.web.navigation import NavigationItem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


MOST_LOOKERS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A navigation entry before it is known who looks. Without a permission it is for everybody."""

    key: str
    label: StrOrPromise
    icon: str
    url_name: str
    permission: Permission | None = None


DESK = Entry("desk", _("Desk"), "list-todo", "coach:desk", Permission.MANAGE_CLIENTS)
COACH = (
    Entry("today", _("Today"), "sun", "coach:today", Permission.USE_DASHBOARD),
    Entry("calendar", _("Calendar"), "calendar", "coach:calendar", Permission.MANAGE_SCHEDULING),
    Entry("clients", _("Clients"), "users-round", "coach:clients", Permission.SEE_CLIENTS),
    Entry("messages", _("Messages"), "message-circle", "coach:messages", Permission.SEE_CLIENTS),
    DESK,
    Entry("programs", _("Programs"), "route", "coach:programs", Permission.SEE_CLIENTS),
    Entry("enquiries", _("Enquiries"), "inbox", "coach:enquiries", Permission.MANAGE_CLIENTS),
    Entry(
        "onboarding",
        _("Onboarding"),
        "clipboard-check",
        "coach:onboarding",
        Permission.MANAGE_CLIENTS,
    ),
    Entry("groups", _("Groups"), "users", "coach:groups", Permission.MANAGE_SCHEDULING),
    Entry(
        "agreements", _("Agreements"), "file-signature", "coach:agreements", Permission.SEE_CLIENTS
    ),
    Entry("reports", _("Reports"), "file-text", "coach:reports", Permission.SEE_CLIENTS),
    Entry("sponsors", _("Sponsors"), "building-2", "coach:sponsors", Permission.MANAGE_CLIENTS),
)
# What is set up once and opened seldom.
SET_UP = (
    Entry(
        "availability",
        _("Availability"),
        "clock",
        "coach:availability",
        Permission.MANAGE_SCHEDULING,
    ),
    Entry("offerings", _("Offerings"), "ticket", "coach:offerings", Permission.MANAGE_SCHEDULING),
    Entry(
        "questionnaires",
        _("Questionnaires"),
        "clipboard-list",
        "coach:questionnaires",
        Permission.MANAGE_CLIENTS,
    ),
    Entry("members", _("Members"), "user-cog", "coach:members", Permission.SEE_MEMBERS),
    Entry(
        "continuity", _("If you drop out"), "life-buoy", "coach:continuity", Permission.SEE_CLIENTS
    ),
    Entry(
        "access_requests",
        _("Requests about data"),
        "scroll-text",
        "coach:access_requests",
        Permission.MANAGE_CLIENTS,
    ),
    Entry(
        "access_ledger",
        _("Who looked"),
        "history",
        "coach:access_ledger",
        Permission.SEE_ACCESS_LEDGER,
    ),
    Entry("settings", _("Settings"), "settings", "coach:settings", Permission.MANAGE_PRACTICE),
    Entry(
        "undelivered", _("Undelivered"), "circle-alert", "coach:outbox", Permission.MANAGE_PRACTICE
    ),
)
PORTAL = (
    Entry("home", _("Home"), "house", "portal:home"),
    Entry("book", _("Book"), "calendar-plus", "portal:book"),
    Entry("goals", _("Goals"), "target", "portal:goals"),
    Entry("journal", _("Journal"), "notebook-pen", "portal:journal"),
    Entry("messages", _("Messages"), "message-circle", "portal:messages"),
)
DELEGATE = (Entry("dates", _("Dates"), "calendar-clock", "portal:delegate_home"),)
SPONSOR = (
    Entry("home", _("Coaching"), "house", "sponsor:home"),
    Entry("agreements", _("Agreements"), "file-signature", "sponsor:agreements"),
)

PORTAL_ACCOUNT = (
    Entry("sessions", _("Your sessions"), "calendar-days", "portal:sessions"),
    Entry("questionnaires", _("Questionnaires"), "clipboard-list", "portal:questionnaires"),
    Entry("agreements", _("Agreements"), "file-signature", "portal:agreements"),
    Entry("who-looked", _("Who looked"), "history", "portal:who_looked"),
    Entry("handover", _("A new coach"), "users-round", "portal:handover"),
    Entry("delegates", _("Your assistant"), "user-round-check", "portal:delegates"),
    Entry("your-data", _("Your data"), "scroll-text", "portal:your_data"),
    Entry("for-the-file", _("For the file"), "folder", "portal:for_the_file"),
    Entry("own_data", _("Take my data with me"), "download", "portal:own_data"),
    Entry("mail_log", _("Your e-mail"), "mail", "portal:mail_log"),
)
MAIL_CHOICES = {
    Audience.STAFF: Entry("mail_choices", _("Your e-mail"), "mail", "coach:mail_choices"),
    Audience.SPONSOR: Entry("mail_choices", _("Your e-mail"), "mail", "sponsor:mail_choices"),
}
ACCOUNT = (
    Entry("profile", _("Your profile"), "user-round", "profile"),
    Entry("security", _("Signing in"), "key-round", "account_security"),
)
_NAVIGATION = {
    Audience.STAFF: (*COACH, *SET_UP),
    Audience.CLIENT: PORTAL,
    Audience.SPONSOR: SPONSOR,
}


def person_and_practice(request: HttpRequest) -> dict[str, Any]:
    """`practice`, `person`, `membership`, `navigation` and the like for the layouts.

    `clock` is how the reader says times: see the filter `hours`.
    """
    user = getattr(request, "user", None)
    person = user if user is not None and user.is_authenticated else None
    membership: Membership | None = getattr(request, "membership", None)
    permissions: frozenset[Permission] = getattr(request, "permissions", frozenset())
    is_staff = membership is not None and membership.audience == Audience.STAFF
    language = get_language() or settings.LANGUAGE_CODE
    looker = _looker(membership, permissions, language) if membership else None
    menu = _account_menu(looker) if looker else _account(language)
    return {
        "practice": getattr(request, "practice", None),
        "clock": reader_clock(request, usual=TWENTY_FOUR if is_staff else ""),
        "membership": membership,
        "permissions": permissions,
        "person": person,
        "theme": person.theme if person else "",
        "navigation": _navigation(looker) if looker else (),
        "account_menu": menu if person else (),
        "can_switch": bool(getattr(membership, "can_switch", False)),
    }


class _Looker(NamedTuple):
    """All that the entries depend on."""

    audience: Audience
    roles: frozenset[str]
    permissions: frozenset[Permission]
    slug: str
    language: str


def _looker(membership: Membership, permissions: frozenset[Permission], language: str) -> _Looker:
    return _Looker(
        Audience(membership.audience),
        frozenset(membership.roles),
        permissions,
        membership.practice.slug,
        language,
    )


@lru_cache(maxsize=MOST_LOOKERS)
def _navigation(looker: _Looker) -> tuple[NavigationItem, ...]:
    """Put together once, as every page has it: twenty addresses, and labels in one language."""
    open_entries = [
        entry
        for entry in _entries(looker)
        if entry.permission is None or entry.permission in looker.permissions
    ]
    return _items(open_entries, looker.language, looker.slug)


def _entries(looker: _Looker) -> tuple[Entry, ...]:
    """A client's own assistant has one page; somebody who is both has it beside their own.

    Whoever assists begins at the desk.
    """
    entries = _NAVIGATION[looker.audience]
    if begins_at_desk(looker.roles):
        return (DESK, *(entry for entry in entries if entry is not DESK))
    if Role.DELEGATE not in looker.roles:
        return entries
    return (*entries, *DELEGATE) if Role.CLIENT in looker.roles else DELEGATE


@lru_cache(maxsize=MOST_LOOKERS)
def _account_menu(looker: _Looker) -> tuple[NavigationItem, ...]:
    account = _account(looker.language)
    choices = MAIL_CHOICES.get(looker.audience)
    if choices is not None:
        return (*account, *_items([choices], looker.language, looker.slug))
    if Role.CLIENT not in looker.roles:
        return account
    return (*_items(PORTAL_ACCOUNT, looker.language, looker.slug), *account)


@lru_cache
def _account(language: str) -> tuple[NavigationItem, ...]:
    return _items(ACCOUNT, language)


def _items(entries: Iterable[Entry], language: str, *place: str) -> tuple[NavigationItem, ...]:
    """Entries whose page is there."""
    with override(language):
        found = [(entry, _address(entry.url_name, place)) for entry in entries]
        return tuple(
            NavigationItem(
                key=entry.key,
                label=str(entry.label),
                url=url,
                icon=entry.icon,
                is_set_up=entry in SET_UP,
            )
            for entry, url in found
            if url
        )


def _address(url_name: str, place: tuple[str, ...]) -> str:
    try:
        return reverse(url_name, args=place)
    except NoReverseMatch:
        return ""
