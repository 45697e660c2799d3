"""Dates of a plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.policies import (
    EngagementRefused,
    PhaseState,
    check_payer,
    check_sessions,
    phase_dates,
    phase_state,
    windows,
)

WEDNESDAY = date(2026, 3, 4)


def test_phases_follow_each_other_in_whole_weeks() -> None:
    first, second = phase_dates(WEDNESDAY, [4, 2])
    assert (first.starts_on, first.ends_on) == (WEDNESDAY, date(2026, 3, 31))
    assert (second.starts_on, second.ends_on) == (date(2026, 4, 1), date(2026, 4, 14))


@pytest.mark.parametrize(
    ("today", "is_over", "state"),
    [
        (date(2026, 3, 3), False, PhaseState.FUTURE),
        (date(2026, 3, 4), False, PhaseState.CURRENT),
        (date(2026, 3, 31), False, PhaseState.CURRENT),
        (date(2026, 4, 1), False, PhaseState.DONE),
        (date(2026, 3, 4), True, PhaseState.DONE),
    ],
)
def test_phase_is_current_on_its_first_and_last_day(
    today: date, is_over: bool, state: PhaseState
) -> None:
    (phase,) = phase_dates(WEDNESDAY, [4])
    assert phase_state(phase, today, is_over=is_over) == state


def test_windows_open_on_mondays_but_never_before_the_start() -> None:
    first, second, third = windows(WEDNESDAY, [0, 2, 8])
    assert (first.opens_on, first.due_on) == (WEDNESDAY, date(2026, 3, 15))
    assert (second.opens_on, second.due_on) == (date(2026, 3, 16), date(2026, 3, 29))
    assert third.opens_on == date(2026, 4, 27)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.lists(st.integers(0, 60), min_size=1, max_size=20).map(sorted),
)
def test_every_window_is_a_week_or_two(starts_on: date, weeks: list[int]) -> None:
    for window in windows(starts_on, weeks):
        assert window.opens_on >= starts_on
        length = window.due_on - window.opens_on
        assert timedelta(days=6) <= length <= timedelta(days=13)


@pytest.mark.parametrize(
    ("is_sponsored", "has_organisation", "elsewhere", "refused"),
    [
        (True, True, False, False),
        (False, False, False, False),
        (True, False, False, True),
        (False, True, False, True),
        (True, True, True, True),
    ],
)
def test_who_pays(
    is_sponsored: bool, has_organisation: bool, elsewhere: bool, refused: bool
) -> None:
    facts = {
        "is_sponsored": is_sponsored,
        "has_organisation": has_organisation,
        "contacts_elsewhere": elsewhere,
    }
    if not refused:
        check_payer(**facts)
        return
    with pytest.raises(EngagementRefused):
        check_payer(**facts)


@pytest.mark.parametrize("sessions", [0, -1, 201])
def test_impossible_numbers_of_sessions(sessions: int) -> None:
    with pytest.raises(EngagementRefused):
        check_sessions(sessions)
