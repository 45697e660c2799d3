from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    TenantTable,
    has_any_role,
    is_member,
    no_sees_since,
    sees_since_through,
    was_shared_with_me,
)

# Which clients the acting coach sees in part; whether a row of such a client was shared while they
# coached; of whom a kind of content was handed on to them. Days are UTC's, as in the policies of
# assignment. A closed assignment still shows its author's coach what they had seen, once they
# coach the client again.
CURRENT = (
    "mine.practice_id = app.practice_id() AND mine.coach_id = app.membership_id()"
    " AND (mine.ended_on IS NULL OR mine.ended_on >= CURRENT_DATE)"
)
FUNCTIONS = f"""
CREATE FUNCTION app.clients_seen_in_part() RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN COALESCE((SELECT array_agg(mine.client_id) FROM public.clients_coachassignment mine
    WHERE {CURRENT} AND mine.sees_from_at IS NOT NULL), '{{}}');
END $$;
CREATE FUNCTION app.saw(client uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM public.clients_coachassignment mine
    WHERE mine.practice_id = app.practice_id() AND mine.coach_id = app.membership_id()
    AND mine.client_id = client AND (mine.sees_from_at IS NULL OR at >= mine.sees_from_at)
    AND (mine.ended_on IS NULL OR at < mine.ended_on + 1));
END $$;
CREATE FUNCTION app.handed_on(what text) RETURNS uuid[] LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN COALESCE((SELECT array_agg(handed.client_id) FROM public.clients_handedon handed
    JOIN public.clients_coachassignment mine ON mine.practice_id = handed.practice_id
      AND mine.id = handed.assignment_id AND mine.client_id = handed.client_id
    WHERE {CURRENT} AND handed.kind = what AND handed.withdrawn_at IS NULL), '{{}}');
END $$;
"""  # noqa: S608 -- our own words
NO_FUNCTIONS = """
DROP FUNCTION app.handed_on(text);
DROP FUNCTION app.saw(uuid, timestamptz);
DROP FUNCTION app.clients_seen_in_part();
"""

# The database says from when a coach sees: nobody's form, service or import does. A practice that
# comes in as a whole brings its own instants, and background work may name one of before.
TRIGGER = """
CREATE FUNCTION app.begin_to_see() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'coachops_transfer' THEN
    RETURN NEW;
  END IF;
  IF NOT EXISTS (SELECT FROM public.clients_coachassignment other
      WHERE other.practice_id = NEW.practice_id AND other.client_id = NEW.client_id) THEN
    NEW.sees_from_at := NULL;
  ELSIF app.has_role('system') THEN
    NEW.sees_from_at := COALESCE(NEW.sees_from_at, clock_timestamp());
  ELSE
    NEW.sees_from_at := GREATEST(NEW.sees_from_at, clock_timestamp());
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER begins_to_see BEFORE INSERT ON clients_coachassignment
  FOR EACH ROW EXECUTE FUNCTION app.begin_to_see();
"""
NO_TRIGGER = """
DROP TRIGGER begins_to_see ON clients_coachassignment;
DROP FUNCTION app.begin_to_see();
"""

# Of an assignment only its end is written, and that once: reopened, it would show what was said
# in between. Removed, it would make the next one the first.
WRITERS = has_any_role("owner", "coach", "assistant", "system")
ENDING = f"""
REVOKE UPDATE, DELETE ON clients_coachassignment FROM coachops_base;
GRANT UPDATE (ended_on) ON clients_coachassignment TO coachops_base;
ALTER POLICY who_updates ON clients_coachassignment
  USING ({WRITERS} AND (ended_on IS NULL OR ended_on >= CURRENT_DATE))
  WITH CHECK ({WRITERS} AND ended_on <= CURRENT_DATE + 1);
"""
NO_ENDING = f"""
ALTER POLICY who_updates ON clients_coachassignment USING ({WRITERS}) WITH CHECK ({WRITERS});
REVOKE UPDATE (ended_on) ON clients_coachassignment FROM coachops_base;
GRANT UPDATE, DELETE ON clients_coachassignment TO coachops_base;
"""

COACHES = f"{has_any_role('coach')} AND {IS_ASSIGNED_COACH}"
IS_AUTHOR = f"{is_member('author_id')} AND {has_any_role('coach')}"
# A brief that was taken back and shared anew is passed on anew.
PASSED_ON = (
    "EXISTS (SELECT FROM clients_handedon handed"
    " JOIN clients_coachassignment mine ON mine.practice_id = handed.practice_id"
    " AND mine.id = handed.assignment_id AND mine.client_id = handed.client_id"
    f" WHERE handed.{IN_PRACTICE} AND handed.client_id = clients_handoverbrief.client_id"
    " AND handed.kind = 'brief' AND handed.withdrawn_at IS NULL"
    f" AND handed.given_at >= clients_handoverbrief.shared_at AND mine.{is_member('coach_id')}"
    " AND (mine.ended_on IS NULL OR mine.ended_on >= CURRENT_DATE))"
)
READS_BRIEF = (
    f"({IS_AUTHOR}) OR (shared_at IS NOT NULL AND ({IS_THE_CLIENT} OR ({COACHES} AND {PASSED_ON})))"
)

OF_ITS_CLIENT = (
    "EXISTS (SELECT FROM clients_coachassignment theirs"
    f" WHERE theirs.{IN_PRACTICE} AND theirs.id = assignment_id"
    " AND theirs.client_id = {table}.client_id)"
)
# What passes on is the client's word and nobody else's.
DECIDES = f"""
CREATE POLICY who_inserts ON clients_handedon AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({IS_THE_CLIENT} AND {OF_ITS_CLIENT.format(table="clients_handedon")});
CREATE POLICY who_updates ON clients_handedon AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (withdrawn_at IS NULL AND {IS_THE_CLIENT}) WITH CHECK (withdrawn_at IS NOT NULL);
REVOKE UPDATE, DELETE ON clients_handedon FROM coachops_base;
GRANT UPDATE (withdrawn_at) ON clients_handedon TO coachops_base;
CREATE POLICY who_inserts ON clients_handover AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({WRITERS} AND answered_at IS NULL
    AND {OF_ITS_CLIENT.format(table="clients_handover")});
CREATE POLICY who_updates ON clients_handover AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({IS_THE_CLIENT}) WITH CHECK ({IS_THE_CLIENT} AND answered_at IS NOT NULL);
REVOKE UPDATE, DELETE ON clients_handover FROM coachops_base;
GRANT UPDATE (answered_at) ON clients_handover TO coachops_base;
"""
NO_DECIDES = """
DROP POLICY who_updates ON clients_handover;
DROP POLICY who_inserts ON clients_handover;
DROP POLICY who_updates ON clients_handedon;
DROP POLICY who_inserts ON clients_handedon;
"""

# A coach's will is theirs; an owner or the person it names puts it in force, for that person.
OWNS = has_any_role("owner")
NAMED = (
    "EXISTS (SELECT FROM clients_continuitywill will"
    f" WHERE will.{IN_PRACTICE} AND will.coach_id = clients_continuitycase.coach_id"
    " AND will.named_id = clients_continuitycase.named_id)"
)
OF_OPEN_CASE = (
    "EXISTS (SELECT FROM clients_continuitycase stands_in"
    f" WHERE stands_in.{IN_PRACTICE} AND stands_in.id = case_id AND stands_in.ended_at IS NULL"
    f" AND ({OWNS} OR stands_in.{is_member('named_id')}))"
)
WILLS = f"""
CREATE POLICY who_inserts ON clients_continuitywill AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({is_member("coach_id")});
CREATE POLICY who_updates ON clients_continuitywill AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({is_member("coach_id")}) WITH CHECK ({is_member("coach_id")});
CREATE POLICY who_deletes ON clients_continuitywill AS RESTRICTIVE FOR DELETE TO coachops_base
  USING ({is_member("coach_id")});
CREATE POLICY who_inserts ON clients_continuitycase AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK (({OWNS} OR {is_member("named_id")}) AND {is_member("began_by_id")}
    AND ended_at IS NULL AND {NAMED});
CREATE POLICY who_updates ON clients_continuitycase AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING (ended_at IS NULL
    AND ({OWNS} OR {is_member("named_id")} OR {is_member("coach_id")} OR {has_any_role("system")}))
  WITH CHECK (ended_at IS NOT NULL);
REVOKE UPDATE, DELETE ON clients_continuitycase FROM coachops_base;
GRANT UPDATE (ended_at, ended_by_id) ON clients_continuitycase TO coachops_base;
CREATE POLICY who_inserts ON clients_continuitytask AS RESTRICTIVE FOR INSERT TO coachops_base
  WITH CHECK ({OF_OPEN_CASE});
CREATE POLICY who_updates ON clients_continuitytask AS RESTRICTIVE FOR UPDATE TO coachops_base
  USING ({OF_OPEN_CASE}) WITH CHECK ({OF_OPEN_CASE});
REVOKE UPDATE, DELETE ON clients_continuitytask FROM coachops_base;
GRANT UPDATE (done_at) ON clients_continuitytask TO coachops_base;
"""
NO_WILLS = """
DROP POLICY who_updates ON clients_continuitytask;
DROP POLICY who_inserts ON clients_continuitytask;
DROP POLICY who_updates ON clients_continuitycase;
DROP POLICY who_inserts ON clients_continuitycase;
DROP POLICY who_deletes ON clients_continuitywill;
DROP POLICY who_updates ON clients_continuitywill;
DROP POLICY who_inserts ON clients_continuitywill;
"""


# Answers and what is written below them follow the response they belong to.
def sent_to_me(*, table: str, unless: str) -> str:
    seen = was_shared_with_me(client=f"{table}.subject_id", at="given.sent_at", kind="answers")
    return (
        "subject_id <> ALL ((SELECT app.clients_seen_in_part())::uuid[])"  # noqa: S608
        f" OR {unless} AND EXISTS (SELECT FROM questionnaires_response given"
        f" WHERE given.{IN_PRACTICE} AND given.id = response_id AND {seen})"
    )


WRITTEN_SINCE = (
    f"({is_member('author_id')} OR "
    + was_shared_with_me(client="subject_id", at="written_at", kind="answers")
    + ")"
)
ANSWERS = sees_since_through(
    "questionnaires_responseanswer",
    sent_to_me(table="questionnaires_responseanswer", unless="true"),
) + sees_since_through(
    "questionnaires_answercomment",
    sent_to_me(table="questionnaires_answercomment", unless=WRITTEN_SINCE),
)
NO_ANSWERS = no_sees_since("questionnaires_responseanswer", "questionnaires_answercomment")

# An answer is about whom its response is about: the wall decides by the answer's own column.
TOUCHED = (
    "questionnaires_response",
    "questionnaires_responseanswer",
    "questionnaires_answercomment",
)
TIED = "".join(
    [
        *(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;" for table in TOUCHED),
        (
            "ALTER TABLE questionnaires_response ADD CONSTRAINT response_of_subject"
            " UNIQUE (practice_id, id, subject_id);"
        ),
        *(
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_subject_fk"
            " FOREIGN KEY (practice_id, response_id, subject_id)"
            " REFERENCES questionnaires_response (practice_id, id, subject_id)"
            " ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;"
            for table in TOUCHED[1:]
        ),
        *(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;" for table in TOUCHED),
    ]
)
LOOSE = "".join(
    [
        *(f"ALTER TABLE {table} DROP CONSTRAINT {table}_subject_fk;" for table in TOUCHED[1:]),
        "ALTER TABLE questionnaires_response DROP CONSTRAINT response_of_subject;",
    ]
)


class Migration(migrations.Migration):
    dependencies = [("clients", "0019_handover"), ("questionnaires", "0003_makers")]
    operations = [
        TenantTable(
            "HandoverBrief",
            kind="confidential",
            only=READS_BRIEF,
            check=f"{COACHES} AND {IS_AUTHOR}",
        ),
        TenantTable("Handover"),
        TenantTable("HandedOn"),
        TenantTable("ContinuityWill"),
        TenantTable("ContinuityCase"),
        TenantTable("ContinuityTask"),
        PracticeFK("HandoverBrief", "client", on_delete="CASCADE", index=False),
        PracticeFK("HandoverBrief", "author"),
        PracticeFK("HandoverBrief", "next_coach"),
        PracticeFK("Handover", "client", on_delete="CASCADE"),
        PracticeFK("Handover", "assignment", on_delete="CASCADE", index=False),
        PracticeFK("HandedOn", "client", on_delete="CASCADE", index=False),
        PracticeFK("HandedOn", "assignment", on_delete="CASCADE"),
        PracticeFK("ContinuityWill", "coach", index=False),
        PracticeFK("ContinuityWill", "named"),
        PracticeFK("ContinuityCase", "coach"),
        PracticeFK("ContinuityCase", "named"),
        PracticeFK("ContinuityCase", "began_by"),
        PracticeFK("ContinuityCase", "ended_by"),
        PracticeFK("ContinuityTask", "case", on_delete="CASCADE", index=False),
        PracticeFK("ContinuityTask", "client", on_delete="CASCADE", index=False),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(TRIGGER, NO_TRIGGER),
        migrations.RunSQL(ENDING, NO_ENDING),
        migrations.RunSQL(DECIDES, NO_DECIDES),
        migrations.RunSQL(WILLS, NO_WILLS),
        migrations.RunSQL(ANSWERS, NO_ANSWERS),
        migrations.RunSQL(TIED, LOOSE),
    ]
