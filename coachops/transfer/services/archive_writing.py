"""An archive while it is written: entry by entry, none of them ever whole in memory."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any, Protocol
from uuid import UUID

from coachops.transfer.services.archive_keys import ArchiveKey


class Target(Protocol):
    """Where blocks of an entry go."""

    def write(self, block: bytes, /) -> Any: ...


@dataclass
class Archive:
    """What is being written, and what its manifest will say."""

    target: zipfile.ZipFile
    key: ArchiveKey
    practice_id: UUID
    tell: Callable[[int], None]
    ids: IO[bytes]
    tables: list[dict[str, Any]] = field(default_factory=list)
    entries: dict[str, str] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)
    rows: int = 0

    @contextmanager
    def entry(self, name: str, *, sealed: bool) -> Iterator[Target]:
        """One file of the archive, with its fingerprint for the manifest.

        What is sealed was packed before: to pack it again would take long and save nothing.
        """
        digest = hashlib.sha256()
        kept: Any = zipfile.ZipInfo(name) if sealed else name
        with self.target.open(kept, "w", force_zip64=True) as entry:
            counted: Any = _Counted(entry, digest)
            if sealed:
                with self.key.sealing(counted, name=name) as sealing:
                    yield sealing
            else:
                yield counted
        self.entries[name] = digest.hexdigest()

    def add(self, name: str, blocks: Iterable[bytes], *, sealed: bool) -> None:
        """An entry of blocks that are made one after the other."""
        with self.entry(name, sealed=sealed) as target:
            for block in blocks:
                target.write(block)


class _Counted(io.RawIOBase):
    """Passes on what is written and keeps its fingerprint."""

    def __init__(self, target: IO[bytes], digest: Any) -> None:
        super().__init__()
        self._target, self._digest = target, digest

    def write(self, block: Any) -> int:
        self._digest.update(block)
        return self._target.write(block)
