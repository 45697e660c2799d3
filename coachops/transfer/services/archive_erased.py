"""An archive of before an erasure does not bring anybody back: what was theirs stays out.

The ledger knows erased clients by the number they had in the practice the archive is from. What
hangs on them is found in the archive itself, row by row, until nothing more is found.
"""

from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from clients.queries.erased import hash_of, read_ledger
from coachops.transfer.services.archive_plan import Table, table_of
from coachops.transfer.services.archive_reading import Archive

_CLIENTS: Final = "clients.Client"
_MEMBERS: Final = "practices.Membership"
# Numbers of clients that are no references: whose words a row holds.
_SUBJECT: Final = "subject_id"
_OF_SUBJECTS: Final = ("questionnaires.", "outbox.")
# Somebody else's row that only names them loses the name.
_NAMES_THEM: Final = frozenset({"referrer_client_id"})
# What mails to those who worked with them were about.
_SUBJECTS: Final = frozenset({"correspondence.MailLogEntry", "correspondence.DigestLine"})
# Rows about an address, whoever's they are.
_ADDRESSES: Final = {
    "clients.Enquiry": "email",
    "correspondence.AddressBounce": "address",
    "correspondence.DigestLine": "address",
    "correspondence.MailLogEntry": "address",
    "correspondence.MailPreference": "address",
    "outbox.Message": "recipient",
    "scheduling.InvitationReply": "email",
    "scheduling.Session": "guest_email",
}


@dataclass
class Erased:
    """Old numbers of everything that stays out, and of the accounts nobody needs any more."""

    clients: set[str] = field(default_factory=set)
    rows: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    users: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def stays_out(self, table: Table, row: dict[str, Any]) -> bool:
        """Whether this row is theirs, as far as is known by now."""
        if not self.clients:
            return False
        return row["id"] in self.rows or self._is_theirs(table, row)

    def without_them(self, table: Table, row: dict[str, Any]) -> None:
        """Take their number out of a row that stays."""
        for column, (_target, is_optional) in _references(table.label).items():
            is_named = column in _NAMES_THEM and row.get(column) in self.rows
            if is_optional and (is_named or row.get(column) in self.members):
                row[column] = None

    def _is_theirs(self, table: Table, row: dict[str, Any]) -> bool:
        address = _ADDRESSES.get(table.label)
        if address and str(row.get(address) or "").lower() in self.addresses:
            return True
        subject = str(row.get("subject") or "") if table.label in _SUBJECTS else ""
        if any(name in subject for name in self.names):
            return True
        if table.label.startswith(_OF_SUBJECTS) and row.get(_SUBJECT) in self.rows:
            return True
        for column, (target, is_optional) in _references(table.label).items():
            value = row.get(column)
            if target == _MEMBERS and value in self.members and not is_optional:
                return True
            if target != _MEMBERS and value in self.rows and column not in _NAMES_THEM:
                return True
        return False


def erased_in(archive: Archive) -> Erased:
    """Reads nothing but the clients where nobody of them was erased."""
    erased, known = Erased(), read_ledger()
    practice = UUID(str(archive.manifest["practice"]["id"]))
    theirs: set[str] = set()
    for row in _rows(archive, _CLIENTS) if known else ():
        if hash_of(practice, UUID(row["id"])) in known:
            erased.clients.add(row["id"])
            erased.names |= {str(row["name"])} - {""}
            erased.addresses |= {str(row["email"]).lower()} - {""}
            theirs |= {row["membership_id"]} - {None}
    if erased.clients:
        erased.rows |= erased.clients
        _find_members(archive, erased, theirs)
        while _find_more(archive, erased):
            continue
    return erased


def _find_members(archive: Archive, erased: Erased, theirs: set[str]) -> None:
    """Somebody who also looks after another client's dates stays, as that."""
    members = list(_rows(archive, _MEMBERS))
    for row in members:
        if row["id"] in theirs and row["roles"] == ["client"]:
            erased.members.add(row["id"])
    needed = {row["user_id"] for row in members if row["id"] not in erased.members}
    gone = {row["user_id"] for row in members if row["id"] in erased.members}
    erased.users = gone - needed


def _find_more(archive: Archive, erased: Erased) -> bool:
    before = len(erased.rows)
    for entry in archive.manifest["tables"]:
        table = table_of(entry["label"])
        if table is None or table.label == _MEMBERS:
            continue
        for row in archive.lines(entry["entry"]):
            if row["id"] not in erased.rows and erased.stays_out(table, row):
                erased.rows.add(row["id"])
    return len(erased.rows) > before


def _rows(archive: Archive, label: str) -> Any:
    for entry in archive.manifest["tables"]:
        if entry["label"] == label:
            yield from archive.lines(entry["entry"])


@cache
def _references(label: str) -> dict[str, tuple[str, bool]]:
    """By column: what it refers to, and whether it may be empty."""
    fields: list[Any] = list(apps.get_model(label)._meta.concrete_fields)
    return {
        str(each.column): (str(each.remote_field.model._meta.label), bool(each.null))
        for each in fields
        if isinstance(each, models.ForeignKey) and each.name != "practice"
    }
