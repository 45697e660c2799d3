from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    no_sees_since,
    sees_since,
    sees_since_through,
    was_shared_with_me,
)

WHOLE = "{client} <> ALL ((SELECT app.clients_seen_in_part())::uuid[])"
# An answer and a list of shares have no instant but that in their number, a UUID of version 7.
AGREED = was_shared_with_me(client="mine.client_id", at="added_at", kind="summaries")
POINTS = (
    f"EXISTS (SELECT FROM scheduling_session mine WHERE mine.{IN_PRACTICE}"
    " AND mine.id = session_id AND (mine.client_id IS NULL"
    f" OR {WHOLE.format(client='mine.client_id')} OR {AGREED}))"
)
CLIENT = "COALESCE(place.client_id, mine.client_id)"
GIVEN = was_shared_with_me(
    client=CLIENT, at="uuid_extract_timestamp(scheduling_bookinganswer.id)", kind="answers"
)
ANSWERS = (
    "EXISTS (SELECT FROM scheduling_session mine"
    " LEFT JOIN scheduling_seat place ON place.practice_id = mine.practice_id"
    " AND place.id = scheduling_bookinganswer.seat_id"
    f" WHERE mine.{IN_PRACTICE} AND mine.id = scheduling_bookinganswer.session_id"
    f" AND ({CLIENT} IS NULL OR {WHOLE.format(client=CLIENT)} OR {GIVEN}))"
)
SINCE = "".join(
    [
        sees_since("scheduling_pollshares", at="uuid_extract_timestamp(id)", kind="summaries"),
        sees_since_through("scheduling_agreedpoint", POINTS),
        sees_since_through("scheduling_bookinganswer", ANSWERS),
    ]
)
TABLES = ("scheduling_pollshares", "scheduling_agreedpoint", "scheduling_bookinganswer")


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0011_answers_of_seats"),
        ("clients", "0020_wall_of_handover"),
    ]
    operations = [migrations.RunSQL(SINCE, no_sees_since(*TABLES))]
