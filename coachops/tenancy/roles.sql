-- The eight database roles, once per cluster, by an administrator. Safe to run again.
-- Passwords are not set here: give the three LOGIN roles theirs from your secret store.
DO $$
DECLARE
  role_name text;
BEGIN
  FOREACH role_name IN ARRAY ARRAY[
    'coachops_base', 'coachops_confidential', 'coachops_dispatch', 'coachops_eraser',
    'coachops_transfer'
  ] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE', role_name);
    END IF;
  END LOOP;
  FOREACH role_name IN ARRAY ARRAY['coachops_owner', 'coachops_web'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE', role_name);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'coachops_backup') THEN
    CREATE ROLE coachops_backup LOGIN NOSUPERUSER BYPASSRLS NOCREATEROLE;
  END IF;
END $$;

-- Everybody who works has the ordinary grants; the web login may step up for one transaction only.
GRANT coachops_base TO coachops_confidential;
GRANT coachops_base TO coachops_web;
GRANT coachops_confidential TO coachops_web WITH INHERIT FALSE, SET TRUE;
GRANT coachops_dispatch TO coachops_web WITH INHERIT FALSE, SET TRUE;
GRANT coachops_transfer TO coachops_web WITH INHERIT FALSE, SET TRUE;
-- Removes what is over without being able to read what it removes.
GRANT coachops_eraser TO coachops_web WITH INHERIT FALSE, SET TRUE;
GRANT pg_read_all_data TO coachops_backup;

-- Settings live on the role, not in the session, so that a connection pooler stays clean.
ALTER ROLE coachops_web SET timezone = 'UTC';
ALTER ROLE coachops_owner SET timezone = 'UTC';
ALTER ROLE coachops_backup SET timezone = 'UTC';
ALTER ROLE coachops_web SET statement_timeout = '15s';
ALTER ROLE coachops_web SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE coachops_web SET lock_timeout = '5s';
