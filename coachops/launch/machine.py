"""What this machine has, and what it lacks: libraries, a browser, ports, an account for PostgreSQL.

Runs on whichever Python 3 the machine came with, before anything is installed.
"""

from __future__ import annotations

import ctypes.util
import errno
import os
import platform
import pwd
import shutil
import socket
import stat
import subprocess
from pathlib import Path

from coachops.launch.failure import LaunchError

# What WeasyPrint loads at import, by file name on Debian and on macOS.
PANGO_LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"),
    ("libharfbuzz.so.0", "libharfbuzz.0.dylib"),
    ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
    ("libfontconfig.so.1", "libfontconfig.1.dylib"),
)
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig")
CHROMIUM_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ON_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
HOMEBREW_LIBRARIES = ("/opt/homebrew/lib", "/usr/local/lib")
DATABASE_ACCOUNT = "coachops-db"


def is_macos() -> bool:
    """Whether this is a Mac."""
    return platform.system() == "Darwin"


def is_root() -> bool:
    """Whether we run as the machine's administrator, who may install packages."""
    return os.geteuid() == 0


def has_apt() -> bool:
    """Whether packages come from apt: Debian and its relatives."""
    return shutil.which("apt-get") is not None


def apt_install(packages: tuple[str, ...], *, purpose: str) -> None:
    """Install Debian packages, asking nothing. Raises LaunchError when apt does not succeed."""
    print(f"Installing {' '.join(packages)} ({purpose}) ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode and command is install:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise LaunchError(
                f"{purpose} is missing and apt-get could not install it ({last}); "
                f"type: apt-get install {' '.join(packages)}"
            )


def _loads(name: str) -> bool:
    folders = HOMEBREW_LIBRARIES if is_macos() else ()
    for path in (name, *(f"{folder}/{name}" for folder in folders)):
        try:
            ctypes.CDLL(path)
        except OSError:
            continue
        return True
    return False


def missing_pango() -> list[str]:
    """The libraries that documents (PDF) need and that do not load here."""
    column = 1 if is_macos() else 0
    return [names[column] for names in PANGO_LIBRARIES if not _loads(names[column])]


def ensure_pango() -> None:
    """Pango is there, or is installed, or a LaunchError says what to type."""
    missing = missing_pango()
    if not missing:
        return
    if has_apt() and is_root():
        apt_install(PANGO_PACKAGES, purpose="Pango, for PDF documents")
        missing = missing_pango()
        if not missing:
            return
    command = f"sudo apt-get install {' '.join(PANGO_PACKAGES)}"
    if is_macos():
        command = "brew install pango"
    raise LaunchError(
        f"PDF documents need Pango, and {', '.join(missing)} is not on this machine; "
        f"type: {command}"
    )


def library_environment() -> dict[str, str]:
    """Where Homebrew keeps its libraries, which macOS does not search by itself."""
    if not is_macos():
        return {}
    kept = os.environ.get("DYLD_FALLBACK_LIBRARY_PATH", "")
    return {"DYLD_FALLBACK_LIBRARY_PATH": ":".join(filter(None, (kept, *HOMEBREW_LIBRARIES)))}


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome, CHROMIUM in the environment first."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    for command in CHROMIUM_COMMANDS:
        path = shutil.which(command)
        if path:
            return path
    return next((path for path in CHROMIUM_ON_MACOS if Path(path).exists()), None)


def ensure_chromium() -> str:
    """A browser for the tests, installed where that is allowed; else LaunchError."""
    found = chromium()
    if found is None and has_apt() and is_root():
        apt_install(("chromium",), purpose="Chromium, for the browser tests")
        found = chromium()
    if found is None:
        command = "sudo apt-get install chromium"
        if is_macos():
            command = "brew install --cask chromium"
        raise LaunchError(f"The browser tests need Chromium, which is not here; type: {command}")
    return found


def ensure_pdfsig() -> None:
    """A validator of sealed documents for the tests, installed where that is allowed."""
    if shutil.which("pdfsig"):
        return
    if has_apt() and is_root():
        apt_install(("poppler-utils",), purpose="pdfsig, for the tests of sealed documents")
    if not shutil.which("pdfsig"):
        command = "brew install poppler" if is_macos() else "sudo apt-get install poppler-utils"
        raise LaunchError(f"The tests need pdfsig, which is not here; type: {command}")


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def check_port(port: int) -> None:
    """Raises LaunchError when the web server could not listen on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    if not taken:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                if error.errno == errno.EACCES:
                    raise LaunchError(
                        f"Port {port} is reserved for the administrator; "
                        "choose one above 1023, for example: make run PORT=8000"
                    ) from error
                taken = True
    if taken:
        raise LaunchError(
            f"Port {port} is taken by another program; choose another, "
            f"for example: make run PORT={port + 1 if port < 65535 else 8000}"
        )


def database_account() -> pwd.struct_passwd | None:
    """Whom PostgreSQL runs as: None for ourselves, an account of its own where we are root.

    PostgreSQL refuses to run as root, so the account is made on first use.
    """
    if not is_root():
        return None
    try:
        return pwd.getpwnam(DATABASE_ACCOUNT)
    except KeyError:
        pass
    if is_macos() or not shutil.which("useradd"):
        raise LaunchError("PostgreSQL refuses to run as root; start as an ordinary user")
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    made = subprocess.run(
        [*command, "--shell", "/usr/sbin/nologin", DATABASE_ACCOUNT],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise LaunchError(
            f"The account {DATABASE_ACCOUNT}, which PostgreSQL needs because it refuses to run "
            f"as root, could not be made ({made.stderr.strip()}); start as an ordinary user"
        )
    return pwd.getpwnam(DATABASE_ACCOUNT)


def let_through(path: Path, account: pwd.struct_passwd) -> None:
    """Let the database's account pass (not list) the folders above a path, saying which."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH and folder.stat().st_uid != account.pw_uid:
            print(f"Letting {account.pw_name} pass through {folder} (chmod o+x)", flush=True)
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
