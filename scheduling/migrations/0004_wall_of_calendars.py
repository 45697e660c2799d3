from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
)

# A coach who works in two practices is busy in both; bare times say no more than that. Writing
# stays behind the wall.
BUSY_TIMES = (
    "CREATE POLICY busy_times ON scheduling_busyblock FOR SELECT TO coachops_base USING (true);"
)

# What a booker answered is for the booker, and for the coach of that session: of a client, only
# while they coach them.
MY_SESSION = (
    f"(mine.{is_member('coach_id')} AND (mine.client_id IS NULL OR mine.{IS_ASSIGNED_COACH}))"
    f" OR mine.{IS_THE_CLIENT}"
)
# Somebody without an account writes about a session without a client, and reads nothing.
GUESTS_SESSION = f"mine.client_id IS NULL AND {has_any_role('public', 'link', 'system')}"


def about(session: str) -> str:
    return (
        "EXISTS (SELECT FROM scheduling_session mine WHERE mine.id = session_id"
        f" AND mine.{IN_PRACTICE} AND ({session}))"
    )


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0003_calendars_groups_and_polls"), ("clients", "0002_wall")]
    operations = [
        TenantTable("ScheduleTravel"),
        TenantTable("OfferingCoach"),
        TenantTable("BookingLink"),
        TenantTable("MeetingRoom"),
        TenantTable(
            "BookingAnswer",
            kind="confidential",
            only=about(MY_SESSION),
            check=about(f"{MY_SESSION} OR ({GUESTS_SESSION})"),
        ),
        TenantTable("Seat"),
        TenantTable("Series"),
        TenantTable("Poll"),
        TenantTable("PollOption"),
        TenantTable("PollVoter"),
        TenantTable("AgreedPoint"),
        TenantTable("SchedulingRequest"),
        TenantTable("CalendarFeed"),
        TenantTable("BusySource"),
        TenantTable("BusyBlock"),
        TenantTable("CalendarCopy"),
        TenantTable("ReminderPolicy"),
        TenantTable("InvitationReply"),
        migrations.RunSQL(BUSY_TIMES, "DROP POLICY busy_times ON scheduling_busyblock;"),
        PracticeFK("ScheduleTravel", "schedule", on_delete="CASCADE"),
        PracticeFK("OfferingCoach", "offering", on_delete="CASCADE", index=False),
        PracticeFK("OfferingCoach", "coach"),
        PracticeFK("OfferingCoach", "schedule"),
        PracticeFK("BookingLink", "offering", on_delete="CASCADE"),
        PracticeFK("Offering", "room"),
        PracticeFK("Session", "series", on_delete="SET NULL"),
        PracticeFK("Session", "room"),
        PracticeFK("Session", "booked_by"),
        PracticeFK("BookingAnswer", "session", on_delete="CASCADE", index=False),
        PracticeFK("Seat", "session", on_delete="CASCADE", index=False),
        PracticeFK("Seat", "client", on_delete="CASCADE"),
        PracticeFK("Seat", "engagement", on_delete="CASCADE"),
        PracticeFK("Seat", "sponsor_contact", on_delete="CASCADE"),
        PracticeFK("Seat", "makes_up_for", on_delete="SET NULL"),
        PracticeFK("Series", "offering"),
        PracticeFK("Series", "coach"),
        PracticeFK("Series", "client", on_delete="CASCADE"),
        PracticeFK("Series", "engagement", on_delete="CASCADE"),
        PracticeFK("Poll", "engagement", on_delete="CASCADE"),
        PracticeFK("Poll", "offering"),
        PracticeFK("Poll", "coach"),
        PracticeFK("Poll", "session", on_delete="CASCADE"),
        PracticeFK("PollOption", "poll", on_delete="CASCADE", index=False),
        PracticeFK("PollVoter", "poll", on_delete="CASCADE", index=False),
        PracticeFK("PollVoter", "client", on_delete="CASCADE"),
        PracticeFK("PollVoter", "sponsor_contact", on_delete="CASCADE"),
        PracticeFK("AgreedPoint", "session", on_delete="CASCADE", index=False),
        PracticeFK("SchedulingRequest", "engagement", on_delete="CASCADE"),
        PracticeFK("SchedulingRequest", "client", on_delete="CASCADE"),
        PracticeFK("SchedulingRequest", "planned_session", on_delete="CASCADE", index=False),
        PracticeFK("CalendarFeed", "membership", on_delete="CASCADE", index=False),
        PracticeFK("BusySource", "coach", on_delete="CASCADE", index=False),
        PracticeFK("BusyBlock", "source", on_delete="CASCADE"),
        PracticeFK("CalendarCopy", "source", on_delete="CASCADE", index=False),
        PracticeFK("CalendarCopy", "session", on_delete="CASCADE"),
        PracticeFK("InvitationReply", "session", on_delete="CASCADE", index=False),
    ]
