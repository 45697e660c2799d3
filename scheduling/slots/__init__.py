"""When can a session begin? Pure functions of plain values: no database, no clock, no settings."""

from scheduling.slots.engine import is_offered, nearest_starts, offered_starts
from scheduling.slots.explanation import examine, explain, explain_wall_time
from scheduling.slots.facts import as_partner, needed_range
from scheduling.slots.inputs import (
    Block,
    Booking,
    Examination,
    Explanation,
    Finding,
    Inquiry,
    Interval,
    Offering,
    Partner,
    Reason,
    Schedule,
    Travel,
    Window,
)
from scheduling.slots.opening import date_changes, wall_instants

__all__ = [
    "Block",
    "Booking",
    "Examination",
    "Explanation",
    "Finding",
    "Inquiry",
    "Interval",
    "Offering",
    "Partner",
    "Reason",
    "Schedule",
    "Travel",
    "Window",
    "as_partner",
    "date_changes",
    "examine",
    "explain",
    "explain_wall_time",
    "is_offered",
    "nearest_starts",
    "needed_range",
    "offered_starts",
    "wall_instants",
]
