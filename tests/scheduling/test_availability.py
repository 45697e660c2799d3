"""What keeps a time from being offered, as the database has it: one rule a test."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coachops.tenancy.scope import scope, system_scope
from scheduling import slots
from scheduling.models import (
    BusyBlock,
    BusySource,
    Claim,
    MeetingRoom,
    Offering,
    OfferingCoach,
    Schedule,
    ScheduleOverride,
    Session,
)
from scheduling.queries.availability import availability_of, coming_holidays, schedules_of
from scheduling.queries.slots import (
    epoch,
    free_coaches,
    hard_reasons,
    load_inquiry,
    load_rules,
    offered_starts,
    open_starts,
)
from scheduling.services import availability as hours
from scheduling.slots import Reason, Window
from tests.cast import Cast, Person
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk

HOUR = timedelta(hours=1)
TUESDAY = TUESDAY_TEN.replace(hour=0)
CHRISTMAS = datetime(2026, 12, 25, tzinfo=UTC)


def change(desk: Desk, offering: Offering, **fields: Any) -> None:
    with scope(desk.cast.bob.scope()):
        Offering.objects.filter(pk=offering.pk).update(**fields)


def claim(
    practice: Any, resource: Any, starts_at: datetime, *, minutes: int = 60, **fields: Any
) -> Claim:
    ends_at = starts_at + timedelta(minutes=minutes)
    values = {"state": Claim.State.CONFIRMED, **fields}
    with scope(system_scope(practice.pk)):
        made: Claim = Claim.objects.create(
            resource_id=resource, starts_at=starts_at, ends_at=ends_at, **values
        )
    return made


def block(coach: Person, starts_at: datetime, *, minutes: int = 60, name: str = "Family") -> None:
    with scope(coach.scope()):
        source, _ = BusySource.objects.get_or_create(
            coach=coach.membership,
            name=name,
            defaults={
                "resource_id": coach.user.pk,
                "kind": BusySource.Kind.ICS,
                "sealed_address": b"sealed",
                "state": BusySource.State.READ,
                "last_read_at": NOW,
            },
        )
        BusyBlock.objects.create(
            source=source,
            resource_id=coach.user.pk,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
        )


def schedule_of(desk: Desk) -> Schedule:
    with scope(desk.cast.bob.scope()):
        return Schedule.objects.get(pk=desk.coaching.schedule_id)  # type: ignore[no-any-return]


def clocks(starts: list[datetime]) -> list[str]:
    return [f"{start:%H:%M}" for start in starts]


def test_busy_times_of_another_calendar_are_kept_free_with_the_offerings_buffers(
    desk: Desk,
) -> None:
    change(desk, desk.coaching, buffer_before=30)
    block(desk.cast.bob, TUESDAY_TEN)

    offered = desk.free(desk.coaching, TUESDAY)

    # Half an hour after the block, a quarter of an hour before it.
    assert clocks(offered)[:3] == ["10:30", "11:00", "11:30"]


def test_busy_times_read_in_another_practice_block_as_well(desk: Desk) -> None:
    with scope(system_scope(desk.cast.other_practice.pk)):
        source = BusySource.objects.create(
            coach=desk.cast.mallory.membership,
            resource_id=desk.cast.bob.user.pk,
            kind=BusySource.Kind.ICS,
            name="Elsewhere",
            sealed_address=b"sealed",
        )
        BusyBlock.objects.create(
            source=source,
            resource_id=desk.cast.bob.user.pk,
            starts_at=TUESDAY_TEN,
            ends_at=TUESDAY_TEN + HOUR,
        )

    assert TUESDAY_TEN not in desk.free(desk.coaching, TUESDAY)


def test_a_full_week_is_offered_no_more(desk: Desk) -> None:
    change(desk, desk.coaching, max_per_week=2)
    for days in (0, 1):
        desk.book(TUESDAY_TEN + timedelta(days=days))

    assert desk.free(desk.coaching, TUESDAY + timedelta(days=3)) == []
    assert desk.free(desk.coaching, TUESDAY + timedelta(days=6)) != []


def test_sessions_close_together_all_count_towards_the_day(desk: Desk) -> None:
    for number in range(3):
        at = TUESDAY_TEN + timedelta(minutes=30 * number)
        desk.book_guest(at, email=f"guest{number}@new.example")

    change(desk, desk.coaching, max_per_day=4)
    assert desk.free(desk.coaching, TUESDAY) != []
    change(desk, desk.coaching, max_per_day=3)
    assert desk.free(desk.coaching, TUESDAY) == []
    assert desk.free(desk.coaching, TUESDAY + timedelta(days=1)) != []


def test_on_a_journey_the_hours_are_meant_on_the_clock_there(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        hours.plan_travel(
            coach=desk.cast.bob.membership,
            first=date(2026, 11, 24),
            last=date(2026, 11, 24),
            time_zone="America/New_York",
            now=NOW,
        )

    assert clocks(desk.free(desk.coaching, TUESDAY))[0] == "14:00"
    assert clocks(desk.free(desk.coaching, TUESDAY + timedelta(days=1)))[0] == "08:00"


def test_the_coach_is_at_one_place_at_a_time(desk: Desk) -> None:
    dates = {"first": date(2026, 11, 24), "last": date(2026, 11, 26)}
    with scope(desk.cast.bob.scope()):
        bob = desk.cast.bob.membership
        hours.plan_travel(coach=bob, time_zone="Asia/Tokyo", now=NOW, **dates)
        with pytest.raises(hours.TravelOverlaps):
            hours.plan_travel(coach=bob, time_zone="Asia/Seoul", now=NOW, **dates)
        hours.cancel_travel(coach=bob, now=NOW, **dates)
        hours.plan_travel(coach=bob, time_zone="Asia/Seoul", now=NOW, **dates)


def test_a_public_holiday_is_a_day_off_until_the_coach_works_it(desk: Desk) -> None:
    change(desk, desk.coaching, horizon_days=90)
    schedule = schedule_of(desk)
    assert desk.free(desk.coaching, CHRISTMAS) != []
    with scope(desk.cast.bob.scope()):
        hours.observe_holidays(schedule=schedule, country="DE", region="BE", now=NOW)
    assert desk.free(desk.coaching, CHRISTMAS) == []
    with scope(desk.cast.bob.scope()):
        hours.work_on(schedule=schedule, day=CHRISTMAS.date(), now=NOW)
        coming = {each.day: each for each in coming_holidays(schedule, NOW.date())}
    assert clocks(desk.free(desk.coaching, CHRISTMAS))[0] == "08:00"
    assert coming[date(2026, 12, 25)].is_worked
    assert coming[date(2026, 12, 26)].is_free_anyway
    assert not coming[date(2027, 1, 1)].is_worked
    assert date(2027, 3, 8) in coming, "Berlin alone keeps it"


def test_nobody_is_kept_out_by_a_hold_of_their_own(desk: Desk) -> None:
    key = uuid4()
    held: dict[str, Any] = {
        "state": Claim.State.HELD,
        "expires_at": NOW + timedelta(minutes=10),
        "hold_key": key,
    }
    claim(desk.cast.practice, desk.cast.bob.user.pk, TUESDAY_TEN, **held)
    with scope(desk.cast.bob.scope()):
        assert TUESDAY_TEN not in open_starts(desk.coaching, NOW)
        assert TUESDAY_TEN not in open_starts(desk.coaching, NOW, hold_key=uuid4())
        assert TUESDAY_TEN in open_starts(desk.coaching, NOW, hold_key=key)
        assert TUESDAY_TEN in open_starts(desk.coaching, NOW + timedelta(minutes=11))


def a_room(desk: Desk) -> MeetingRoom:
    with scope(desk.cast.bob.scope()):
        room: MeetingRoom = MeetingRoom.objects.create(name="The attic")
    change(desk, desk.coaching, room=room)
    return room


def test_coach_and_room_have_to_be_free(desk: Desk) -> None:
    room = a_room(desk)
    claim(desk.cast.practice, room.pk, TUESDAY_TEN)

    offered = desk.free(desk.coaching, TUESDAY)

    assert clocks(offered)[:3] == ["08:00", "10:00", "10:30"], "buffers are the coach's"
    assert TUESDAY_TEN in desk.free(desk.chemistry, TUESDAY)


def test_a_coach_cannot_book_over_a_room_that_is_taken(desk: Desk) -> None:
    claim(desk.cast.practice, a_room(desk).pk, TUESDAY_TEN)
    at = epoch(TUESDAY_TEN)
    with scope(desk.cast.bob.scope()):
        rules = load_rules(desk.coaching.pk, NOW)
        inquiry = load_inquiry(rules, Window(at, at + 1), NOW)
    assert hard_reasons(inquiry, at) == {Reason.ROOM}


def test_a_session_is_moved_past_its_own_room(desk: Desk) -> None:
    a_room(desk)
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        assert TUESDAY_TEN not in open_starts(desk.coaching, NOW)
        assert TUESDAY_TEN in open_starts(desk.coaching, NOW, moving=session.pk)


def a_group(desk: Desk, *, taken: int, with_room: bool = False) -> Session:
    room = a_room(desk) if with_room else None
    with scope(desk.cast.bob.scope()):
        session: Session = Session.objects.create(
            offering=desk.coaching,
            coach=desk.cast.bob.membership,
            starts_at=TUESDAY_TEN,
            ends_at=TUESDAY_TEN + HOUR,
            capacity=3,
            taken=taken,
            coach_time_zone="Europe/Berlin",
            booker_time_zone="Europe/Berlin",
            place=Offering.Place.VIDEO,
            booking_key=uuid4(),
            calendar_uid=f"{uuid4()}@example",
            revised_at=NOW,
        )
    taken_by = [desk.cast.bob.user.pk, *([room.pk] if room else [])]
    for resource in taken_by:
        claim(desk.cast.practice, resource, TUESDAY_TEN, session=session)
    return session


@pytest.mark.parametrize("with_room", [False, True])
def test_a_group_with_free_seats_stays_offered_at_its_own_start(
    desk: Desk, with_room: bool
) -> None:
    a_group(desk, taken=2, with_room=with_room)
    offered = clocks(desk.free(desk.coaching, TUESDAY))
    assert "09:00" in offered
    assert "09:30" not in offered
    assert TUESDAY_TEN not in desk.free(desk.chemistry, TUESDAY)


def test_a_group_without_free_seats_is_gone(desk: Desk) -> None:
    a_group(desk, taken=3)
    assert TUESDAY_TEN not in desk.free(desk.coaching, TUESDAY)


def pool(desk: Desk, cast: Cast) -> None:
    """The chemistry call is shared by Bob and Olga, who works from ten to twelve."""
    with scope(cast.alice.scope()):
        olgas = hours.replace_hours(
            coach=cast.olga.membership,
            time_zone="Europe/Berlin",
            weekly={1: [(600, 720)]},
            now=NOW,
        )
        for person, schedule in ((cast.bob, desk.chemistry.schedule), (cast.olga, olgas)):
            OfferingCoach.objects.create(
                offering=desk.chemistry, coach=person.membership, schedule=schedule
            )
    change(desk, desk.chemistry, pooling=Offering.Pooling.ROUND_ROBIN)


def test_a_shared_offering_knows_who_is_free_when_in_two_statements(desk: Desk) -> None:
    cast = desk.cast
    pool(desk, cast)
    block(cast.bob, TUESDAY_TEN)
    with scope(cast.alice.scope()):
        free = free_coaches(desk.chemistry, NOW)
        with CaptureQueriesContext(connection) as captured:
            free_coaches(desk.chemistry, NOW)
    bob, olga = cast.bob.membership.pk, cast.olga.membership.pk
    assert len(captured) == 2
    assert free[TUESDAY_TEN] == (olga,)
    assert free[TUESDAY_TEN + HOUR] == (bob, olga)
    assert free[TUESDAY_TEN + 2 * HOUR] == (bob,), "Olga works until twelve in Berlin"


def test_each_coach_of_a_shared_offering_has_hours_of_their_own(desk: Desk) -> None:
    pool(desk, desk.cast)
    with scope(desk.cast.alice.scope()):
        olgas = open_starts(desk.chemistry, NOW, coach_id=desk.cast.olga.membership.pk)
        assert {f"{at:%a}" for at in olgas} == {"Tue"}
        with pytest.raises(Offering.DoesNotExist):
            load_rules(desk.chemistry.pk, NOW, coach_id=desk.cast.vera.membership.pk)


def test_a_listing_of_runs_offers_what_each_session_alone_leaves(desk: Desk) -> None:
    bob, midnight = desk.cast.bob.user.pk, TUESDAY - timedelta(days=1)
    minutes = (480, 545, 590, 650, 775, 900, 920, 1000, 1930, 2000, 2060, 2300, 2370, 3365, 3480)
    for number, at in enumerate(minutes):
        buffers = {"buffer_before": number % 3 * 10, "buffer_after": number % 2 * 15}
        starts_at = midnight + timedelta(minutes=at)
        claim(desk.cast.practice, bob, starts_at, minutes=5 + number % 4 * 10, **buffers)
    window = Window(epoch(midnight), epoch(midnight) + 4 * 86_400)
    with scope(desk.cast.bob.scope()):
        for length in (5, 30, 45, 60, 90):
            rules = load_rules(desk.coaching.pk, NOW, duration=length)
            alone = slots.offered_starts(load_inquiry(rules, window, NOW), window)
            assert offered_starts(desk.coaching, window, NOW, duration=length) == alone
            assert alone


def test_every_listing_is_two_statements(desk: Desk) -> None:
    a_group(desk, taken=1, with_room=True)
    block(desk.cast.bob, TUESDAY_TEN + 3 * HOUR)
    with scope(desk.cast.bob.scope()):
        hours.observe_holidays(schedule=schedule_of(desk), country="DE", region="", now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert open_starts(desk.coaching, NOW, duration=45)
    assert len(captured) == 2


def test_schedules_are_copied_renamed_used_and_deleted(desk: Desk) -> None:
    bob, first = desk.cast.bob.membership, schedule_of(desk)
    with scope(desk.cast.bob.scope()):
        hours.set_days(schedule=first, days=[date(2026, 12, 1)], hours=[], now=NOW, note="Fair")
        evenings = hours.add_schedule(coach=bob, name="Evenings", like=first, now=NOW)
        assert availability_of(bob.pk, NOW.date(), evenings).weekly[0] == [(540, 1020)]
        assert availability_of(bob.pk, NOW.date(), evenings).special_days[0].note == "Fair"
        with pytest.raises(hours.NameTaken):
            hours.add_schedule(coach=bob, name="evenings", like=first, now=NOW)
        hours.rename_schedule(schedule=evenings, name="Late", now=NOW)
        hours.use_schedule(schedule=evenings, offerings=[desk.coaching], now=NOW)
        late = {weekday: [(1080, 1260)] for weekday in range(5)}
        hours.replace_hours(
            coach=bob, time_zone="Europe/Berlin", weekly=late, now=NOW, schedule=evenings
        )
        assert {line.name for line in schedules_of(bob.pk)} == {"Working hours", "Late"}
        with pytest.raises(hours.ScheduleInUse) as refused:
            hours.delete_schedule(schedule=evenings, now=NOW)
        assert refused.value.names == ["Coaching session"]
    assert clocks(desk.free(desk.coaching, TUESDAY)) == [
        "17:00",
        "17:30",
        "18:00",
        "18:30",
        "19:00",
    ]
    assert clocks(desk.free(desk.chemistry, TUESDAY))[0] == "08:00"
    with scope(desk.cast.bob.scope()):
        hours.use_schedule(schedule=first, offerings=[desk.coaching.reload()], now=NOW)
        hours.delete_schedule(schedule=evenings, now=NOW)
        assert [line.name for line in schedules_of(bob.pk)] == ["Working hours"]


def test_time_off_holds_in_every_schedule_and_ends_in_every_schedule(desk: Desk) -> None:
    bob = desk.cast.bob.membership
    dates = {"first": date(2026, 11, 23), "last": date(2026, 11, 25)}
    with scope(desk.cast.bob.scope()):
        hours.add_schedule(coach=bob, name="Evenings", like=schedule_of(desk), now=NOW)
        hours.take_time_off(coach=bob, note="Skiing", now=NOW, **dates)
        assert ScheduleOverride.objects.filter(intervals=[], note="Skiing").count() == 6
    assert desk.free(desk.coaching, TUESDAY) == []
    with scope(desk.cast.bob.scope()):
        hours.return_early(coach=bob, now=NOW, **dates)
        assert not ScheduleOverride.objects.exists()


def test_one_weekday_is_changed_alone(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        hours.replace_weekday(schedule=schedule_of(desk), weekday=1, hours=[(600, 720)], now=NOW)
    assert clocks(desk.free(desk.coaching, TUESDAY)) == ["09:00", "09:30", "10:00"]
    assert clocks(desk.free(desk.coaching, TUESDAY + timedelta(days=1)))[0] == "08:00"
