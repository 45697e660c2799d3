"""The rules that people argue about, as tables."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest

from scheduling import policies
from scheduling.policies import CancelledBy, Movement, Refused, Standing

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
RESTORE, CONSUME, FORFEIT, WAIVE = (
    Movement.RESTORE,
    Movement.CONSUME,
    Movement.FORFEIT,
    Movement.WAIVE,
)


def _standing(*, cancelled: bool = False, outcome: str = "", notice: int = 24 * 60) -> Standing:
    return Standing(starts_at=START, is_cancelled=cancelled, outcome=outcome, change_notice=notice)


@pytest.mark.parametrize(
    ("minutes_before", "notice", "late"),
    [(1441, 1440, False), (1440, 1440, False), (1439, 1440, True), (1, 0, False), (0, 0, False)],
)
def test_the_boundary_of_the_change_notice_is_in_time(
    minutes_before: int, notice: int, late: bool
) -> None:
    now = START - timedelta(minutes=minutes_before)
    assert policies.is_late(_standing(notice=notice), now) is late


@pytest.mark.parametrize(
    ("cancelled", "minutes_before", "by_coach", "refusal"),
    [
        (False, 1440, False, None),
        (False, 1439, False, "too_late"),
        (False, 1439, True, None),
        (False, 0, True, "started"),
        (True, 3000, True, "cancelled"),
        (True, 3000, False, "cancelled"),
    ],
)
def test_who_may_move(
    cancelled: bool, minutes_before: int, by_coach: bool, refusal: str | None
) -> None:
    now = START - timedelta(minutes=minutes_before)
    allowed = nullcontext() if refusal is None else pytest.raises(Refused, match=refusal)
    with allowed:
        policies.check_can_move(_standing(cancelled=cancelled), now, by_coach=by_coach)


@pytest.mark.parametrize(
    ("by", "minutes_before", "outcome"),
    [
        (CancelledBy.CLIENT, 1440, ""),
        (CancelledBy.CLIENT, 1439, "late_cancel"),
        (CancelledBy.GUEST, 10, "late_cancel"),
        (CancelledBy.COACH, 10, "coach_cancelled"),
        (CancelledBy.COACH, 5000, "coach_cancelled"),
    ],
)
def test_what_a_cancellation_leaves(by: CancelledBy, minutes_before: int, outcome: str) -> None:
    now = START - timedelta(minutes=minutes_before)
    assert policies.outcome_of_cancelling(_standing(), by, now) == outcome


@pytest.mark.parametrize(
    ("before", "after", "forfeits", "steps"),
    [
        ("", "held", True, (CONSUME,)),
        ("", "no_show", False, (CONSUME,)),
        ("", "late_cancel", True, (FORFEIT,)),
        ("", "late_cancel", False, ()),
        ("", "coach_cancelled", True, ()),
        ("", "waived", True, (WAIVE,)),
        ("held", "no_show", True, ()),
        ("held", "waived", True, (RESTORE, WAIVE)),
        ("late_cancel", "coach_cancelled", True, (RESTORE,)),
        ("late_cancel", "held", True, (RESTORE, CONSUME)),
        ("waived", "held", True, (CONSUME,)),
    ],
)
def test_from_one_outcome_to_another(
    before: str, after: str, forfeits: bool, steps: tuple[Movement, ...]
) -> None:
    assert policies.movements(before, after, late_cancellation_forfeits=forfeits) == steps


@pytest.mark.parametrize(
    ("cancelled", "outcome", "keeps"),
    [
        (False, "", True),
        (False, "held", True),
        (True, "", False),
        (True, "late_cancel", True),
        (True, "coach_cancelled", False),
        (False, "waived", False),
    ],
)
def test_which_sessions_keep_their_number(cancelled: bool, outcome: str, keeps: bool) -> None:
    assert policies.keeps_its_number(is_cancelled=cancelled, outcome=outcome) is keeps


def test_the_lowest_free_number() -> None:
    assert policies.lowest_free_number(set()) == 1
    assert policies.lowest_free_number({1, 2, 4}) == 3
