"""The rules of reports: when they are due, what they hold, which step is possible when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.policies import DISCLOSES, Part
from tracking.policies.reports import (
    Contents,
    OptionalPart,
    Refusal,
    ReportRefused,
    ReportState,
    Run,
    Step,
    check_step,
    checked_parts,
    contents,
    days_late,
    next_period,
    period_until,
)

START = date(2026, 1, 1)
HALF_YEAR = Run(START, START + timedelta(days=180), is_over=False, every_days=90)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (None, Contents()),
        (0, Contents()),
        (1, Contents(progress=True)),
        (2, Contents(progress=True, wordings=True, narrative=True, statement=True)),
        (3, Contents(progress=True, wordings=True, narrative=True, statement=True)),
    ],
)
def test_each_level_opens_its_parts(level, expected):
    assert contents(DISCLOSES[level]) == expected


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_attendance_needs_the_clients_own_choice(level):
    parts = DISCLOSES[level]
    assert not contents(parts).attendance
    assert contents(parts | {Part.ATTENDANCE}).attendance
    assert not contents(parts | {Part.ATTENDANCE}, struck=["attendance"]).attendance


def test_silence_holds_nothing_beyond_invoicing():
    everything = DISCLOSES[3] | {Part.ATTENDANCE}
    assert contents(everything, by_silence=True) == Contents()


@given(level=st.sampled_from([0, 1, 2, 3]), struck=st.sets(st.sampled_from(list(OptionalPart))))
def test_leaving_out_never_adds(level, struck):
    whole, less = contents(DISCLOSES[level]), contents(DISCLOSES[level], struck=struck)
    for part in Contents.__slots__:
        assert getattr(less, part) <= getattr(whole, part)


def test_unknown_parts_are_refused():
    with pytest.raises(ReportRefused) as refused:
        checked_parts(["privacy"])
    assert refused.value.reason == Refusal.NO_SUCH_PART


@pytest.mark.parametrize("step", list(Step))
def test_nothing_happens_to_an_issued_report(step):
    with pytest.raises(ReportRefused) as refused:
        check_step(step, ReportState.ISSUED)
    assert refused.value.reason == Refusal.ISSUED


@pytest.mark.parametrize("state", [state for state in ReportState if state != "approved"])
def test_only_an_approved_report_is_issued(state):
    with pytest.raises(ReportRefused):
        check_step(Step.ISSUE, state)


def test_two_reports_in_half_a_year():
    first = next_period(HALF_YEAR, last_end=None, today=START)
    assert (first.starts_on, first.ends_on, first.is_final) == (
        START,
        START + timedelta(days=89),
        False,
    )
    second = next_period(HALF_YEAR, last_end=first.ends_on, today=START)
    assert (second.ends_on, second.is_final) == (HALF_YEAR.ends_on, True)
    assert next_period(HALF_YEAR, last_end=second.ends_on, today=START) is None


def test_without_a_rhythm_there_is_one_report_at_the_end():
    run = Run(START, START + timedelta(days=180), is_over=False, every_days=None)
    only = next_period(run, last_end=None, today=START)
    assert (only.ends_on, only.is_final) == (run.ends_on, True)


def test_an_engagement_that_ended_early_is_reported_up_to_today():
    run = Run(START, START + timedelta(days=180), is_over=True, every_days=90)
    today = START + timedelta(days=100)
    last = next_period(run, last_end=START + timedelta(days=89), today=today)
    assert (last.ends_on, last.is_final) == (today, True)


def test_a_report_made_today_ends_today():
    period = next_period(HALF_YEAR, last_end=None, today=START)
    today = START + timedelta(days=30)
    made = period_until(period, today)
    assert (made.ends_on, made.due_on, made.is_final) == (today, today, False)
    with pytest.raises(ReportRefused):
        period_until(period, START - timedelta(days=1))


@given(length=st.integers(1, 900), every=st.integers(1, 400))
def test_periods_cover_every_day_once(length, every):
    run = Run(START, START + timedelta(days=length), is_over=False, every_days=every)
    last_end, expected = None, START
    while period := next_period(run, last_end=last_end, today=START):
        assert period.starts_on == expected
        assert period.starts_on <= period.ends_on <= run.ends_on
        last_end, expected = period.ends_on, period.ends_on + timedelta(days=1)
    assert last_end == run.ends_on


def test_lateness_ends_with_issuing():
    today = START + timedelta(days=3)
    assert days_late(state="drafted", due_on=START, today=today) == 3
    assert days_late(state="issued", due_on=START, today=today) == 0
