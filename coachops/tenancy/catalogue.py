"""Reads PostgreSQL's own catalogue: is the wall whole? Asked by tests and by the health page."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

WEB_ROLE = "coachops_web"

# Deliberately no tenant data: people, signing in, and what Django keeps about itself.
GLOBAL_TABLES = frozenset(
    {
        "account_emailaddress",
        "account_emailconfirmation",
        "auth_group",
        "auth_group_permissions",
        "auth_permission",
        "django_content_type",
        "django_migrations",
        "django_session",
        "mfa_authenticator",
        "outbox_heartbeat",
        "practices_user",
        "shared_cache",
        "usersessions_usersession",
    }
)
# Forced row security with policies of their own, each explained in its migration.
OWN_POLICIES = frozenset({"practices_practice", "practices_membership", "outbox_message"})
# The deliberate extra permissive policies, beside the doors of whole-practice transfers.
WIDENED = frozenset({("scheduling_claim", "busy_times"), ("scheduling_busyblock", "busy_times")})

_TABLES = """
SELECT c.relname, c.relkind::text, c.relrowsecurity AND c.relforcerowsecurity,
  pg_get_userbyid(c.relowner), coalesce(c.reloptions::text, '') LIKE '%%security_invoker=true%%',
  EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'practice_id'
          AND a.attnotnull AND NOT a.attisdropped),
  (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant'
     AND p.polpermissive AND p.polcmd = '*'
     AND pg_get_expr(p.polqual, p.polrelid) LIKE '%%practice_id = ( SELECT app.practice_id()%%'
     AND pg_get_expr(p.polwithcheck, p.polrelid)
       LIKE '%%practice_id = ( SELECT app.practice_id()%%'),
  ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
        AND p.polname <> 'tenant' AND NOT (p.polname = 'erases' AND p.polroles =
          ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolname = 'coachops_eraser'))
        AND NOT (p.polname IN ('transfer_out', 'transfer_in') AND p.polcmd IN ('r', 'a')
          AND p.polroles =
            ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolname = 'coachops_transfer')
          AND coalesce(pg_get_expr(p.polqual, p.polrelid),
                       pg_get_expr(p.polwithcheck, p.polrelid))
            LIKE '%%practice_id = ( SELECT app.practice_id()%%AND%%has_role(''system''%%')),
  (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid
     AND p.polname IN ('transfer_out', 'transfer_in')),
  has_table_privilege(%s, c.oid, 'TRUNCATE') OR has_table_privilege(%s, c.oid, 'TRIGGER')
    OR has_table_privilege(%s, c.oid, 'REFERENCES')
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
ORDER BY c.relname
"""
_COMPOSITE = """
SELECT con.conrelid::regclass::text, (
  SELECT array_agg(a.attname::text ORDER BY k.place)
  FROM unnest(con.conkey) WITH ORDINALITY k (number, place)
  JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.number)
FROM pg_constraint con
WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace
"""
_INDEXES = """
SELECT c.relname, i.indexrelid::regclass::text, a.attname
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisprimary
"""
_BYPASS = """
SELECT rolname FROM pg_roles WHERE (rolbypassrls OR rolsuper) AND pg_has_role(%s, oid, 'MEMBER')
"""
# One is known: it tells the date where the open practice is, and nothing else.
_DEFINERS = """
SELECT proname FROM pg_proc WHERE prosecdef
AND pronamespace IN ('public'::regnamespace, 'app'::regnamespace)
AND oid <> 'app.practice_day(timestamptz)'::regprocedure
"""
# Read by person across practices, or by due time across practices; see their models.
_OTHER_LEADERS = frozenset(
    {
        "busy_block_resource_starts",
        "claim_resource_starts",
        "claim_no_overlap",
        "membership_user",
        "message_due",
        "message_lease",
    }
)


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    kind: str
    forced: bool
    owner: str
    invoker: bool
    has_practice: bool
    standard_policies: int
    extra_policies: list[str]
    doors: int
    dangerous: bool


def problems() -> list[str]:
    """Every way in which the database differs from the wall as designed; empty when it is whole."""
    tables = [_Table(*row) for row in _rows(_TABLES, [WEB_ROLE] * 3)]
    found = [text for table in tables for text in _table_problems(table)]
    tenant = {t.name for t in tables if t.kind in "rp" and t.name not in GLOBAL_TABLES}
    return found + _reference_problems(tenant) + _index_problems(tenant) + _role_problems()


def _rows(sql: str, params: list[str] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _table_problems(table: _Table) -> list[str]:
    if table.kind == "m":
        return [f"{table.name}: materialized views ignore row security"]
    if table.kind == "v":
        return [] if table.invoker else [f"{table.name}: view without security_invoker"]
    checks = [
        (table.dangerous, "the web role may truncate, reference or add triggers"),
        (table.owner == WEB_ROLE, "owned by the web role"),
    ]
    if table.name not in GLOBAL_TABLES:
        checks.append((not table.forced, "row security is not enabled and forced"))
    if table.name not in GLOBAL_TABLES | OWN_POLICIES:
        extra = [p for p in table.extra_policies if (table.name, p) not in WIDENED]
        checks += [
            (not table.has_practice, "no NOT NULL practice_id, and not listed as global"),
            (table.standard_policies != 1, "the standard policy is missing or changed"),
            (bool(extra), f"extra permissive policies {extra}"),
            (table.doors != 2, "a whole practice cannot leave or come back with it"),
        ]
    return [f"{table.name}: {text}" for failed, text in checks if failed]


def _reference_problems(tenant: set[str]) -> list[str]:
    composite = {
        (str(table), columns[1])
        for table, columns in _rows(_COMPOSITE)
        if isinstance(columns, list) and len(columns) == 2 and columns[0] == "practice_id"
    }
    found = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in tenant:
            continue
        for field in model._meta.local_fields:
            target = field.remote_field.model._meta.db_table if field.remote_field else ""
            is_reference = target in tenant and target != "practices_practice"
            if is_reference and (table, field.column) not in composite:
                found.append(f"{table}.{field.column}: no composite foreign key")
            found += _probe_problems(table, field)
    return found


def _probe_problems(table: str, field: "models.Field[Any, Any]") -> list[str]:
    """A column that is unique over all practices tells that a value exists elsewhere."""
    if table in OWN_POLICIES or not field.unique or field.primary_key:
        return []
    return [f"{table}.{field.column}: unique across practices"]


def _index_problems(tenant: set[str]) -> list[str]:
    return [
        f"{table}: index {index} does not lead with the practice"
        for table, index, column in _rows(_INDEXES)
        if table in tenant - {"practices_practice"}
        and column != "practice_id"
        and str(index).split(".")[-1] not in _OTHER_LEADERS
    ]


def _role_problems() -> list[str]:
    found = [
        f"the web role can act as {name}, which bypasses row security"
        for (name,) in _rows(_BYPASS, [WEB_ROLE])
    ]
    found += [f"{name}: security definer function" for (name,) in _rows(_DEFINERS)]
    may_create = _rows("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [WEB_ROLE])
    if may_create[0][0]:
        found.append("the web role may create objects in schema public")
    return found
