from django.db import migrations

from coachops.tenancy.operations import TODAY

# Assignments begin and end at the practice's midnight. Until now the wall counted in UTC, where it
# comes later, or earlier. The functions are those of clients/0020 otherwise.
CURRENT = (
    "mine.practice_id = app.practice_id() AND mine.coach_id = app.membership_id()"
    " AND (mine.ended_on IS NULL OR mine.ended_on >= {today})"
)
FUNCTIONS = """
CREATE OR REPLACE FUNCTION app.clients_seen_in_part() RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN COALESCE((SELECT array_agg(mine.client_id) FROM public.clients_coachassignment mine
    WHERE {current} AND mine.sees_from_at IS NOT NULL), '{{}}');
END $$;
CREATE OR REPLACE FUNCTION app.saw(client uuid, at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN EXISTS (SELECT FROM public.clients_coachassignment mine
    WHERE mine.practice_id = app.practice_id() AND mine.coach_id = app.membership_id()
    AND mine.client_id = client AND (mine.sees_from_at IS NULL OR at >= mine.sees_from_at)
    AND (mine.ended_on IS NULL OR {day_of_sharing} <= mine.ended_on));
END $$;
CREATE OR REPLACE FUNCTION app.handed_on(what text) RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
  RETURN COALESCE((SELECT array_agg(handed.client_id) FROM public.clients_handedon handed
    JOIN public.clients_coachassignment mine ON mine.practice_id = handed.practice_id
      AND mine.id = handed.assignment_id AND mine.client_id = handed.client_id
    WHERE {current} AND handed.kind = what AND handed.withdrawn_at IS NULL), '{{}}');
END $$;
"""
OF_THE_PRACTICE = FUNCTIONS.format(
    current=CURRENT.format(today=TODAY), day_of_sharing="app.practice_day(at)"
)
OF_UTC = FUNCTIONS.format(current=CURRENT.format(today="CURRENT_DATE"), day_of_sharing="at::date")

# Every policy as it stands, with the other day in it. There was a day of grace at the start, which
# is needed no more.
_POLICIES = """
DO $rewrite$
DECLARE
  found record;
  words text;
BEGIN
  FOR found IN
    SELECT tablename, policyname, qual, with_check FROM pg_policies
    WHERE schemaname = 'public' AND strpos(concat(qual, ' ', with_check), {before}) > 0
  LOOP
    words := format('ALTER POLICY %I ON public.%I', found.policyname, found.tablename);
    IF found.qual IS NOT NULL THEN
      words := words || ' USING (' || {renamed_qual} || ')';
    END IF;
    IF found.with_check IS NOT NULL THEN
      words := words || ' WITH CHECK (' || {renamed_check} || ')';
    END IF;
    EXECUTE words;
  END LOOP;
END $rewrite$;
"""
_HERE = "'( SELECT app.practice_day() AS practice_day)'"
_UTC = "'CURRENT_DATE'"


def _days(before: str, after: str) -> str:
    def renamed(words: str) -> str:
        graceless = f"replace({words}, '(CURRENT_DATE + 1)', 'CURRENT_DATE')"
        return f"replace({graceless}, {before}, {after})"

    return _POLICIES.format(
        before=before,
        renamed_qual=renamed("found.qual"),
        renamed_check=renamed("found.with_check"),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0002_practice_day"),
        ("retention", "0009_holds_bind_links_and_standings"),
        ("clients", "0026_wall_of_handover_by_link"),
        ("scheduling", "0012_since_a_coach_began"),
        ("tracking", "0018_wall_of_asked_in_teams"),
    ]
    operations = [
        migrations.RunSQL(OF_THE_PRACTICE, OF_UTC),
        migrations.RunSQL(_days(_UTC, _HERE), _days(_HERE, _UTC)),
    ]
