"""An archive on its way to another installation: only the wrapping of its key changes."""

import json
import zipfile
from pathlib import Path

from coachops.transfer.policies import Problem, TransferRefused
from coachops.transfer.services.archive_keys import ArchiveKey, adopt, readdress, unwrap, wrap

_KEY = "key.json"


def send(source: Path, target: Path, *, to: str) -> None:
    """A copy that the installation with this public key can adopt. Raises TransferRefused."""
    number, entry = _head(source)
    key = unwrap(entry, archive=number)
    _copy(source, target, readdress(key, to=to))


def take_over(source: Path, target: Path) -> None:
    """A copy that owners can import here. Raises TransferRefused."""
    number, entry = _head(source)
    key: ArchiveKey = adopt(entry, archive=number)
    with zipfile.ZipFile(source) as archive:
        proof = archive.read("manifest.proof").decode()
        if not key.is_proved(archive.read("manifest.json"), proof):
            raise TransferRefused(Problem.CHANGED)
    _copy(source, target, wrap(key))


def _head(source: Path) -> tuple[str, dict[str, str]]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            return str(manifest["archive"]), json.loads(archive.read(_KEY))
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise TransferRefused(Problem.NOT_AN_ARCHIVE) from error


def _copy(source: Path, target: Path, entry: dict[str, str]) -> None:
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as new,
    ):
        for info in old.infolist():
            if info.filename == _KEY:
                continue
            with old.open(info) as read, new.open(info.filename, "w", force_zip64=True) as written:
                while block := read.read(1 << 20):
                    written.write(block)
        new.writestr(_KEY, json.dumps(entry))
