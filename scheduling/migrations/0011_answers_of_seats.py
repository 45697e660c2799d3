from django.db import migrations, models
from django.db.models import Q

import coachops.tenancy.models
from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    has_any_role,
    is_member,
)

# The wall as it was, which holds for answers about a session as a whole.
MY_SESSION = (
    f"(mine.{is_member('coach_id')} AND (mine.client_id IS NULL OR mine.{IS_ASSIGNED_COACH}))"
    f" OR mine.{IS_THE_CLIENT}"
)
GUESTS_SESSION = f"mine.client_id IS NULL AND {has_any_role('public', 'link', 'system')}"
BOOKED_IT = f"mine.{is_member('booked_by_id')}"
# What somebody with a place answered is for them, and for the coach of that session: of a client,
# only while they coach them.
THEIR_COACH = (
    f"(mine.{is_member('coach_id')} AND (place.client_id IS NULL OR place.{IS_ASSIGNED_COACH}))"
)
MY_PLACE = f"{THEIR_COACH} OR place.{IS_THE_CLIENT}"
GUESTS_PLACE = f"place.client_id IS NULL AND {has_any_role('public', 'link', 'system')}"


def _about(condition: str) -> str:
    return (
        "EXISTS (SELECT FROM scheduling_session mine WHERE mine.id = session_id"
        f" AND mine.{IN_PRACTICE} AND ({condition}))"
    )


def _of_place(condition: str) -> str:
    return (
        "EXISTS (SELECT FROM scheduling_seat place JOIN scheduling_session mine"
        " ON mine.practice_id = place.practice_id AND mine.id = place.session_id"
        " WHERE place.id = seat_id AND mine.id = scheduling_bookinganswer.session_id"
        f" AND place.{IN_PRACTICE} AND ({condition}))"
    )


def _either(session: str, place: str) -> str:
    return (
        f"(seat_id IS NULL AND {_about(session)}) OR (seat_id IS NOT NULL AND {_of_place(place)})"
    )


def _policies(reads: str, inserts: str, changes: str) -> str:
    table = "scheduling_bookinganswer"
    clauses = {
        "reads": f"FOR SELECT TO coachops_confidential USING ({reads})",
        "inserts": f"FOR INSERT TO coachops_confidential WITH CHECK ({inserts})",
        "updates": f"FOR UPDATE TO coachops_confidential USING ({changes}) WITH CHECK ({changes})",
        "deletes": f"FOR DELETE TO coachops_confidential USING ({changes})",
    }
    return "".join(
        f"DROP POLICY who_{verb} ON {table};CREATE POLICY who_{verb} ON {table}"
        f" AS RESTRICTIVE {clause};"
        for verb, clause in clauses.items()
    )


WRITES = f"{MY_SESSION} OR ({GUESTS_SESSION})"
WALL = _policies(
    reads=_either(MY_SESSION, MY_PLACE),
    inserts=_either(f"{WRITES} OR {BOOKED_IT}", f"{MY_PLACE} OR ({GUESTS_PLACE})"),
    changes=_either(WRITES, f"{MY_PLACE} OR ({GUESTS_PLACE})"),
)
WALL_BEFORE = _policies(
    reads=_about(MY_SESSION),
    inserts=_about(f"{WRITES} OR {BOOKED_IT}"),
    changes=_about(WRITES),
)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0010_second_coaches")]
    operations = [
        migrations.AddField(
            "BookingAnswer",
            "seat",
            coachops.tenancy.models.PracticeForeignKey(
                blank=True, null=True, related_name="+", to="scheduling.seat"
            ),
        ),
        migrations.AddField("Seat", "booking_key", models.UUIDField(blank=True, null=True)),
        migrations.AddField("Session", "asks_client", models.BooleanField(default=False)),
        migrations.AddField("Seat", "asks_client", models.BooleanField(default=False)),
        migrations.RemoveConstraint("BookingAnswer", "booking_answer_once"),
        migrations.AddConstraint(
            "BookingAnswer",
            models.UniqueConstraint(
                fields=["practice", "session", "position"],
                condition=Q(seat=None),
                name="booking_answer_once",
            ),
        ),
        migrations.AddIndex(
            "BookingAnswer",
            models.Index(
                fields=["practice", "seat"],
                condition=Q(seat__isnull=False),
                name="booking_answer_of_seat",
            ),
        ),
        migrations.AddConstraint(
            "Seat",
            models.UniqueConstraint(
                fields=["practice", "booking_key", "session"], name="seat_booking_key_once"
            ),
        ),
        PracticeFK("BookingAnswer", "seat", on_delete="CASCADE", index=False),
        migrations.RunSQL(WALL, WALL_BEFORE),
    ]
