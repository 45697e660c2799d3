"""What may reach a sponsor, cell by cell."""

import pytest

from clients.policies import (
    DISCLOSES,
    DisclosureRefused,
    Part,
    Refusal,
    check_lower,
    check_raise,
    disclosed_parts,
    is_at_domain,
    is_complete,
    levels_above,
    levels_below,
)

FIRST_LEVEL = {
    Part.NAME: 0,
    Part.STATE: 0,
    Part.PROGRAM: 0,
    Part.SESSION_COUNTS: 0,
    Part.NEXT_REPORT: 0,
    Part.NEXT_THREE_WAY: 0,
    Part.GOAL_PROGRESS: 1,
    Part.SPONSOR_WORDING: 2,
    Part.CLIENT_STATEMENT: 2,
    Part.PULSE: 3,
}
LEVELS = [None, 0, 1, 2, 3]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", FIRST_LEVEL)
def test_each_part_opens_at_its_level_and_never_below(part: Part, level: int | None) -> None:
    expected = level is not None and level >= FIRST_LEVEL[part]
    assert (part in DISCLOSES[level]) is expected


def test_every_part_but_attendance_has_a_level() -> None:
    assert set(FIRST_LEVEL) | {Part.ATTENDANCE} == set(Part)
    assert set(DISCLOSES) == set(LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_attendance_needs_the_client_and_an_open_level(level: int | None) -> None:
    shared = disclosed_parts(level=level, is_sponsored=True, attendance_shared=True)
    hidden = disclosed_parts(level=level, is_sponsored=True, attendance_shared=False)
    assert (Part.ATTENDANCE in shared) is (level is not None)
    assert Part.ATTENDANCE not in hidden


@pytest.mark.parametrize("level", LEVELS)
def test_who_pays_for_themself_discloses_nothing(level: int | None) -> None:
    assert not disclosed_parts(level=level, is_sponsored=False, attendance_shared=True)


@pytest.mark.parametrize("current", LEVELS)
@pytest.mark.parametrize("level", [-1, 0, 1, 2, 3, 4])
def test_only_a_higher_level_can_be_proposed(current: int | None, level: int) -> None:
    if level in levels_above(current):
        check_raise(level=level, current=current, is_sponsored=True)
        return
    with pytest.raises(DisclosureRefused):
        check_raise(level=level, current=current, is_sponsored=True)


def test_nothing_is_proposed_for_who_pays_for_themself() -> None:
    with pytest.raises(DisclosureRefused) as refused:
        check_raise(level=0, current=None, is_sponsored=False)
    assert refused.value.reason == Refusal.SELF_PAYING


@pytest.mark.parametrize("current", LEVELS)
@pytest.mark.parametrize("level", [None, -1, 0, 1, 2, 3])
def test_the_client_goes_only_down(current: int | None, level: int | None) -> None:
    if level in levels_below(current):
        check_lower(level=level, current=current)
        return
    with pytest.raises(DisclosureRefused):
        check_lower(level=level, current=current)


@pytest.mark.parametrize(
    ("parties", "complete"),
    [
        ((), False),
        (("client", "coach"), False),
        (("client", "sponsor"), False),
        (("coach", "sponsor"), False),
        (("client", "coach", "sponsor"), True),
    ],
)
def test_a_level_needs_all_three(parties: tuple[str, ...], complete: bool) -> None:
    assert is_complete(frozenset(parties)) is complete


@pytest.mark.parametrize(
    ("address", "domain", "inside"),
    [
        ("a@acme.example", "acme.example", True),
        ("a@Mail.ACME.example", "@acme.example", True),
        ("a@notacme.example", "acme.example", False),
        ("a@acme.example.org", "acme.example", False),
        ("a@acme.example", "", False),
    ],
)
def test_employer_mail_is_known_by_its_domain(address: str, domain: str, inside: bool) -> None:
    assert is_at_domain(address, domain) is inside
