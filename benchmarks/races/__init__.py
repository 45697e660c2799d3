"""What twenty people do at once: how a round is made ready, what each does, what has to be left."""

from benchmarks.races.cohorts import full_dates, joins_all, one_cohort
from benchmarks.races.groups import PLACES, joins, one_group, places_taken
from benchmarks.races.handover import hands_over, two_coaches, with_the_other
from benchmarks.races.one_time import (
    books,
    books_overlapping,
    every_five_minutes,
    moves_or_books,
    one_booked_before,
    one_coach,
    posts,
    two_pools_one_room,
    two_practices,
)
from benchmarks.races.together import crossing_pairs, led_then
from benchmarks.races.wanted import Race, booked_then

RACES = (
    Race("one time", books, one_coach, booked_then),
    Race("overlapping starts", books_overlapping, every_five_minutes, booked_then),
    Race("a move against bookings", moves_or_books, one_booked_before, booked_then),
    Race(f"{PLACES} places of a group", joins, one_group, places_taken, winners=PLACES),
    Race(f"{PLACES} places of a cohort", joins_all, one_cohort, full_dates, winners=PLACES),
    Race("two coaches and one room", books, two_pools_one_room, booked_then),
    Race("sessions handed over crosswise", hands_over, two_coaches, with_the_other, winners=2),
    Race("two who lead together, crosswise and alone", books, crossing_pairs, led_then),
    Race("one coach in two practices", books, two_practices, booked_then),
)
BY_POST = Race("one time, through the page", posts, one_coach, booked_then)
