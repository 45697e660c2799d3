"""Opens and closes what was said in confidence with the client's own key."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db.models import OuterRef, Subquery

from clients.models import ClientKey
from coachops.encryption.seal import seal, seal_bytes, unseal, unseal_bytes, unwrap
from coachops.encryption.streams import seal_stream, unseal_stream
from coachops.tenancy.scope import current_practice_id


@dataclass(frozen=True, slots=True)
class Safe:
    """One client's key, in memory for the length of a request. `row_id` is the sealed row's own."""

    key: AESGCM
    practice_id: str

    def close(self, text: str, *, row_id: UUID) -> bytes:
        return seal(self.key, text, bound_to=f"{self.practice_id}:{row_id}")

    def open(self, sealed: bytes, *, row_id: UUID | str) -> str:
        return unseal(self.key, sealed, bound_to=f"{self.practice_id}:{row_id}")

    def close_bytes(self, content: bytes, *, row_id: UUID) -> bytes:
        """What is no text and is read whole: a file of a message."""
        return seal_bytes(self.key, content, bound_to=f"{self.practice_id}:{row_id}")

    def open_bytes(self, sealed: bytes, *, row_id: UUID) -> bytes:
        return unseal_bytes(self.key, sealed, bound_to=f"{self.practice_id}:{row_id}")

    def close_file(self, source: IO[bytes], target: IO[bytes], *, row_id: UUID) -> None:
        """A whole file, block by block."""
        seal_stream(self.key, source, target, bound_to=f"{self.practice_id}:{row_id}:file")

    def open_file(self, source: IO[bytes], *, row_id: UUID) -> Iterator[bytes]:
        """Its blocks; `source` is closed at the end. Raises Unreadable on the way."""
        return unseal_stream(self.key, source, bound_to=f"{self.practice_id}:{row_id}:file")


def safe_of(client_id: UUID) -> Safe:
    """The client's safe; one query. Raises ClientKey.DoesNotExist after an erasure."""
    return open_key(ClientKey.objects.get(client_id=client_id))


def open_key(row: ClientKey) -> Safe:
    """From a key row that is already loaded. Raises Unreadable under another master key."""
    return open_wrapped(row.wrapped, row.client_id)


def wrapped_key(client: str) -> Subquery:
    """For annotations: the key of the client that the row names in this column; NULL if erased."""
    return Subquery(ClientKey.objects.filter(client=OuterRef(client)).values("wrapped")[:1])


def open_wrapped(wrapped: bytes | memoryview | None, client_id: UUID) -> Safe:
    """From a key that came along with another row. Raises as `safe_of` and `open_key` do."""
    if wrapped is None:
        raise ClientKey.DoesNotExist
    practice_id = current_practice_id()
    key = unwrap(bytes(wrapped), bound_to=f"{practice_id}:{client_id}")
    return Safe(key=key, practice_id=str(practice_id))
