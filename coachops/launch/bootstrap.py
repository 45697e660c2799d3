"""Everything between a fresh machine and `make run`: uv, Python 3.13, packages, system libraries.

Runs on whichever Python 3 the machine came with (3.9 or later), so it uses nothing newer.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from coachops.launch import machine
from coachops.launch.failure import LaunchError

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = PROJECT / ".tools"
ENVIRONMENT = PROJECT / ".venv"
STAMP = ENVIRONMENT / ".installed"
OLDEST_UV = (0, 8)
PYTHON = "3.13"


def main(arguments: list[str]) -> int:
    """Install what is missing. Exit code 1, with one sentence, when that is not possible."""
    parser = argparse.ArgumentParser(prog="coachops.launch.bootstrap", description=__doc__)
    parser.add_argument(
        "--browser", action="store_true", help="Chromium and pdfsig too, for the tests"
    )
    chosen = parser.parse_args(arguments)
    try:
        _install_packages()
        machine.ensure_pango()
        if chosen.browser:
            machine.ensure_chromium()
            machine.ensure_pdfsig()
    except LaunchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the next start goes on from here.", file=sys.stderr)
        return 1
    return 0


def _install_packages() -> None:
    """`uv sync --locked`, skipped while the lock file and the environment are as they were."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "uv.lock", ".python-version"):
        digest.update((PROJECT / name).read_bytes())
    mark = digest.hexdigest()
    python = ENVIRONMENT / "bin" / "python"
    if python.exists() and STAMP.exists() and STAMP.read_text() == mark:
        return
    uv = find_uv()
    print("Installing the packages (a few minutes the first time) ...", flush=True)
    command = [uv, "sync", "--locked", "--python", _python(uv)]
    if subprocess.run(command, cwd=PROJECT, check=False).returncode:
        raise LaunchError(
            "The packages could not be installed; the lines above say why. "
            "Is this machine connected to a package index?"
        )
    STAMP.write_text(mark)


def find_uv() -> str:
    """The path of uv: the machine's own where it is recent enough, else one in the project."""
    ours = TOOLS / "bin" / "uv"
    for candidate in (shutil.which("uv"), str(ours)):
        if candidate and _version(candidate) >= OLDEST_UV:
            return candidate
    print("Installing uv into .tools ...", flush=True)
    shutil.rmtree(TOOLS, ignore_errors=True)
    try:
        venv.create(TOOLS, with_pip=True)
    except (subprocess.CalledProcessError, ImportError):
        _install_venv()
    pip = [str(TOOLS / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "uv"], capture_output=True, text=True, check=False
    )
    if done.returncode or not ours.exists():
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LaunchError(f"pip could not install uv: {last}")
    return str(ours)


def _install_venv() -> None:
    """Debian splits venv from Python. Install it and try again, or say what to type."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    if not machine.has_apt():
        raise LaunchError(
            f"{sys.executable} cannot make environments (venv); install Python from python.org"
        )
    if not machine.is_root():
        raise LaunchError(
            "Debian left venv out of this Python; type: sudo apt-get install python3-venv"
        )
    machine.apt_install(("python3-venv",), purpose="venv, to install uv")
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(TOOLS)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise LaunchError(f"{sys.executable} cannot make environments: {made.stdout.strip()}")


def _output(command: list[str]) -> str:
    """What a program prints, and nothing where it fails or is not there."""
    try:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return "" if done.returncode else done.stdout.strip()


def _version(uv: str) -> tuple[int, ...]:
    found = re.match(r"uv (\d+)\.(\d+)", _output([uv, "--version"]))
    return tuple(map(int, found.groups())) if found else ()


def _python(uv: str) -> str:
    """A Python 3.13: what uv finds, else one in pyenv's folder, else one that uv fetches."""
    found = _output([uv, "python", "find", "--no-project", "--no-python-downloads", PYTHON])
    if found:
        return found
    roots = {os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")} - {None}
    for root in sorted(map(str, roots)):
        for folder in sorted(Path(root, "versions").glob(f"{PYTHON}*"), reverse=True):
            candidate = str(folder / "bin" / "python")
            if _output([candidate, "--version"]).startswith("Python"):
                return candidate
    print(f"Fetching Python {PYTHON} ...", flush=True)
    if subprocess.run([uv, "python", "install", PYTHON], check=False).returncode:
        command_to_type = "brew install python@3.13" if machine.is_macos() else "pyenv install 3.13"
        raise LaunchError(
            f"Python {PYTHON} is not on this machine and uv could not fetch it; "
            f"install it, for example: {command_to_type}"
        )
    return PYTHON


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
