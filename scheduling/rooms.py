"""Where the link of a video call comes from. Others may register a provider of their own.

A provider is asked once, when the session is booked; what it answers is kept on the session, so a
link in a calendar stays good when the offering changes.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings

SECRET_BYTES: Final = 15
"""120 random bits: an open room is guarded by nothing but its name."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a provider may know: nothing about who meets."""

    fixed_link: str
    room_link: str


type Provider = Callable[[Meeting], str]

_providers: dict[str, Provider] = {}


def register_provider(name: str, provider: Provider) -> None:
    """Make `provider` answer for offerings whose `video` is this name; it returns an https link."""
    if name in _providers:
        raise ValueError(f"there are two providers of {name} rooms")
    _providers[name] = provider


def meeting_link(name: str, meeting: Meeting) -> str:
    """The link of one session. Raises LookupError for a provider that nobody registered."""
    return _providers[name](meeting)


def _fixed(meeting: Meeting) -> str:
    return meeting.fixed_link


def _own(meeting: Meeting) -> str:
    """A room that exists as soon as somebody opens its address, as Jitsi's do."""
    return f"{settings.MEETING_BASE_URL}/{secrets.token_urlsafe(SECRET_BYTES)}"


def _room(meeting: Meeting) -> str:
    return meeting.room_link


register_provider("fixed", _fixed)
register_provider("own", _own)
register_provider("room", _room)
