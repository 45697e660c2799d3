"""What the client brings to a meeting of three, opened for the client or their coach."""

from dataclasses import dataclass
from uuid import UUID

from clients.queries.safes import open_wrapped, wrapped_key
from coachops.tenancy.scope import confidential
from scheduling.models import PollShares


@dataclass(frozen=True, slots=True)
class Sealed:
    """A row as it is kept, with the client's key; no row is an empty list."""

    row_id: UUID | None
    client_id: UUID
    lines: bytes | None
    key: bytes | None


def shares_of(poll_id: UUID) -> tuple[str, ...]:
    """The client's lines; one statement. The caller is the client, or coaches them."""
    with confidential():
        rows = PollShares.objects.filter(poll_id=poll_id).annotate(key=wrapped_key("client"))
        found = rows.values_list("id", "client_id", "sealed_lines", "key").first()
    return open_shares(Sealed(*found)) if found else ()


def open_shares(sealed: Sealed) -> tuple[str, ...]:
    """Raises ClientKey.DoesNotExist after an erasure."""
    if sealed.row_id is None or sealed.lines is None:
        return ()
    safe = open_wrapped(sealed.key, sealed.client_id)
    return tuple(safe.open(sealed.lines, row_id=sealed.row_id).split("\n"))
