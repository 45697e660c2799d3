"""What state allows, as pure functions; see the modules."""

from scheduling.policies.sessions import (
    CancelledBy,
    Movement,
    Refusal,
    Refused,
    Standing,
    WaiverReason,
    check_can_cancel,
    check_can_move,
    check_can_settle,
    effect_of,
    is_late,
    keeps_its_number,
    lowest_free_number,
    may_move,
    movements,
    outcome_of_cancelling,
)

__all__ = [
    "CancelledBy",
    "Movement",
    "Refusal",
    "Refused",
    "Standing",
    "WaiverReason",
    "check_can_cancel",
    "check_can_move",
    "check_can_settle",
    "effect_of",
    "is_late",
    "keeps_its_number",
    "lowest_free_number",
    "may_move",
    "movements",
    "outcome_of_cancelling",
]
