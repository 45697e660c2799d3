"""The rules of goals, action items and texts."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.policies.actions import days_late
from tracking.policies.goals import NotAScore, check_score, progress
from tracking.policies.texts import LONGEST, TextTooLong, both, tidy

scores = st.integers(1, 10)


@pytest.mark.parametrize("score", [0, 11, -1])
def test_score_outside_one_to_ten_is_refused(score: int) -> None:
    with pytest.raises(NotAScore):
        check_score(score)


@given(scores, scores, scores)
def test_progress_is_a_percentage(first: int, latest: int, target: int) -> None:
    assert 0 <= (progress(first, latest, target) or 0) <= 100


@pytest.mark.parametrize(
    ("first", "latest", "target", "percent"),
    [(3, 3, 8, 0), (3, 8, 8, 100), (2, 5, 8, 50), (5, 3, 8, 0), (9, 9, 8, 100), (9, 7, 8, 0)],
)
def test_progress_is_the_way_from_first_rating_to_target(
    first: int, latest: int, target: int, percent: int
) -> None:
    assert progress(first, latest, target) == percent


def test_progress_is_unknown_until_somebody_rated() -> None:
    assert progress(None, None, 8) is None


@pytest.mark.parametrize(
    ("due_on", "days"),
    [(None, 0), (date(2026, 11, 20), 2), (date(2026, 11, 22), 0), (date(2026, 11, 23), 0)],
)
def test_lateness_begins_the_day_after(due_on: date | None, days: int) -> None:
    assert days_late(due_on, date(2026, 11, 22)) == days


def test_text_keeps_every_character_but_the_kind_of_line_end() -> None:
    assert tidy("  a\r\nb\rc\n ") == "  a\nb\nc\n "


def test_text_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(TextTooLong):
        tidy("x" * (LONGEST + 1))


def test_both_texts_stand_one_below_the_other() -> None:
    assert both("first\n", "\nsecond") == "first\n\nsecond"
