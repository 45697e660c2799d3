"""Signing out other browsers and devices."""

from collections.abc import Iterable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef

from coachops.audit.record import record
from coachops.practices.models import User
from coachops.practices.services.people import as_themself, memberships_of
from coachops.tenancy.scope import scope


@transaction.atomic
def end_devices(*, user: User, devices: Iterable[UserSession], now: datetime) -> int:
    """End these sessions of the person at once, wherever they are open; how many there were.

    Written down in every practice the person belongs to, without saying which device.
    """
    ended = 0
    for device in devices:
        device.end()
        ended += 1
    for membership in memberships_of(user) if ended else ():
        with scope(as_themself(membership)):
            record(
                event="member.devices_ended",
                subject=membership,
                now=now,
                facts={"devices": ended},
            )
    return ended


@transaction.atomic
def forget_sessions(*, before: datetime) -> int:
    """Delete what is left of sessions that had ended by then; how many there were."""
    Session.objects.filter(expire_date__lt=before).delete()
    is_there = Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    deleted, _by_model = UserSession.objects.exclude(is_there).delete()
    return int(deleted)
