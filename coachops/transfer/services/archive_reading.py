"""Opens an archive and trusts nothing in it before its proof has been looked at."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

from coachops.transfer.policies import Problem, TransferRefused
from coachops.transfer.services.archive_keys import (
    ArchiveKey,
    blocks_of,
    lines_of,
    unwrap,
)
from coachops.transfer.services.practice_export import FORMAT, VERSION

MOST_BYTES: Final = 4_000_000_000
_MOST_MANIFEST: Final = 20_000_000
_MOST_UNPACKED: Final = 20_000_000_000
_ABOUT: Final = ("manifest.json", "manifest.proof", "key.json")
# What the reader of a broken ZIP file may answer with; a KeyError is for an entry it has not.
_BROKEN: Final = (
    KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip


class Archive:
    """An archive of this installation whose manifest is as it was written."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._zip = target
        self.content = self._small("manifest.json")
        self.manifest = _manifest(self.content)
        try:
            entry = json.loads(self._small("key.json"))
            self.key: ArchiveKey = unwrap(entry, archive=str(self.manifest["archive"]))
            proof = self._small("manifest.proof").decode("ascii")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error
        if not self.key.is_proved(self.content, proof):
            raise TransferRefused(Problem.CHANGED)

    def _small(self, name: str) -> bytes:
        try:
            if self._zip.getinfo(name).file_size > _MOST_MANIFEST:
                raise TransferRefused(Problem.NOT_AN_ARCHIVE)
            return self._zip.read(name)
        except _BROKEN as error:
            raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error

    def check(self) -> None:
        """Every file is there and as it was written, and no other. Reads all of it once."""
        if sum(entry.file_size for entry in self._zip.infolist()) > _MOST_UNPACKED:
            raise TransferRefused(Problem.SWOLLEN)
        names = self._zip.namelist()
        if sorted(names) != sorted([*self.manifest["entries"], *_ABOUT]):
            raise TransferRefused(Problem.CHANGED)
        for name, fingerprint in self.manifest["entries"].items():
            digest = hashlib.sha256()
            try:
                with self._zip.open(name) as entry:
                    for block in blocks_of(entry):
                        digest.update(block)
            except _BROKEN as error:
                raise TransferRefused(Problem.CHANGED) from error
            if digest.hexdigest() != fingerprint:
                raise TransferRefused(Problem.CHANGED)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of one file, opened where it is sealed."""
        with self._zip.open(name) as entry:
            is_sealed = name.endswith(".bin")
            yield from self.key.opened(entry, name=name) if is_sealed else blocks_of(entry)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        return lines_of(self.blocks(name))


@contextmanager
def opened(source: IO[bytes]) -> Iterator[Archive]:
    """Raises TransferRefused."""
    try:
        target = zipfile.ZipFile(source)
    except _BROKEN as error:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error
    with target:
        yield Archive(target)


def _manifest(content: bytes) -> dict[str, Any]:
    try:
        manifest = json.loads(content)
    except _BROKEN as error:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE)
    version = manifest.get("version")
    if version != VERSION:
        is_older = isinstance(version, int) and version < VERSION
        raise TransferRefused(Problem.OLDER if is_older else Problem.NEWER)
    return manifest
