from scheduling.models.availability import (
    Schedule,
    ScheduleOverride,
    ScheduleRule,
    ScheduleTravel,
)
from scheduling.models.calendars import BusyBlock, BusySource, CalendarCopy, CalendarFeed
from scheduling.models.claim import Claim
from scheduling.models.cohort import Cohort, CohortMember
from scheduling.models.notices import InvitationReply, ReminderPolicy
from scheduling.models.offering import BookingLink, MeetingRoom, Offering, OfferingCoach
from scheduling.models.poll import (
    AgreedPoint,
    Poll,
    PollOption,
    PollShares,
    PollVoter,
    SchedulingRequest,
)
from scheduling.models.seat import Seat
from scheduling.models.series import Series
from scheduling.models.session import BookingAnswer, Session

__all__ = [
    "AgreedPoint",
    "BookingAnswer",
    "BookingLink",
    "BusyBlock",
    "BusySource",
    "CalendarCopy",
    "CalendarFeed",
    "Claim",
    "Cohort",
    "CohortMember",
    "InvitationReply",
    "MeetingRoom",
    "Offering",
    "OfferingCoach",
    "Poll",
    "PollOption",
    "PollShares",
    "PollVoter",
    "ReminderPolicy",
    "Schedule",
    "ScheduleOverride",
    "ScheduleRule",
    "ScheduleTravel",
    "SchedulingRequest",
    "Seat",
    "Series",
    "Session",
]
