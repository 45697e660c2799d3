from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

COMING = "SELECT id, starts_at, coach_time_zone FROM scheduling_session WHERE ends_at > now()"
OFFSET = "UPDATE scheduling_session SET coach_utc_offset = %s WHERE id = %s"


def note_what_is_meant(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Of every session to come, in all practices: as the clocks are known today."""
    editor.execute("ALTER TABLE scheduling_session NO FORCE ROW LEVEL SECURITY")
    with editor.connection.cursor() as cursor:
        cursor.execute(COMING)
        for key, starts_at, zone in cursor.fetchall():
            cursor.execute(OFFSET, [_offset(starts_at, zone), key])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    editor.execute("ALTER TABLE scheduling_session FORCE ROW LEVEL SECURITY")


def _offset(moment: datetime, zone: str) -> int:
    ahead = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return ahead // timedelta(minutes=1)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0007_sealed_answers")]
    operations = [
        migrations.AddField(
            model_name="busysource",
            name="allows_http",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="session",
            name="coach_utc_offset",
            field=models.SmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="clock_shift",
            field=models.SmallIntegerField(default=0),
        ),
        migrations.RunPython(note_what_is_meant, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("clock_shift", 0), _negated=True),
                fields=["practice", "coach", "starts_at"],
                name="session_clock_shifted",
            ),
        ),
    ]
