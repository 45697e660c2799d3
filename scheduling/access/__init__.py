"""Loading is the access check; see the modules."""

from scheduling.access.archiving import beyond_reach
from scheduling.access.asking import scheduling_request_for_member
from scheduling.access.availability import schedule_for_member, schedule_of_coach
from scheduling.access.booking_links import (
    answers_for_coach,
    booking_link_for_member,
    booking_link_of,
    is_usable,
    request_for_member,
    room_for_member,
    rooms_for_member,
)
from scheduling.access.calendars import feed_kind, own_account, own_source
from scheduling.access.cohorts import (
    client_on_roster,
    cohort_for_member,
    cohorts_for_member,
    own_cohort,
)
from scheduling.access.delegates import delegated_session
from scheduling.access.groups import (
    group_for_member,
    group_offering_for_member,
    joinable_group,
    linked_seat,
    own_group,
    own_seat,
    possible_participants,
    seat_for_member,
    seat_of_guest,
)
from scheduling.access.polls import (
    agreed_point_of,
    linked_voter,
    own_voter,
    poll_for_member,
    shares_for_coach,
    three_way_engagement,
    three_way_for_coach,
    three_way_for_sponsor,
    three_way_offerings,
)
from scheduling.access.series import own_series, series_for_member
from scheduling.access.sessions import (
    booked_by_guest,
    coach_for_member,
    coaches_for_member,
    linked_session,
    linked_to_coach,
    offering_for_member,
    own_session,
    public_offering,
    session_for_member,
    sessions_for_member,
)
from scheduling.access.together import seat_together, session_together

__all__ = [
    "agreed_point_of",
    "answers_for_coach",
    "beyond_reach",
    "booked_by_guest",
    "booking_link_for_member",
    "booking_link_of",
    "client_on_roster",
    "coach_for_member",
    "coaches_for_member",
    "cohort_for_member",
    "cohorts_for_member",
    "delegated_session",
    "feed_kind",
    "group_for_member",
    "group_offering_for_member",
    "is_usable",
    "joinable_group",
    "linked_seat",
    "linked_session",
    "linked_to_coach",
    "linked_voter",
    "offering_for_member",
    "own_account",
    "own_cohort",
    "own_group",
    "own_seat",
    "own_series",
    "own_session",
    "own_source",
    "own_voter",
    "poll_for_member",
    "possible_participants",
    "public_offering",
    "request_for_member",
    "room_for_member",
    "rooms_for_member",
    "schedule_for_member",
    "schedule_of_coach",
    "scheduling_request_for_member",
    "seat_for_member",
    "seat_of_guest",
    "seat_together",
    "series_for_member",
    "session_for_member",
    "session_together",
    "sessions_for_member",
    "shares_for_coach",
    "three_way_engagement",
    "three_way_for_coach",
    "three_way_for_sponsor",
    "three_way_offerings",
]
