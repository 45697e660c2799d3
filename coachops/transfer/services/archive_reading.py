"""Opens an archive and trusts nothing in it before its proof has been looked at."""

import hashlib
import json
import zipfile
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


class Archive:
    """An archive of this installation whose manifest is as it was written."""

    def __init__(self, target: zipfile.ZipFile) -> None:
        self._zip = target
        self.content = self._small("manifest.json")
        self.manifest = _manifest(self.content)
        entry = json.loads(self._small("key.json"))
        self.key: ArchiveKey = unwrap(entry, archive=str(self.manifest["archive"]))
        if not self.key.is_proved(self.content, self._small("manifest.proof").decode()):
            raise TransferRefused(Problem.CHANGED)

    def _small(self, name: str) -> bytes:
        try:
            if self._zip.getinfo(name).file_size > _MOST_MANIFEST:
                raise TransferRefused(Problem.NOT_AN_ARCHIVE)
            return self._zip.read(name)
        except (KeyError, zipfile.BadZipFile) as error:
            raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error

    def check(self) -> None:
        """Every file is there and as it was written. Reads all of it once."""
        if sum(entry.file_size for entry in self._zip.infolist()) > _MOST_UNPACKED:
            raise TransferRefused(Problem.SWOLLEN)
        for name, fingerprint in self.manifest["entries"].items():
            digest = hashlib.sha256()
            try:
                with self._zip.open(name) as entry:
                    for block in blocks_of(entry):
                        digest.update(block)
            except (KeyError, zipfile.BadZipFile) as error:
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
        with zipfile.ZipFile(source) as target:
            yield Archive(target)
    except (zipfile.BadZipFile, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error


def _manifest(content: bytes) -> dict[str, Any]:
    manifest = json.loads(content)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE)
    if manifest.get("version") != VERSION:
        raise TransferRefused(Problem.NEWER)
    return manifest
