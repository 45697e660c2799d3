"""What the policies of the wall ask: who acts, in which practice, on which day there."""

# The date on the practice's own calendar: its zone is a column of its row. As the owner of the
# table, since the plan of a function that meets row security is thrown away whenever the role
# changes, and this one is asked in nearly every statement. It tells of the open practice alone.
PRACTICE_DAY = """
CREATE OR REPLACE FUNCTION app.practice_day(moment timestamptz DEFAULT now()) RETURNS date
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  RETURN (SELECT (moment AT TIME ZONE practice.time_zone)::date
    FROM public.practices_practice practice WHERE practice.id = app.practice_id());
END $$;
"""
FUNCTIONS = f"""
CREATE SCHEMA IF NOT EXISTS app;
CREATE OR REPLACE FUNCTION app.practice_id() RETURNS uuid LANGUAGE plpgsql STABLE PARALLEL SAFE
SET search_path = pg_catalog AS $$
DECLARE
  value text := current_setting('app.practice_id', true);
BEGIN
  IF value IS NULL OR value = '' THEN
    RAISE EXCEPTION 'no practice scope is active' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN value::uuid;
END $$;
CREATE OR REPLACE FUNCTION app.practice_id_or_null() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.practice_id', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app.practice_slug() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT COALESCE(current_setting('app.practice_slug', true), '') $$;
CREATE OR REPLACE FUNCTION app.user_id_or_null() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.user_id', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app.membership_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT NULLIF(current_setting('app.membership_id', true), '')::uuid $$;
CREATE OR REPLACE FUNCTION app.has_role(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT role = ANY (string_to_array(current_setting('app.roles', true), ',')) $$;
GRANT USAGE ON SCHEMA app TO coachops_base, coachops_dispatch;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO coachops_base, coachops_dispatch;
{PRACTICE_DAY}
"""  # noqa: S608 -- our own words
FUNCTIONS_REVERSE = "DROP SCHEMA IF EXISTS app CASCADE;"
