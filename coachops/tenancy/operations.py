"""Migration operations of the wall between practices. Each is plain SQL; `sqlmigrate` shows it."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# The scalar sub-select makes PostgreSQL call the function once a query, not once a row.
IN_PRACTICE = "practice_id = (SELECT app.practice_id())"


def is_member(column: str) -> str:
    """SQL: the column names the membership that acts."""
    return f"{column} = (SELECT app.membership_id())"


def has_any_role(*roles: str) -> str:
    """SQL: the acting membership has one of the roles."""
    return "(" + " OR ".join(f"(SELECT app.has_role('{role}'))" for role in roles) + ")"


# Dates of assignments are the practice's. Once a query, as above.
TODAY = "(SELECT app.practice_day())"

# Who may read a client's content.
IS_ASSIGNED_COACH = (
    "client_id IN (SELECT assignment.client_id"  # noqa: S608 -- constants
    " FROM clients_coachassignment assignment"
    " WHERE assignment.practice_id = (SELECT app.practice_id())"
    " AND assignment.coach_id = (SELECT app.membership_id())"
    f" AND assignment.started_on <= {TODAY}"
    f" AND (assignment.ended_on IS NULL OR assignment.ended_on >= {TODAY}))"
)
IS_THE_CLIENT = (
    "client_id IN (SELECT client.id FROM clients_client client"
    " WHERE client.practice_id = (SELECT app.practice_id())"
    " AND client.membership_id = (SELECT app.membership_id()))"
)

# A team is a client whose members come in as themselves. What it works on together is open to
# whoever belongs to it now; their own records stay theirs, and the team's other rows its coach's.
_OF_TEAM = (
    "FROM clients_teammember member JOIN clients_client person"
    " ON person.practice_id = member.practice_id AND person.id = member.client_id"
    " WHERE member.practice_id = (SELECT app.practice_id())"
    " AND person.membership_id = (SELECT app.membership_id())"
)
IS_IN_THE_TEAM = f"client_id IN (SELECT member.team_id {_OF_TEAM} AND member.left_at IS NULL)"


def shared_while_in_the_team(table: str) -> str:
    """SQL: a row with `shared_at` and `saved_at` was shared with a team while one was in it, and
    has not changed since one left."""
    return (
        f"(shared_at IS NOT NULL AND EXISTS (SELECT 1 {_OF_TEAM}"
        f" AND member.team_id = {table}.client_id AND member.joined_at <= {table}.shared_at"
        f" AND (member.left_at IS NULL"
        f" OR GREATEST({table}.shared_at, {table}.saved_at) <= member.left_at)))"
    )


# A coach who was not the first reads of a client what was shared while they coached, and what the
# client handed on. For everybody else the first test holds, and nothing more is asked: these
# functions (see the migrations of clients) look at the acting member's own assignments.
_IN_PART = "(SELECT app.clients_seen_in_part())::uuid[]"


def was_shared_with_me(*, client: str, at: str, kind: str) -> str:
    """SQL: shared while the acting coach coached this client, or handed on to them."""
    handed_on = f"{client} = ANY ((SELECT app.handed_on('{kind}'))::uuid[])"
    return f"(app.saw({client}, {at}) OR {handed_on})"


def sees_since(
    table: str, *, at: str, kind: str, client: str = "client_id", author: str | None = None
) -> str:
    """SQL: the policy `sees_since` of a table whose rows name their client.

    `at` is when a row was shared, `kind` what of it the client may hand on (`HandedOn.Kind`), and
    `author` the column with whoever reads it in any case. It narrows what `who_reads` opens, so
    that the two may change apart from each other.
    """
    ways = [f"{client} <> ALL ({_IN_PART})"]
    if author:
        ways.append(is_member(author))
    ways.append(was_shared_with_me(client=client, at=at, kind=kind))
    return _sees_since(table, " OR ".join(ways))


def sees_since_through(table: str, related: str) -> str:
    """SQL: the same for rows that reach their client through others: where it is not asked in
    vain, `related` must hold."""
    return _sees_since(table, f"(SELECT app.clients_seen_in_part()) = '{{}}' OR {related}")


def _sees_since(table: str, condition: str) -> str:
    return (
        f"CREATE POLICY sees_since ON {table} AS RESTRICTIVE FOR SELECT TO coachops_base"
        f" USING ({condition});"
    )


def no_sees_since(*tables: str) -> str:
    """SQL that takes the policies away again."""
    return "".join(f"DROP POLICY sees_since ON {table};" for table in tables)


# Kinds of columns by which a row is told to be over; none of them holds anybody's words.
_KEYS_AND_DATES = (models.ForeignKey, models.UUIDField, models.DateField, models.FileField)
# Plain columns with the name of a file in the storage, which goes with its row.
_NAMES_OF_FILES = frozenset({"stored_as", "source", "result"})


def may_be_erased(model: type[models.Model]) -> list[str]:
    """SQL: the role that removes what is over deletes rows of this table and reads only its
    keys, dates and names of files. Safe to run again."""
    fields = model._meta.concrete_fields
    columns = ", ".join(
        f'"{field.column}"'
        for field in fields
        if isinstance(field, _KEYS_AND_DATES) or field.name in _NAMES_OF_FILES
    )
    table = f'"{model._meta.db_table}"'
    condition = f"{IN_PRACTICE} AND {has_any_role('system')}"
    return [
        "GRANT USAGE ON SCHEMA app, public TO coachops_eraser",
        f"GRANT DELETE, SELECT ({columns}) ON {table} TO coachops_eraser",
        f"DROP POLICY IF EXISTS erases ON {table}",
        (
            f"CREATE POLICY erases ON {table} AS PERMISSIVE FOR ALL TO coachops_eraser"
            f" USING ({condition})"
        ),
    ]


# Whole practices go out and come in by a role of their own, which adds rows and changes none.
AS_TRANSFER = f"{IN_PRACTICE} AND (SELECT app.has_role('system'))"


def doors(table: str) -> list[str]:
    """SQL: the role of whole-practice exports and imports reads and adds rows of this table."""
    return [
        (
            f"CREATE POLICY transfer_out ON {table} FOR SELECT TO coachops_transfer"
            f" USING ({AS_TRANSFER})"
        ),
        (
            f"CREATE POLICY transfer_in ON {table} FOR INSERT TO coachops_transfer"
            f" WITH CHECK ({AS_TRANSFER})"
        ),
        f"GRANT SELECT, INSERT ON {table} TO coachops_transfer",
    ]


class TableOperation(Operation):
    """SQL about one model's table that leaves Django's state alone."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_name: str, **options: Any) -> None:
        self.model_name = model_name
        self.options = options

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name], self.options

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def table(self, editor: BaseDatabaseSchemaEditor, app_label: str, state: ProjectState) -> str:
        model = state.apps.get_model(app_label, self.model_name)
        return editor.quote_name(model._meta.db_table)

    @staticmethod
    def run(editor: BaseDatabaseSchemaEditor, statements: list[str]) -> None:
        for statement in statements:
            editor.execute(statement, params=None)


class TenantTable(TableOperation):
    """Enable and force row-level security, with the one standard policy and explicit grants.

    - `kind="practice"`: the ordinary role reads and writes rows of the active practice.
    - `kind="confidential"`: the ordinary role does nothing; the confidential role reaches rows of
      the practice that also satisfy `only` (who may read) and `check` (who may write).
    - `kind="append"`: the ordinary role reads and inserts, and never changes or removes.
    - `remove`: an extra SQL condition for DELETE alone.
    """

    def statements(self, table: str) -> list[str]:
        kind = self.options.get("kind", "practice")
        holder = "coachops_confidential" if kind == "confidential" else "coachops_base"
        rights = "SELECT, INSERT" if kind == "append" else "SELECT, INSERT, UPDATE, DELETE"
        result = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            (
                f"CREATE POLICY tenant ON {table} AS PERMISSIVE FOR ALL TO {holder}, coachops_owner"
                f" USING ({IN_PRACTICE}) WITH CHECK ({IN_PRACTICE})"
            ),
            (
                f"REVOKE ALL ON {table} FROM PUBLIC, coachops_base, coachops_confidential,"
                " coachops_dispatch"
            ),
            f"GRANT {rights} ON {table} TO {holder}",
            *doors(table),
        ]
        only, check = self.options.get("only"), self.options.get("check")
        if only:
            result.append(
                f"CREATE POLICY who_reads ON {table} AS RESTRICTIVE FOR SELECT TO {holder}"
                f" USING ({only})"
            )
            result += [
                f"CREATE POLICY who_{verb.lower()}s ON {table} AS RESTRICTIVE FOR {verb}"
                f" TO {holder} {clause}"
                for verb, clause in _write_clauses(check or only)
            ]
        if self.options.get("remove"):
            result.append(
                f"CREATE POLICY who_removes ON {table} AS RESTRICTIVE FOR DELETE TO {holder}"
                f" USING ({self.options['remove']})"
            )
        return result

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(schema_editor, app_label, to_state)
        model = to_state.apps.get_model(app_label, self.model_name)
        self.run(schema_editor, [*self.statements(table), *may_be_erased(model)])

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(schema_editor, app_label, from_state)
        policies = ("tenant", "who_reads", "who_inserts", "who_updates", "who_deletes", "erases")
        doors_too = ("who_removes", "transfer_out", "transfer_in")
        self.run(
            schema_editor,
            [f"DROP POLICY IF EXISTS {name} ON {table}" for name in (*policies, *doors_too)]
            + [
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
                (
                    f"REVOKE ALL ON {table} FROM coachops_base, coachops_confidential,"
                    " coachops_dispatch, coachops_eraser, coachops_transfer"
                ),
            ],
        )

    def describe(self) -> str:
        return f"Row-level security on {self.model_name}"


def _write_clauses(condition: str) -> list[tuple[str, str]]:
    return [
        ("INSERT", f"WITH CHECK ({condition})"),
        ("UPDATE", f"USING ({condition}) WITH CHECK ({condition})"),
        ("DELETE", f"USING ({condition})"),
    ]


class GlobalTable(TableOperation):
    """A table that is deliberately not tenant data (people, sign-in). Grants only."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(schema_editor, app_label, to_state)
        rights = self.options.get("rights", "SELECT, INSERT, UPDATE, DELETE")
        self.run(schema_editor, [f"GRANT {rights} ON {table} TO coachops_base"])

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self.table(schema_editor, app_label, from_state)
        self.run(schema_editor, [f"REVOKE ALL ON {table} FROM coachops_base"])

    def describe(self) -> str:
        return f"Grants on the global table of {self.model_name}"


class PracticeFK(TableOperation):
    """FOREIGN KEY (practice_id, column) REFERENCES target (practice_id, id), with its index.

    Foreign key checks bypass row-level security, so without the practice in the key one practice
    could attach rows to another's. on_delete is SQL: CASCADE, RESTRICT (the default) or
    SET NULL, which clears the one column. index=False where another index already serves.
    """

    def __init__(self, model_name: str, field: str, **options: Any) -> None:
        super().__init__(model_name, **options)
        self.field = field

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.model_name, self.field], self.options

    def _names(
        self, editor: BaseDatabaseSchemaEditor, app_label: str, state: ProjectState
    ) -> tuple[str, str, str, str, str]:
        model = state.apps.get_model(app_label, self.model_name)
        field = model._meta.get_field(self.field)
        column = str(field.column)
        stem = f"{model._meta.db_table}_{column}"[:50]
        target = field.remote_field.model._meta.db_table
        return (
            editor.quote_name(model._meta.db_table),
            editor.quote_name(column),
            editor.quote_name(target),
            f"{stem}_practice_fk",
            f"{stem}_practice_idx",
        )

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, column, target, constraint, index = self._names(schema_editor, app_label, to_state)
        on_delete = self.options.get("on_delete", "RESTRICT")
        action = f"SET NULL ({column})" if on_delete == "SET NULL" else on_delete
        if on_delete == "RESTRICT":
            action = "NO ACTION"  # like RESTRICT, but checked at commit
        both = list(dict.fromkeys((table, target)))
        statements = [f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in both]
        statements.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {constraint} FOREIGN KEY (practice_id, {column})"
            f" REFERENCES {target} (practice_id, id) ON DELETE {action}"
            " DEFERRABLE INITIALLY DEFERRED"
        )
        statements += [f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in both]
        if self.options.get("index", True):
            statements.append(f"CREATE INDEX {index} ON {table} (practice_id, {column})")
        self.run(schema_editor, statements)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table, _, _, constraint, index = self._names(schema_editor, app_label, from_state)
        self.run(
            schema_editor,
            [
                f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {constraint}",
                f"DROP INDEX IF EXISTS {index}",
            ],
        )

    def describe(self) -> str:
        return f"Reference within the practice: {self.model_name}.{self.field}"
