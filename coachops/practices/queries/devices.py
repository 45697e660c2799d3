"""Where somebody is signed in, in words: browsers do not say what they are in a way people read."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from coachops.practices.models import User
from coachops.practices.models.sessions import open_sessions

MOST_DEVICES = 100

# The first that is found counts: nearly all of them claim to be Safari, and Edge to be Chrome.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_PHONE, _COMPUTER, _UNKNOWN = "smartphone", "monitor", "monitor-smartphone"


@dataclass(frozen=True, slots=True)
class Device:
    """One place. Times are UTC; `used_at` is known to a few minutes. No id: it has no row."""

    id: int | None
    words: str
    icon: str
    address: str
    signed_in_at: datetime
    used_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Browser:
    """What is known of the browser that asks."""

    session_key: str
    user_agent: str
    address: str


def devices_of(user: User, *, here: Browser, now: datetime) -> tuple[Device, ...]:
    """Where the person is signed in: this browser first, then by last use. Two queries."""
    rows = UserSession.objects.filter(user=user).order_by("-created_at", "-pk")[:MOST_DEVICES]
    known = {row.session_key: (row.pk, row.user_agent, row.ip) for row in rows}
    row_id = known.get(here.session_key, (None,))[0]
    known[here.session_key] = (row_id, here.user_agent, here.address)
    open_now = open_sessions(known, auth_hash=user.get_session_auth_hash(), now=now)
    found = []
    for key, session in open_now.items():
        row_id, user_agent, address = known[key]
        is_current = key == here.session_key
        words, icon = words_of(user_agent)
        found.append(
            Device(
                id=row_id,
                words=words,
                icon=icon,
                address=address,
                signed_in_at=session.signed_in_at,
                used_at=now if is_current else session.used_at,
                is_current=is_current,
            )
        )
    return tuple(sorted(found, key=lambda each: (each.is_current, each.used_at), reverse=True))


def words_of(user_agent: str) -> tuple[str, str]:
    """ "Safari on an iPhone", and the icon beside it."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    machine, icon = _machine(user_agent)
    if browser and machine:
        return _("%(browser)s on %(machine)s") % {"browser": browser, "machine": machine}, icon
    if machine:
        return _("A browser on %(machine)s") % {"machine": machine}, icon
    return browser or _("An unknown browser"), icon


def _machine(user_agent: str) -> tuple[str, str]:
    machines = (
        ("iPhone", _("an iPhone"), _PHONE),
        ("iPad", _("an iPad"), _PHONE),
        ("Android", _android(user_agent), _PHONE),
        ("CrOS", _("a Chromebook"), _COMPUTER),
        ("Windows", _("a Windows computer"), _COMPUTER),
        ("Macintosh", _("a Mac"), _COMPUTER),
        ("Linux", _("a Linux computer"), _COMPUTER),
    )
    found = ((words, icon) for mark, words, icon in machines if mark in user_agent)
    return next(found, ("", _UNKNOWN))


def _android(user_agent: str) -> str:
    return _("an Android phone") if "Mobile" in user_agent else _("an Android tablet")
