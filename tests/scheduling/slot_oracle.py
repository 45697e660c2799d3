"""The slot engine's slow double: it asks a wall clock about every single minute.

It shares nothing with the engine but its inputs: no segments, no sorting, no arithmetic with
offsets.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from scheduling.slots import Block, Booking, Inquiry, Offering, Schedule, Window

ODD_ZONES = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
ZONES = sorted({*ODD_ZONES, *sorted(available_timezones())[7::10]})


def wall(zone: str, instant: int) -> datetime:
    return datetime.fromtimestamp(instant, ZoneInfo(zone)).replace(tzinfo=None)


def coach_wall(schedule: Schedule, instant: int) -> datetime:
    for journey in sorted(schedule.travel, key=lambda each: each.first):
        there = wall(journey.zone, instant)
        if journey.first <= there.date() <= journey.last:
            return there
    return wall(schedule.zone, instant)


def steps_into_hours(schedule: Schedule, instant: int) -> Iterator[int]:
    """For each interval that holds this minute: how many minutes of wall time it is old."""
    now = coach_wall(schedule, instant)
    for days_ago in range(3):
        day = now.date() - timedelta(days=days_ago)
        default = schedule.weekly.get(day.weekday(), ())
        age = days_ago * 1440 + now.hour * 60 + now.minute
        for interval in schedule.overrides.get(day, default):
            if interval.start <= age < interval.end:
                yield age - interval.start


def too_close(offering: Offering, start: int, other: Booking) -> bool:
    end = start + offering.duration * 60
    if other.starts_at < end and start < other.ends_at:
        return True
    pause_after = other.starts_at - end
    pause_before = start - other.ends_at
    return (0 <= pause_after < 60 * max(offering.after, other.before)) or (
        0 <= pause_before < 60 * max(offering.before, other.after)
    )


def room_left(inquiry: Inquiry, start: int, others: list[Booking]) -> bool:
    offering = inquiry.offering
    day = coach_wall(inquiry.schedule, start).date()
    days = [
        coach_wall(inquiry.schedule, other.starts_at).date()
        for other in others
        if other.expires_at is None
    ]
    same_week = [each for each in days if each.isocalendar()[:2] == day.isocalendar()[:2]]
    return days.count(day) < (offering.max_per_day or math.inf) and len(same_week) < (
        offering.max_per_week or math.inf
    )


def joins(offering: Offering, start: int, other: Booking) -> bool:
    confirmed = other.expires_at is None and other.offering == offering.key
    return confirmed and other.starts_at == start and other.taken < other.capacity


def beside(inquiry: Inquiry, start: int) -> list[Booking]:
    """The bookings that could stand in the way of this start."""
    return [
        other
        for other in inquiry.bookings
        if other.starts_at != other.ends_at
        and (other.expires_at is None or other.expires_at > inquiry.now)
        and (inquiry.moving is None or other.key != inquiry.moving)
        and not joins(inquiry.offering, start, other)
    ]


def permitted(inquiry: Inquiry, start: int) -> bool:
    offering = inquiry.offering
    horizon = offering.horizon_days
    today = coach_wall(inquiry.schedule, inquiry.now).date()
    ahead = coach_wall(inquiry.schedule, start).date() - today
    others = beside(inquiry, start)
    blocks = [Booking(*_times(each)) for each in inquiry.blocks if each.starts_at != each.ends_at]
    return (
        start - inquiry.now >= offering.notice * 60
        and (horizon is None or ahead.days <= horizon)
        and not any(too_close(offering, start, other) for other in others + blocks)
        and not any(
            start < taken.ends_at and taken.starts_at < start + offering.duration * 60
            for taken in inquiry.room
            if taken.starts_at != taken.ends_at
        )
        and room_left(inquiry, start, others)
    )


def suits_partner(inquiry: Inquiry, start: int) -> bool:
    """Whether whoever leads it too is open all the time, free, and not full."""
    partner, offering = inquiry.partner, inquiry.offering
    if partner is None:
        return True
    theirs = replace(inquiry, schedule=partner.schedule, bookings=partner.bookings)
    joined = any(
        joins(offering, start, each)
        for each in inquiry.bookings
        if each.starts_at != each.ends_at and (inquiry.moving is None or each.key != inquiry.moving)
    )
    others = beside(theirs, start)
    if not joined:
        alone = replace(offering, key=object())
        others = beside(replace(theirs, offering=alone), start)
    blocks = [Booking(*_times(each)) for each in partner.blocks if each.starts_at != each.ends_at]
    minutes = range(start, start + offering.duration * 60, 60)
    return (
        all(any(True for _ in steps_into_hours(partner.schedule, minute)) for minute in minutes)
        and not any(too_close(offering, start, each) for each in others + blocks)
        and room_left(theirs, start, others)
    )


def _times(block: Block) -> tuple[int, int]:
    return block.starts_at, block.ends_at


def slow_starts(inquiry: Inquiry, window: Window) -> list[int]:
    length, step = inquiry.offering.duration * 60, inquiry.offering.step
    ages = {
        minute: list(steps_into_hours(inquiry.schedule, minute))
        for minute in range(window.start, window.end + length, 60)
    }
    return [
        start
        for start in range(window.start, window.end, 60)
        if any(age % step == 0 for age in ages[start])
        and all(ages[minute] for minute in range(start, start + length, 60))
        and permitted(inquiry, start)
        and suits_partner(inquiry, start)
    ]
