"""What must not be switched on where real people's calendars are, and what must fit."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from scheduling.invitations import LONGEST_MAILBOX


@register(deploy=True)
def calendars_stay_off_this_machine(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.CALENDARS_ON_LOOPBACK:
        return []
    return [
        Error(
            "CALENDARS_ON_LOOPBACK lets people read this machine's own services.",
            hint="Unset it. It is for tests alone.",
            id="scheduling.E001",
        )
    ]


@register
def organizer_address_fits(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    mailbox, _at, domain = settings.BOOKINGS_ADDRESS.rpartition("@")
    if 0 < len(mailbox) <= LONGEST_MAILBOX and domain:
        return []
    return [
        Error(
            "BOOKINGS_ADDRESS cannot be the organizer of invitations.",
            hint=f"Before the @ it needs 1 to {LONGEST_MAILBOX} characters, as in bookings@….",
            id="scheduling.E002",
        )
    ]
