"""An assignment begins and ends at the practice's own midnight: for the wall as for the pages."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from clients.models import CoachAssignment
from coachops.practices.models import Practice
from coachops.practices.queries.days import day_of_practice
from coachops.tenancy.scope import confidential, scope, system_scope
from tests.cast import Cast
from tracking.models import Reflection
from tracking.services.reflections import write_reflection

ZONES: Final = ("Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles")
# At any hour the day of one of them is not UTC's.
FAR_APART: Final = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
AROUND_MIDNIGHT: Final = (
    datetime(2026, 11, 22, 23, 30, tzinfo=UTC),
    datetime(2026, 11, 23, 0, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
)


def live_in(cast: Cast, zone: str) -> None:
    with scope(system_scope(cast.practice.pk)):
        Practice.objects.filter(pk=cast.practice.pk).update(time_zone=zone)


def test_its_day_is_that_of_its_zone(cast: Cast) -> None:
    for zone in ZONES + FAR_APART:
        live_in(cast, zone)
        with scope(cast.bob.scope()), connection.cursor() as cursor:
            for moment in AROUND_MIDNIGHT:
                cursor.execute("SELECT app.practice_day(%s)", [moment])
                assert cursor.fetchone()[0] == timezone.localdate(moment, ZoneInfo(zone)), zone


def test_nobody_asks_for_the_day_of_no_practice(cast: Cast) -> None:
    with pytest.raises(Exception, match="no practice scope"), connection.cursor() as cursor:
        cursor.execute("SELECT app.practice_day()")


@pytest.mark.parametrize("zone", FAR_APART)
@pytest.mark.parametrize(
    ("begins", "ends", "reads"),
    [(-9, None, True), (-9, 0, True), (-9, -1, False), (0, None, True), (1, None, False)],
)
def test_the_wall_opens_and_closes_with_the_day(
    cast: Cast, zone: str, begins: int, ends: int | None, *, reads: bool
) -> None:
    """Days from today where the practice is. What the pages ask says the same."""
    live_in(cast, zone)
    now = timezone.now()
    today = timezone.localdate(now, ZoneInfo(zone))
    client, carol = cast.carol_client, cast.carol.membership
    with scope(cast.carol.scope()):
        write_reflection(client=client, text="shared", by=carol, now=now, share=True)
    with scope(system_scope(cast.practice.pk)):
        CoachAssignment.objects.filter(client=client).update(ended_on=today - timedelta(days=30))
        made = CoachAssignment.objects.create(
            client=client,
            coach=cast.olga.membership,
            started_on=today + timedelta(days=begins),
            ended_on=None if ends is None else today + timedelta(days=ends),
            sees_from_at=now - timedelta(days=10),
        )
    with scope(cast.olga.scope()):
        with confidential():
            assert Reflection.objects.exists() == reads
        current = CoachAssignment.objects.current(day_of_practice(now)).filter(pk=made.pk)
        assert current.exists() == reads


@pytest.mark.parametrize("zone", FAR_APART)
def test_who_comes_back_finds_what_was_shared_until_the_midnight_they_left_at(
    cast: Cast, zone: str
) -> None:
    live_in(cast, zone)
    here, now = ZoneInfo(zone), timezone.now()
    today = timezone.localdate(now, here)
    left = today - timedelta(days=5)
    midnight = datetime.combine(left + timedelta(days=1), datetime.min.time(), here)
    for moment in (midnight - timedelta(minutes=1), midnight):
        with scope(cast.carol.scope()):
            write_reflection(
                client=cast.carol_client,
                text="shared",
                by=cast.carol.membership,
                now=moment.astimezone(UTC),
                share=True,
            )
    with scope(system_scope(cast.practice.pk)):
        CoachAssignment.objects.filter(client=cast.carol_client).update(ended_on=left)
        CoachAssignment.objects.create(
            client=cast.carol_client, coach=cast.bob.membership, started_on=today
        )
    with scope(cast.bob.scope()), confidential():
        assert [row.shared_at for row in Reflection.objects.all()] == [
            midnight - timedelta(minutes=1)
        ]


def test_nothing_in_the_wall_counts_in_utc(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT policyname FROM pg_policies WHERE concat(qual, with_check) ~* 'current_date'"
            " UNION ALL SELECT proname FROM pg_proc WHERE prosrc ~* 'current_date'"
            " AND pronamespace = 'app'::regnamespace"
        )
        assert cursor.fetchall() == []


def test_the_day_is_asked_once_a_statement(cast: Cast) -> None:
    """Not once a row: the planner takes it out of the way of the rows."""
    with scope(cast.bob.scope()), confidential(), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (VERBOSE, COSTS OFF) SELECT * FROM tracking_reflection")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    asked = [line.strip() for line in plan.splitlines() if "practice_day" in line]
    assert asked
    assert all(line.startswith("Output:") for line in asked), asked
