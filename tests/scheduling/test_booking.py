"""Booking: what is written, and everything that must not happen."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Engagement
from coachops.outbox.models import Message
from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.tenancy.models import PracticeModel
from coachops.tenancy.scope import scope
from programs.queries.ledger import balances
from programs.services.ledger import open_account
from scheduling.models import BookingLink, Claim, Offering, Session
from scheduling.policies import CancelledBy, Refusal
from scheduling.queries.slots import open_starts
from scheduling.queries.standing import bookable_counts
from scheduling.services.availability import replace_hours, set_days
from scheduling.services.booking import (
    BookerClient,
    BookerGuest,
    NotBookable,
    SlotTaken,
    book_session,
)
from scheduling.services.changes import cancel_session
from scheduling.services.offerings import create_offering
from tests.cast import Cast
from tests.scheduling.conftest import NOW, TUESDAY_TEN, Desk, build_desk


def model_values(row: PracticeModel) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_booking_claims_the_time_numbers_the_session_and_uses_nothing_yet(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()):
        claim = Claim.objects.get(session=session)
        assert (claim.resource_id, claim.state) == (desk.cast.bob.user.pk, "confirmed")
        assert (session.number, session.place) == (1, "video")
        assert session.ends_at - session.starts_at == timedelta(minutes=60)
        engagement = desk.cast.carol_engagement.pk
        assert balances([engagement])[engagement].left == 6
        assert bookable_counts([engagement]) == {engagement: 5}


def test_what_is_read_as_json_is_what_the_table_has(desk: Desk) -> None:
    session = desk.book()
    with scope(desk.cast.bob.scope()), connection.cursor() as cursor:
        for row in (session, desk.coaching, desk.cast.carol_engagement, desk.cast.bob.membership):
            table = row._meta.db_table
            cursor.execute(f"SELECT row_to_json(t) FROM {table} t WHERE id = %s", [row.pk])  # noqa: S608
            read = type(row).from_json(cursor.fetchone()[0])
            assert model_values(read) == model_values(row.reload())


@pytest.mark.parametrize("model", [Claim, BookingLink])  # a range, and bytes
def test_what_json_cannot_say_is_not_read_as_json(model: type[PracticeModel]) -> None:
    with pytest.raises(TypeError, match="cannot be read as JSON"):
        model.from_json({})


def test_numbers_of_cancelled_sessions_are_given_out_again(desk: Desk) -> None:
    first, second = desk.book(), desk.book(TUESDAY_TEN + timedelta(hours=3))
    with scope(desk.cast.carol.scope()):
        cancel_session(session=first, cancelled_by=CancelledBy.CLIENT, now=NOW)
    third = desk.book(TUESDAY_TEN + timedelta(days=1))
    assert (second.number, third.number) == (2, 1)


def test_a_double_click_books_once(desk: Desk) -> None:
    key = uuid4()
    assert desk.book(key=key).pk == desk.book(key=key).pk
    with scope(desk.cast.bob.scope()):
        assert Session.objects.count() == 1
        assert Message.objects.filter(kind="scheduling.confirmed").count() == 2


def test_a_key_is_spent_once_its_session_is_cancelled_or_somebody_else_s(desk: Desk) -> None:
    key = uuid4()
    first = desk.book(key=key)
    with scope(desk.cast.carol.scope()):
        cancel_session(session=first, cancelled_by=CancelledBy.CLIENT, now=NOW)
    with pytest.raises(SlotTaken) as refused:
        desk.book(key=key)
    assert TUESDAY_TEN in refused.value.alternatives
    second = desk.book()
    with scope(desk.cast.bob.scope()), pytest.raises(SlotTaken):
        book_session(
            offering=desk.chemistry,
            starts_at=TUESDAY_TEN + timedelta(days=1),
            booker=BookerGuest("Gus", "gus@new.example"),
            booking_key=second.booking_key,
            booker_time_zone="UTC",
            now=NOW,
        )


def test_an_engagement_that_has_just_ended_books_nothing(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Engagement.objects.update(state=Engagement.State.COMPLETED)
    with pytest.raises(NotBookable) as refused:
        desk.book()
    assert refused.value.reason is Refusal.NO_ENGAGEMENT


def test_a_taken_time_is_refused_with_the_three_nearest(desk: Desk) -> None:
    desk.book()
    with pytest.raises(SlotTaken) as refused:
        desk.book()
    away = [each - TUESDAY_TEN for each in refused.value.alternatives]
    assert away == [timedelta(minutes=90), timedelta(hours=2), timedelta(minutes=150)]
    with scope(desk.cast.bob.scope()):
        assert Session.objects.count() == 1


def test_what_is_offered_can_be_booked_and_nothing_else(desk: Desk) -> None:
    offered = desk.free(desk.coaching, datetime(2026, 11, 24, tzinfo=UTC))
    assert offered[0] == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert offered[-1] == datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
    with pytest.raises(SlotTaken):
        desk.book(datetime(2026, 11, 24, 8, 10, tzinfo=UTC))
    with pytest.raises(SlotTaken):
        desk.book(datetime(2026, 11, 24, 16, 0, tzinfo=UTC))
    with pytest.raises(SlotTaken):
        desk.book(datetime(2026, 11, 16, 14, 0, tzinfo=UTC))  # inside the notice


def test_nothing_is_bookable_once_the_ledger_is_booked_out(cast: Cast) -> None:
    desk = build_desk(cast, sessions=1)
    desk.book()
    with pytest.raises(NotBookable) as refused:
        desk.book(TUESDAY_TEN + timedelta(days=1))
    assert refused.value.reason is Refusal.NONE_LEFT


def test_an_offering_of_another_coach_is_not_for_this_engagement(desk: Desk) -> None:
    with scope(desk.cast.olga.scope()):
        olgas = create_offering(
            coach=desk.cast.olga.membership,
            name="Olga's hour",
            kind=Offering.Kind.INDIVIDUAL,
            bookers=Offering.Bookers.CLIENTS,
            now=NOW,
        )
    with scope(desk.cast.carol.scope()), pytest.raises(NotBookable):
        book_session(
            offering=olgas,
            starts_at=TUESDAY_TEN,
            booker=BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            booking_key=uuid4(),
            booker_time_zone="Europe/Berlin",
            now=NOW,
        )


def test_a_coach_in_two_practices_is_busy_in_both(desk: Desk) -> None:
    """Bob also works for Mallory's practice; the person is the same, the rows are not."""

    cast = desk.cast
    with scope(cast.mallory.scope()):
        there = Membership.objects.create(
            practice=cast.other_practice,
            user=cast.bob.user,
            audience=Audience.STAFF,
            roles=[Role.COACH],
            name="Bob elsewhere",
        )
        elsewhere = create_offering(
            coach=there,
            name="Hour",
            kind=Offering.Kind.CHEMISTRY,
            bookers=Offering.Bookers.ANYBODY,
            now=NOW,
        )
    desk.book()
    with scope(cast.mallory.scope()):
        with pytest.raises(SlotTaken):
            book_session(
                offering=elsewhere,
                starts_at=TUESDAY_TEN,
                booker=BookerGuest("Gus", "gus@new.example"),
                booking_key=uuid4(),
                booker_time_zone="UTC",
                now=NOW,
            )
        assert not Session.objects.exists()


def test_the_constraint_holds_without_any_rule(desk: Desk) -> None:
    """The coach may book over every soft rule, never over another session."""
    desk.book()
    with scope(desk.cast.bob.scope()):
        evening = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
        facts = {
            "offering": desk.coaching,
            "booker": BookerClient(desk.cast.carol_client, desk.cast.carol_engagement),
            "booker_time_zone": "Europe/Berlin",
            "now": NOW,
            "by_coach": True,
        }
        late = book_session(starts_at=evening, booking_key=uuid4(), **facts)
        assert late.starts_at == evening
        half_over = TUESDAY_TEN + timedelta(minutes=30)
        with pytest.raises(SlotTaken):
            book_session(starts_at=half_over, booking_key=uuid4(), **facts)
        close_by = TUESDAY_TEN + timedelta(minutes=60)
        assert book_session(starts_at=close_by, booking_key=uuid4(), **facts).number == 3


def test_a_hold_blocks_until_it_expires_and_then_gives_way(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        Claim.objects.create(
            resource_id=desk.cast.bob.user.pk,
            starts_at=TUESDAY_TEN,
            ends_at=TUESDAY_TEN + timedelta(hours=1),
            state=Claim.State.HELD,
            expires_at=NOW + timedelta(minutes=5),
        )
    with pytest.raises(SlotTaken):
        desk.book()
    later = NOW + timedelta(minutes=6)
    assert TUESDAY_TEN in desk.free(desk.coaching, TUESDAY_TEN, now=later)
    assert desk.book(now=later).starts_at == TUESDAY_TEN


@pytest.mark.parametrize(
    ("zone", "now", "day", "wall_hours", "utc_hours"),
    [
        # New York springs forward on 14 March 2027 at 02:00, falls back on 7 November at 02:00.
        ("America/New_York", datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 14, tzinfo=UTC),
         (9, 12), [13, 14, 15]),
        ("America/New_York", datetime(2027, 10, 25, tzinfo=UTC), datetime(2027, 11, 7, tzinfo=UTC),
         (0, 3), [4, 5, 6, 7]),
        ("Europe/Berlin", datetime(2027, 3, 15, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC),
         (1, 5), [0, 1, 2]),
    ],
)  # fmt: skip
def test_hours_follow_the_coach_s_clock_on_the_nights_it_changes(
    desk: Desk,
    zone: str,
    now: datetime,
    day: datetime,
    wall_hours: tuple[int, int],
    utc_hours: list[int],
) -> None:
    start, end = wall_hours
    with scope(desk.cast.bob.scope()):
        replace_hours(
            coach=desk.cast.bob.membership,
            time_zone=zone,
            weekly={6: [(start * 60, end * 60)]},
            now=NOW,
        )
        Offering.objects.update(step=60)
        Engagement.objects.update(ends_on=date(2027, 12, 31))
    offered = desk.free(desk.coaching, day, now=now)
    assert [each.hour for each in offered] == utc_hours
    assert desk.book(offered[-1], now=now).starts_at == offered[-1]


def test_a_day_off_closes_the_day_and_other_hours_replace_it(desk: Desk) -> None:
    with scope(desk.cast.bob.scope()):
        schedule = desk.coaching.schedule
        set_days(schedule=schedule, days=[TUESDAY_TEN.date()], hours=[], now=NOW)
        wednesday = TUESDAY_TEN.date() + timedelta(days=1)
        set_days(schedule=schedule, days=[wednesday], hours=[(18 * 60, 20 * 60)], now=NOW)
    assert desk.free(desk.coaching, datetime(2026, 11, 24, tzinfo=UTC)) == []
    evening = desk.free(desk.coaching, datetime(2026, 11, 25, tzinfo=UTC))
    assert [each.hour for each in evening] == [17, 17, 18]


def test_listing_takes_two_statements_however_long_the_history(desk: Desk) -> None:
    def statements() -> int:
        assert open_starts(desk.coaching, NOW)
        with CaptureQueriesContext(connection) as captured:
            open_starts(desk.coaching, NOW)
        return len(captured)

    with scope(desk.cast.bob.scope()):
        assert statements() == 2
        Claim.objects.bulk_create(
            Claim(
                resource_id=desk.cast.bob.user.pk,
                starts_at=NOW - timedelta(hours=2 * number + 2),
                ends_at=NOW - timedelta(hours=2 * number + 1),
                state="confirmed",
            )
            for number in range(1000)
        )
        assert statements() == 2


def test_the_engagement_of_another_practice_books_nothing(desk: Desk) -> None:
    """An offering of this practice cannot be loaded from the other one."""
    cast = desk.cast
    with scope(cast.mallory.scope()):
        open_account(engagement=cast.erin_engagement, sessions=3, now=NOW)
        with pytest.raises(Offering.DoesNotExist):
            book_session(
                offering=desk.coaching,
                starts_at=TUESDAY_TEN,
                booker=BookerClient(cast.erin_client, cast.erin_engagement),
                booking_key=uuid4(),
                booker_time_zone="UTC",
                now=NOW,
            )
