"""The data folder: lock, keys, logs, and notes of what has already been done."""

import base64
import fcntl
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from coachops.launch.failure import LaunchError
from coachops.launch.machine import is_root
from coachops.launch.processes import is_alive

PASSABLE = 0o711  # where we are root, the database's account passes through to its own folder
_ENDING_SECONDS = 20.0  # how long a killed run may take to end all it started
_AN_ERROR = re.compile(r"Error: |ImproperlyConfigured: |FATAL: ")
_TAIL = 20_000  # bytes of a log in which to look for the reason of an end
_LOG_LIMIT = 5_000_000  # bytes, after which a log file is set aside at the next start


def new_secret_key() -> str:
    """A key for Django's signatures."""
    return secrets.token_urlsafe(48)


def new_master_key() -> str:
    """32 random bytes in URL-safe base64: the key that wraps every client's data key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def fingerprint(*parts: str | Path) -> str:
    """A short digest of texts and of the contents of files; it changes when any of them does."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(str(part).encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()[:20]


class DataFolder:
    """Everything one installation keeps; it may be moved and copied as a whole while stopped."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock = -1

    def prepare(self) -> None:
        """Make the folder, readable by nobody else. Raises LaunchError where that fails."""
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=PASSABLE if is_root() else 0o700)
            for name in ("keys", "logs", "run", "files"):
                (self.path / name).mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise LaunchError(
                f"The data folder {self.path} cannot be used ({error.strerror}); "
                "choose another, for example: make run DATA=.data2"
            ) from error

    def lock(self, address: str) -> None:
        """Hold the folder until this process and its guardian end; LaunchError when it is held."""
        self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + _ENDING_SECONDS
        while not self._try_lock():
            holder = os.pread(self._lock, 200, 0).decode(errors="replace")
            pid = holder.rpartition(" ")[2]
            if pid.isdigit() and not is_alive(int(pid)) and time.monotonic() < deadline:
                time.sleep(0.2)  # killed a moment ago: its guardian is ending what it left
                continue
            raise LaunchError(
                f"CoachOps is already running with this data folder ({holder or self.path}); "
                "stop it there with Ctrl-C, or start another beside it: "
                "make run PORT=8001 DATA=.data2"
            )
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{address}, process {os.getpid()}".encode(), 0)

    def _try_lock(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def key(self, name: str, make: Callable[[], str]) -> Path:
        """The file of a key that only we may read, made before there is data and never after."""
        path = self.path / "keys" / name
        if not path.exists():
            if (self.path / "postgres" / "PG_VERSION").exists():
                raise LaunchError(
                    f"The key {path} is missing and the data cannot be opened without it; "
                    "put it back from your backup"
                )
            draft = path.with_suffix(".new")
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        if not path.read_text().strip():
            raise LaunchError(f"The key {path} is empty; put it back from your backup")
        return path

    def log(self, name: str) -> Path:
        """Where a process writes; a log grown long is set aside first."""
        path = self.path / "logs" / f"{name}.log"
        if path.exists() and path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return path

    def last_words(self, name: str) -> str:
        """Why a process ended, as its log tells it: the last error in it, else the last line."""
        try:
            with self.log(name).open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            lines = []
        lines = [line.strip() for line in lines if line.strip()]
        errors = [line for line in lines if _AN_ERROR.search(line)]
        return (errors or lines or ["no message"])[-1]

    def is_done(self, step: str, mark: str) -> bool:
        """Whether a step was already done for exactly this input."""
        return self._notes().get(step) == mark

    def done(self, step: str, mark: str) -> None:
        """Note that a step was done, so that the next start may skip it."""
        notes = {**self._notes(), step: mark}
        draft = self.path / "run" / "done.new"
        draft.write_text(json.dumps(notes, indent=1))
        draft.rename(self.path / "run" / "done.json")

    def _notes(self) -> dict[str, str]:
        try:
            notes = json.loads((self.path / "run" / "done.json").read_text())
        except (OSError, ValueError):
            return {}
        return notes if isinstance(notes, dict) else {}


def tree_mark(paths: Iterable[Path]) -> str:
    """A mark over many files by name, size and time of change, without reading them."""
    facts = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in sorted(paths)]
    return fingerprint("\n".join(facts))
