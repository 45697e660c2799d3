"""A time that is kept for some minutes while somebody confirms it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.core.cache import cache
from django.db import transaction
from django.utils.crypto import salted_hmac

from clients.models import Client
from scheduling.models import Claim, Offering
from scheduling.policies.booking import in_turn
from scheduling.queries.slots import Rules
from scheduling.queries.turns import loads_of
from scheduling.services.booking import Details, coaches_to_ask
from scheduling.services.claims import (
    Buffers,
    Stretch,
    claims_on,
    drop_holds,
    hold,
    lock_resources,
    release_expired_holds,
)
from scheduling.services.hold_ends import plan_hold_end, withdraw_hold_end
from scheduling.services.networks import count_one, network_of
from scheduling.services.times import Wish, free_coaches_for, taken_after_all

MOST_AT_ONCE: Final = 5
"""Holds of one network at a time: enough for an office, too few to empty a calendar."""
MOST_AN_HOUR: Final = 60
"""Times that one network may choose in an hour, also one after another."""
_KEYS: Final = UUID("5d1c7a52-6f0e-4b7e-9a53-0c1f9f3b8e64")


class TooManyHolds(Exception):
    """This network holds its number of times already, or has chosen its number in this hour."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept, for whom, until when."""

    hold_key: UUID
    starts_at: datetime
    expires_at: datetime


def key_of_guest(cookie: UUID) -> UUID:
    """Whose hold it is, by a browser's cookie; derived, so that no other key can be named."""
    return uuid5(_KEYS, f"guest:{cookie}")


def key_of_client(client: Client) -> UUID:
    """Whose hold it is: a client has one, wherever they look."""
    return uuid5(_KEYS, f"client:{client.pk}")


def key_of_helper(membership_id: UUID, client: Client) -> UUID:
    """Whose hold it is when somebody books for a client; it does not end the client's own."""
    return uuid5(_KEYS, f"helper:{membership_id}:{client.pk}")


def hold_time(
    *,
    offering: Offering,
    starts_at: datetime,
    details: Details,
    hold_key: UUID,
    now: datetime,
    address: str = "",
) -> Held:
    """Keep a time for the offering's minutes, so that nobody is overtaken while typing.

    One hold a key: choosing another time lets go of the one before, choosing the same again does
    not make it last longer. `address` is the network address of somebody without an account.
    Raises SlotTaken, NotBookable or TooManyHolds.
    """
    if address and not count_one("hold-chosen", address, most=MOST_AN_HOUR):
        raise TooManyHolds
    with transaction.atomic():
        return _hold(offering, starts_at, details, hold_key, now, address)


def _hold(
    offering: Offering,
    starts_at: datetime,
    details: Details,
    hold_key: UUID,
    now: datetime,
    address: str,
) -> Held:
    pool = coaches_to_ask(offering, now, details)
    wish = Wish(pool, starts_at, now, hold_key=hold_key)
    lock_resources(wish.resources())
    rules = _first_in_turn(free_coaches_for(wish), offering, now)
    ends_at = starts_at + timedelta(minutes=rules.offering.duration)
    kept = _kept_already(hold_key, [each.resource_id for each in pool], starts_at, ends_at, now)
    if kept is not None:
        return Held(hold_key, starts_at, kept)
    expires_at = now + timedelta(minutes=offering.hold_minutes)
    drop_holds(hold_key)
    _take_a_place(address, hold_key, seconds=offering.hold_minutes * 60)
    buffers = Buffers(offering.buffer_before, offering.buffer_after)
    for resource_id, around in claims_on(rules, buffers):
        wanted = Stretch(resource_id, starts_at, ends_at, around)
        release_expired_holds(resource_id, now)
        if not hold(wanted=wanted, hold_key=hold_key, expires_at=expires_at):
            raise taken_after_all(wish)
    plan_hold_end(hold_key=hold_key, expires_at=expires_at)
    return Held(hold_key, starts_at, expires_at)


@transaction.atomic
def release_hold(*, hold_key: UUID, address: str = "") -> None:
    """Going back: the time is free for everybody again. Nothing held is nothing to do."""
    if drop_holds(hold_key):
        withdraw_hold_end(hold_key)
    for key in _places(address):
        if cache.get(key) == str(hold_key):
            cache.delete(key)


@transaction.atomic
def forget_released_holds(*, before: datetime) -> int:
    """Delete what was held before an instant and never booked; how much that was."""
    first_kept = UUID(int=int(before.timestamp() * 1000) << 80)  # ids begin with milliseconds
    released = Claim.objects.filter(
        state=Claim.State.RELEASED, session=None, hold_key__isnull=False, pk__lt=first_kept
    )
    return int(released.delete()[0])


def _first_in_turn(free: list[Rules], offering: Offering, now: datetime) -> Rules:
    if len(free) == 1:
        return free[0]
    by_coach = {rules.coach_id: rules for rules in free}
    return by_coach[in_turn(loads_of(by_coach, offering.kind, now))[0]]


def _kept_already(
    hold_key: UUID, people: list[UUID], starts_at: datetime, ends_at: datetime, now: datetime
) -> datetime | None:
    """Until when this very time is held for this key, if it is."""
    held = Claim.objects.filter(
        hold_key=hold_key,
        resource_id__in=people,
        state=Claim.State.HELD,
        starts_at=starts_at,
        ends_at=ends_at,
        expires_at__gt=now,
    )
    return held.values_list("expires_at", flat=True).first()  # type: ignore[no-any-return]


def _take_a_place(address: str, hold_key: UUID, *, seconds: int) -> None:
    """One of the network's places for as long as the hold lasts; a key has the one it had."""
    places = _places(address)
    if not places:
        return
    mine = str(hold_key)
    for key, whose in cache.get_many(places).items():
        if whose == mine:
            cache.touch(key, seconds)
            return
    if not any(cache.add(key, mine, seconds) for key in places):
        raise TooManyHolds


def _places(address: str) -> list[str]:
    if not address:
        return []
    who = network_of(address)
    name = salted_hmac("scheduling.holds", who, algorithm="sha256").hexdigest()
    return [f"hold:{name}:{place}" for place in range(MOST_AT_ONCE)]
