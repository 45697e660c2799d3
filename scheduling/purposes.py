"""What the signed links of a session may do."""

from typing import Final

MOVE_LINK: Final = "session.move"
CANCEL_LINK: Final = "session.cancel"
SEAT_LINK: Final = "seat.leave"
SEAT_MOVE_LINK: Final = "seat.move"
POLL_LINK: Final = "poll.answer"
ANSWER_LINK: Final = "session.answer"
HELD_LINK: Final = "outcome.held"
NO_SHOW_LINK: Final = "outcome.no_show"
LATE_CANCEL_LINK: Final = "outcome.late_cancel"
COACH_CANCELLED_LINK: Final = "outcome.coach_cancelled"
