"""The organizer's address of an invitation: one of ours, which says whose session it is.

`bookings+<token>@our-domain`, where the token is the practice and the session. So an answer finds
its practice without a search across practices, and the rows of all others stay behind the wall.
The token proves nothing: who may answer is decided by the sender and the revision.
"""

import base64
import binascii
from typing import Final
from uuid import UUID

LONGEST_MAILBOX: Final = 11
"""Characters before the plus sign: the part before the @ has 64 at most (RFC 5321, 4.5.3.1.1)."""

_TOKEN_LENGTH: Final = 52
_ID_BYTES: Final = 16


def organizer_address(practice_id: UUID, session_id: UUID, *, mailbox: str) -> str:
    """`mailbox` is the address that answers are read from, such as `bookings@coachops.example`.

    In lower case base 32, because servers on the way may change the case of letters.
    """
    name, _at, domain = mailbox.rpartition("@")
    token = base64.b32encode(practice_id.bytes + session_id.bytes).decode().rstrip("=").lower()
    return f"{name}+{token}@{domain}"


def read_organizer_address(address: str) -> tuple[UUID, UUID] | None:
    """The practice and the session that an address of ours names; None for any other.

    The domain is not compared: mail that was forwarded to the mailbox may show another.
    """
    _name, _plus, token = address.rpartition("@")[0].rpartition("+")
    if len(token) != _TOKEN_LENGTH:
        return None
    try:
        both = base64.b32decode(f"{token.upper()}====")
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=both[:_ID_BYTES]), UUID(bytes=both[_ID_BYTES:])
