"""Who reads mail at an address, what they chose, and whether mail arrives there at all."""

from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from coachops.correspondence.policies import Choices, Quiet, Standing
from coachops.tenancy.scope import current_practice_id
from scheduling.policies.reminders import QuietHours

# One row. Each part names the practice itself, so that every index condition leads with it.
_READER: Final = """
SELECT
  (SELECT client.id FROM clients_client client
   WHERE client.practice_id = %(practice)s AND client.email IN (%(typed)s, %(address)s) LIMIT 1),
  (SELECT client.id FROM practices_user person
   JOIN practices_membership member ON member.practice_id = %(practice)s
     AND member.user_id = person.id AND member.audience = 'client'
   JOIN clients_client client ON client.practice_id = member.practice_id
     AND client.membership_id = member.id
   WHERE person.email = %(address)s LIMIT 1),
  EXISTS (SELECT FROM practices_user person
   JOIN practices_membership member ON member.practice_id = %(practice)s
     AND member.user_id = person.id AND member.audience = 'staff' AND member.ended_at IS NULL
   WHERE person.email = %(address)s),
  EXISTS (SELECT FROM clients_sponsorcontact contact
   LEFT JOIN practices_membership member ON member.practice_id = contact.practice_id
     AND member.id = contact.membership_id
   LEFT JOIN practices_user person ON person.id = member.user_id
   WHERE contact.practice_id = %(practice)s AND contact.access_ended_at IS NULL
     AND (contact.email IN (%(typed)s, %(address)s) OR person.email = %(address)s)),
  (SELECT CASE WHEN count(*) = 1 THEN min(delegation.client_id::text)::uuid END
   FROM practices_user person
   JOIN practices_membership member ON member.practice_id = %(practice)s
     AND member.user_id = person.id
   JOIN clients_delegation delegation ON delegation.practice_id = member.practice_id
     AND delegation.membership_id = member.id AND delegation.ended_on IS NULL
   WHERE person.email = %(address)s),
  EXISTS (SELECT FROM practices_user person
   JOIN practices_membership member ON member.practice_id = %(practice)s
     AND member.user_id = person.id AND member.ended_at IS NULL
   JOIN clients_delegation delegation ON delegation.practice_id = member.practice_id
     AND delegation.membership_id = member.id AND delegation.ended_on IS NULL
   WHERE person.email = %(address)s),
  (SELECT row_to_json(chosen) FROM (
     SELECT off, reminders, digest, quiet, quiet_from, quiet_until
     FROM correspondence_mailpreference
     WHERE practice_id = %(practice)s AND address = %(address)s) chosen),
  EXISTS (SELECT FROM correspondence_addressbounce
   WHERE practice_id = %(practice)s AND address = %(address)s),
  (SELECT ARRAY[quiet_from, quiet_until] FROM scheduling_reminderpolicy
   WHERE practice_id = %(practice)s AND quiet_from IS NOT NULL LIMIT 1)
"""


@dataclass(frozen=True, slots=True)
class KnownReader:
    """`client_id` names the client whose log the mail stands in, where it can be nobody else's;
    `is_copy`: as their assistant."""

    address: str
    standings: frozenset[Standing]
    client_id: UUID | None
    is_copy: bool
    choices: Choices
    bounces: bool
    language: str = "en-gb"
    time_zone: str = "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def quiet_hours(self) -> QuietHours | None:
        chosen = self.choices
        if chosen.quiet_from is None or chosen.quiet_until is None:
            return None
        return QuietHours(chosen.quiet_from, chosen.quiet_until)


_last: ContextVar[tuple[UUID, KnownReader] | None] = ContextVar("last_reader", default=None)


def plain_address(address: str) -> str:
    """As addresses are kept here: what differs by case is one mailbox."""
    return address.strip().lower()


def known_reader(address: str) -> KnownReader:
    """What the active practice knows of an address. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            _READER,
            {
                "practice": current_practice_id(),
                "typed": address,
                "address": plain_address(address),
            },
        )
        row: Any = cursor.fetchone()
    own, by_sign_in, is_staff, is_contact, only, assists, chosen, bounces, practice_quiet = row
    client_id = own or by_sign_in
    found = {
        Standing.CLIENT: client_id is not None,
        Standing.STAFF: is_staff,
        Standing.CONTACT: is_contact,
        Standing.DELEGATE: assists,
    }
    # Whoever also works here, or for several clients, gets mail about others at the same address:
    # it stands in nobody's log.
    is_theirs_alone = not (is_staff or is_contact or (assists and client_id is not None))
    return KnownReader(
        address=plain_address(address),
        standings=frozenset(standing for standing, holds in found.items() if holds),
        client_id=(client_id or only) if is_theirs_alone else None,
        is_copy=client_id is None and assists,
        choices=_choices(chosen, practice_quiet),
        bounces=bounces,
    )


def reader_of_message(message_id: UUID, address: str) -> KnownReader:
    """The same for a mail that is being prepared, asked once for its text and its fate."""
    last = _last.get()
    if last is not None and last[0] == message_id and last[1].address == plain_address(address):
        return last[1]
    return remember(message_id, known_reader(address))


def remember(message_id: UUID, reader: KnownReader) -> KnownReader:
    _last.set((message_id, reader))
    return reader


def spoken_to(reader: KnownReader, *, language: str, time_zone: str) -> KnownReader:
    return replace(reader, language=language, time_zone=time_zone)


def _choices(chosen: dict[str, Any] | None, practice_quiet: list[Any] | None) -> Choices:
    from_, until = practice_quiet or (None, None)
    if chosen is None:
        return Choices(quiet_from=from_, quiet_until=until)
    if chosen["quiet"] == Quiet.NONE:
        from_ = until = None
    elif chosen["quiet"] == Quiet.OWN:
        from_, until = _time(chosen["quiet_from"]), _time(chosen["quiet_until"])
    return Choices(
        off=frozenset(chosen["off"]),
        reminders=chosen["reminders"],
        digest=chosen["digest"],
        quiet_from=from_,
        quiet_until=until,
        is_quiet_own=chosen["quiet"] == Quiet.OWN,
    )


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)
