from django.db import migrations

from coachops.tenancy.operations import (
    IN_PRACTICE,
    IS_ASSIGNED_COACH,
    IS_THE_CLIENT,
    PracticeFK,
    has_any_role,
    is_member,
)

COACHED = IS_ASSIGNED_COACH.replace("client_id IN", "subject_id IN", 1)
COACHED_TEAM = IS_ASSIGNED_COACH.replace("client_id IN", "asked.team_id IN", 1)
MINE = IS_THE_CLIENT.replace("client_id IN", "subject_id IN", 1)
LET_IN = "app.has_role('response:' || response_id::text)"
SENT = (
    "EXISTS (SELECT FROM questionnaires_response given"
    f" WHERE given.{IN_PRACTICE} AND given.id = response_id AND given.sent_at IS NOT NULL)"
)
ANSWERS = f"{MINE} OR {LET_IN}"
IS_COACH = has_any_role("coach")


def for_team(table: str, more: str = "asked.team_id IS NOT NULL") -> str:
    """SQL: asked of somebody for the sake of a team they are in."""
    return (
        "EXISTS (SELECT FROM tracking_askedquestionnaire asked"
        " JOIN questionnaires_response given ON given.practice_id = asked.practice_id"
        " AND given.id = asked.response_id"
        f" WHERE asked.{IN_PRACTICE} AND asked.response_id = {table}.response_id AND {more})"
    )


def coaches(table: str) -> str:
    """SQL: coaches whoever it was asked for: the person, or else the team and not the person.

    A later coach of the team reads what was sent since they began, as in `sees_since`, which knows
    only the person.
    """
    of_team = for_team(
        table,
        f"given.sent_at IS NOT NULL AND {COACHED_TEAM} AND app.saw(asked.team_id, given.sent_at)",
    )
    return f"{IS_COACH} AND (({COACHED} AND NOT {for_team(table)}) OR {of_team})"


def who(*, before: bool) -> str:
    """SQL that puts these in the place of what clients/0009 says."""
    result = ""
    for name in ("responseanswer", "answercomment"):
        table = f"questionnaires_{name}"
        reader = f"{IS_COACH} AND {COACHED}" if before else coaches(table)
        reads = f"({reader} AND {SENT})"
        if name == "responseanswer":
            result += f"ALTER POLICY who_reads ON {table} USING ({reads} OR {ANSWERS});"
            continue
        talks = f"{is_member('author_id')} AND (({reader}) OR {MINE})"
        result += (
            f"ALTER POLICY who_reads ON {table} USING ({reads} OR {MINE});"
            f"ALTER POLICY who_inserts ON {table} WITH CHECK ({talks});"
            f"ALTER POLICY who_updates ON {table} USING ({talks}) WITH CHECK ({talks});"
            f"ALTER POLICY who_deletes ON {table} USING ({talks});"
        )
    return result


# Nothing would say any more for whom it was answered: the answers go with the question.
GOES_TOGETHER = """
CREATE FUNCTION app.forget_answers_to_team() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM public.questionnaires_response given
  WHERE given.practice_id = OLD.practice_id AND given.id = OLD.response_id;
  RETURN NULL;
END $$;
CREATE TRIGGER forgets_answers_to_team AFTER DELETE ON tracking_askedquestionnaire
  FOR EACH ROW WHEN (OLD.team_id IS NOT NULL) EXECUTE FUNCTION app.forget_answers_to_team();
"""
GOES_APART = """
DROP TRIGGER forgets_answers_to_team ON tracking_askedquestionnaire;
DROP FUNCTION app.forget_answers_to_team();
"""


class Migration(migrations.Migration):
    dependencies = [("tracking", "0017_asked_in_teams")]
    operations = [
        PracticeFK("AskedQuestionnaire", "team", on_delete="CASCADE"),
        migrations.RunSQL(who(before=False), who(before=True)),
        migrations.RunSQL(GOES_TOGETHER, GOES_APART),
    ]
