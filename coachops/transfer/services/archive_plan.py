"""What a whole practice consists of, read from the models: nothing new can be forgotten.

Every table of a practice goes into the archive. What stands in OPEN is there for its owner to read;
all else is sealed, so that a table nobody has thought about is safe. What is LEFT_OUT says why.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models

from coachops.practices.models import Membership
from coachops.tenancy.models import PracticeModel

# Owners see these in full: see coachops.practices.policies.
OPEN: Final = frozenset(
    {
        "clients.Client",
        "clients.CoachAssignment",
        "clients.Engagement",
        "clients.EngagementStakeholder",
        "clients.SponsorContact",
        "clients.SponsorOrganisation",
        "practices.AssistantAssignment",
        "programs.EngagementPlan",
        "programs.LedgerAccount",
        "programs.LedgerEntry",
        "programs.Phase",
        "programs.PlannedSession",
        "programs.Program",
        "programs.ProgramVersion",
        "programs.SessionPlan",
        "scheduling.MeetingRoom",
        "scheduling.Offering",
        "scheduling.OfferingCoach",
        "scheduling.ReminderPolicy",
        "scheduling.Schedule",
        "scheduling.ScheduleRule",
    }
)

LEFT_OUT: Final = {
    "transfer.Transfer": "it is about the files that go in and out, and those do not go along",
    "transfer.ImportedRow": "it is the copy of a sheet, for a week",
    "practices.SignedLink": "links in mails already sent name the practice they were sent from",
    "scheduling.CalendarFeed": "the secret address of a feed names the practice it is for",
    "scheduling.BookingLink": "the secret address of a link names the practice it is for",
    "scheduling.BusySource": "the way into a coach's own calendar is the coach's, to connect again",
    "scheduling.BusyBlock": "it is read anew from the calendars that are connected",
    "scheduling.CalendarCopy": "it is what was written into a coach's own calendar",
    "clients.SealingCertificate": "a private key for signing stays where it was made; the practice"
    " makes its next one with the first agreement",
}

# Whose key opens a row, where no column of its own names the client.
_OWNER_SQL: Final = {
    "scheduling.BookingAnswer": "(SELECT owner.client_id FROM scheduling_session owner"
    " WHERE owner.practice_id = t.practice_id AND owner.id = t.session_id)",
    "questionnaires.AnswerFile": "(SELECT owner.subject_id FROM questionnaires_response owner"
    " WHERE owner.practice_id = t.practice_id AND owner.id = t.response_id)",
}
_OWNER_COLUMNS: Final = ("client_id", "subject_id")
# Files that are sealed like a text, with the key and for the row that names them.
SEALED_FILES: Final = frozenset({"questionnaires.AnswerFile", "clients.CoachingMessage"})


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the archive and how its columns are treated."""

    label: str
    name: str
    is_open: bool
    columns: tuple[str, ...]
    uuids: frozenset[str]
    nested: frozenset[str]
    sealed: frozenset[str]
    files: frozenset[str]
    # References to what is left out.
    cut: frozenset[str]
    has_own_key: bool
    owner_sql: str
    # Memberships keep policies of their own, which background work is inside.
    is_behind_doors: bool

    @property
    def special_sql(self) -> str:
        """Which rows hold a key, or name a file: only those are looked into when they leave."""
        if self.label == "clients.ClientKey":
            return "true"
        tests = [f"coalesce(line.\"{column}\", '') <> ''" for column in sorted(self.files)]
        if self.has_own_key:
            tests.append("line.wrapped_key IS NOT NULL")
        return " OR ".join(tests) or "false"


def is_of_practice(model: type[models.Model]) -> bool:
    return issubclass(model, PracticeModel)


@cache
def tables() -> tuple[Table, ...]:
    """Every table that goes along, in an order in which keys come before what they open."""
    found = [
        _table(model)
        for model in apps.get_models()
        if is_of_practice(model) and model._meta.label not in LEFT_OUT
    ]
    first = {"practices.Membership": 0, "clients.ClientKey": 1}
    return tuple(sorted(found, key=lambda table: (first.get(table.label, 2), table.label)))


def table_of(label: str) -> Table | None:
    return next((table for table in tables() if table.label == label), None)


def _table(model: type[models.Model]) -> Table:
    fields: list[Any] = [f for f in model._meta.concrete_fields if not f.generated]
    binary = {str(f.column) for f in fields if isinstance(f, models.BinaryField)}
    files = {str(f.column) for f in fields if isinstance(f, models.FileField)}
    files |= {str(f.column) for f in fields if f.name == "stored_as"}
    uuids = {str(f.column) for f in fields if isinstance(_kind(f), models.UUIDField)}
    nested = {str(f.column) for f in fields if _is_nested(f)}
    label = model._meta.label
    return Table(
        label=label,
        name=model._meta.db_table,
        is_open=label in OPEN,
        columns=tuple(str(f.column) for f in fields),
        uuids=frozenset(uuids),
        nested=frozenset(nested),
        sealed=frozenset(name for name in binary if name.startswith("sealed_")),
        files=frozenset(files),
        cut=frozenset(str(f.column) for f in fields if _is_cut(f)),
        has_own_key="wrapped_key" in binary,
        owner_sql=_owner_sql(label, fields),
        is_behind_doors=model is not Membership,
    )


def _kind(field: Any) -> Any:
    return field.target_field if isinstance(field, models.ForeignKey) else field


def _is_cut(field: Any) -> bool:
    is_reference = isinstance(field, models.ForeignKey)
    return is_reference and field.remote_field.model._meta.label in LEFT_OUT


def _is_nested(field: Any) -> bool:
    return isinstance(field, models.JSONField) or hasattr(field, "base_field")


def _owner_sql(label: str, fields: list[Any]) -> str:
    if label in _OWNER_SQL:
        return _OWNER_SQL[label]
    columns = {str(field.column) for field in fields}
    named = next((column for column in _OWNER_COLUMNS if column in columns), "")
    return f't."{named}"' if named else "NULL::uuid"


def unknown_seals() -> list[str]:
    """Columns of bytes that an import would not know how to seal anew; there is none."""
    plain = {"wrapped", "wrapped_key", "drawing"}
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if is_of_practice(model) and model._meta.label not in LEFT_OUT
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
        and not (field.name in plain or field.name.endswith("_hash"))
        and not field.name.startswith("sealed_")
    ]
