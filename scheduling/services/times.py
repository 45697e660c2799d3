"""Whether a time is free for one of the coaches who could hold it, and what is free instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from scheduling import slots
from scheduling.queries.slots import (
    Rules,
    epoch,
    hard_reasons,
    instant,
    load_inquiries,
)
from scheduling.slots.inputs import DAY

AROUND: Final = 14 * DAY
"""Alternatives are looked for this many seconds before and after the time that was wanted."""
MOST_ALTERNATIVES: Final = 3


class SlotTaken(Exception):
    """The time is not free. `alternatives` are the nearest that are, at most three.

    `reasons` say what is in the way; none if somebody was a moment quicker.
    """

    def __init__(
        self, alternatives: list[datetime], reasons: frozenset[slots.Reason] = frozenset()
    ) -> None:
        super().__init__("the time is taken")
        self.alternatives = alternatives
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that is wanted of one or several coaches; the wisher's own hold is in nobody's way.

    `moving` is the session that is being moved.
    """

    pool: Sequence[Rules]
    starts_at: datetime
    now: datetime
    hold_key: UUID | None = None
    moving: UUID | None = None
    by_coach: bool = False

    def resources(self) -> set[UUID]:
        """Every person and room that has to be locked before the answer can be relied on."""
        people = {each.resource_id for rules in self.pool for each in rules.people()}
        return people | {rules.room_id for rules in self.pool if rules.room_id is not None}


def free_coaches_for(wish: Wish) -> list[Rules]:
    """Who of the pool is free then. Asks the engine that made the listing. Raises SlotTaken."""
    wanted = epoch(wish.starts_at)
    inquiries = _inquiries(wish, slots.Window(wanted, wanted + 1))
    free = [
        rules
        for rules, inquiry in zip(wish.pool, inquiries, strict=True)
        if (
            not hard_reasons(inquiry, wanted)
            if wish.by_coach
            else slots.is_offered(inquiry, wanted)
        )
    ]
    if not free:
        reasons = frozenset(slots.explain(inquiries[0], wanted)) if inquiries else frozenset()
        raise SlotTaken(_nearest(wish), reasons)
    return free


def taken_after_all(wish: Wish) -> SlotTaken:
    """The refusal for a time that somebody else has just claimed."""
    return SlotTaken(_nearest(wish))


def check_is_free(
    *,
    rules: Rules,
    starts_at: datetime,
    now: datetime,
    by_coach: bool = False,
    moving: UUID | None = None,
) -> None:
    """The same for a single coach. Raises SlotTaken with what is free nearby."""
    free_coaches_for(Wish([rules], starts_at, now, moving=moving, by_coach=by_coach))


def taken(
    *, rules: Rules, starts_at: datetime, now: datetime, moving: UUID | None = None
) -> SlotTaken:
    """The refusal for a time of a single coach's that somebody else has just claimed."""
    return taken_after_all(Wish([rules], starts_at, now, moving=moving))


def _inquiries(wish: Wish, window: slots.Window) -> list[slots.Inquiry]:
    return load_inquiries(wish.pool, window, wish.now, moving=wish.moving, hold_key=wish.hold_key)


def _nearest(wish: Wish) -> list[datetime]:
    wanted = epoch(wish.starts_at)
    inquiries = _inquiries(wish, slots.Window(wanted - AROUND, wanted + AROUND))
    found = {start for inquiry in inquiries for start in slots.nearest_starts(inquiry, wanted)}
    closest = sorted(found, key=lambda start: abs(start - wanted))[:MOST_ALTERNATIVES]
    return [instant(start) for start in sorted(closest)]
