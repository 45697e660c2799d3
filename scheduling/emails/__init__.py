"""What the mails of scheduling say; see the modules."""

from scheduling.emails.approvals import prepare_request_ended, prepare_requested
from scheduling.emails.asking import prepare_book_please
from scheduling.emails.calendars import prepare_calendar_stopped
from scheduling.emails.coach_notices import (
    prepare_declined,
    prepare_outcome_question,
    prepare_preparation,
)
from scheduling.emails.cohorts import prepare_cohort_joined
from scheduling.emails.groups import (
    prepare_group_coach,
    prepare_group_make_up,
    prepare_group_off,
    prepare_group_place,
    prepare_group_reminder,
    prepare_group_waiting,
    seat_invitation,
)
from scheduling.emails.leading import (
    prepare_declined_together,
    prepare_given_away,
    prepare_handed_over,
    prepare_led_alone,
    prepare_led_together,
    prepare_second_left,
)
from scheduling.emails.letters import letter_of, prepare_logistics_letter
from scheduling.emails.others import prepare_dates_copy, prepare_three_way, sponsor_invitation
from scheduling.emails.polls import prepare_poll_asked, prepare_poll_coach
from scheduling.emails.series import prepare_series_booked
from scheduling.emails.sessions import (
    Correspondence,
    invitation_of,
    prepare_cancelled,
    prepare_confirmation,
    prepare_moved,
    prepare_reminder,
    prepare_resent,
)

__all__ = [
    "Correspondence",
    "invitation_of",
    "letter_of",
    "prepare_book_please",
    "prepare_calendar_stopped",
    "prepare_cancelled",
    "prepare_cohort_joined",
    "prepare_confirmation",
    "prepare_dates_copy",
    "prepare_declined",
    "prepare_declined_together",
    "prepare_given_away",
    "prepare_group_coach",
    "prepare_group_make_up",
    "prepare_group_off",
    "prepare_group_place",
    "prepare_group_reminder",
    "prepare_group_waiting",
    "prepare_handed_over",
    "prepare_led_alone",
    "prepare_led_together",
    "prepare_logistics_letter",
    "prepare_moved",
    "prepare_outcome_question",
    "prepare_poll_asked",
    "prepare_poll_coach",
    "prepare_preparation",
    "prepare_reminder",
    "prepare_request_ended",
    "prepare_requested",
    "prepare_resent",
    "prepare_second_left",
    "prepare_series_booked",
    "prepare_three_way",
    "seat_invitation",
    "sponsor_invitation",
]
