"""What was typed on the last step of a booking, for whoever has to choose another time first.

It is kept for half an hour, sealed as answers are, and only for the browser or the member who typed
it: a page without scripts has nowhere else to put it.
"""

import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

from django.core.cache import cache

from clients.queries.safes import open_wrapped
from coachops.encryption.seal import Unreadable, new_wrapped_key
from coachops.tenancy.scope import current_practice_id
from scheduling.services.networks import count_one

KEPT_FOR: Final = 30 * 60
MOST_AN_HOUR: Final = 60
"""Of one network; nobody chooses another time so often, and nobody fills a disk with it."""
LONGEST: Final = 4000
MOST_FIELDS: Final = 16


def keep_typed(
    *, whose: UUID, offering_id: UUID, typed: Mapping[str, str], address: str = ""
) -> None:
    """Instead of what was kept before. `whose` is a hold's key; `address` somebody's without an
    account, who may do it so often in an hour."""
    if not any(typed.values()):
        return
    if address and not count_one("booking-typed", address, most=MOST_AN_HOUR):
        return
    name = uuid5(whose, str(offering_id))
    wrapped = new_wrapped_key(bound_to=f"{current_practice_id()}:{name}")
    short = {key: text[:LONGEST] for key, text in list(typed.items())[:MOST_FIELDS]}
    sealed = open_wrapped(wrapped, name).close(json.dumps(short), row_id=name)
    cache.set(_key(name), (wrapped, sealed), KEPT_FOR)


def typed_before(*, whose: UUID, offering_id: UUID) -> dict[str, str]:
    """By the names of the fields; empty where nothing was kept. One statement."""
    name = uuid5(whose, str(offering_id))
    wrapped, sealed = cache.get(_key(name), (None, None))
    if wrapped is None:
        return {}
    try:
        text = open_wrapped(wrapped, name).open(sealed, row_id=name)
    except Unreadable:  # kept under another master key
        return {}
    found: dict[str, str] = json.loads(text)
    return found


def forget_typed(*, whose: UUID, offering_id: UUID) -> None:
    """It is booked."""
    cache.delete(_key(uuid5(whose, str(offering_id))))


def _key(name: UUID) -> str:
    return f"booking-typed:{current_practice_id()}:{name}"
