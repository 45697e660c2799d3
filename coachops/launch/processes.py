"""Child processes that never outlive their parent, however it ends."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_PATIENCE = 10.0  # seconds between asking a group to stop and making it


def _die_with_parent(parent: int, farewell: signal.Signals) -> Callable[[], None] | None:
    """What a child does between fork and exec so that Linux signals it when its parent is gone."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, int(farewell))
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return before_exec


def spawn(
    command: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
    account: pwd.struct_passwd | None = None,
    folder: Path | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a process as the head of a session, and so of a process group, of its own.

    Ctrl-C at the terminal therefore reaches the parent alone. `account` is whom to run as;
    `farewell` is what it is sent, on Linux, should the parent die.
    """
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        user=account and account.pw_uid,
        group=account and account.pw_gid,
        extra_groups=[] if account else None,
        cwd=folder,
        start_new_session=True,
        preexec_fn=_die_with_parent(os.getpid(), farewell),  # noqa: PLW1509 - we have one thread
    )


def is_alive(pid: int) -> bool:
    """Whether there is a process of this number, whoever owns it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def signal_group(group: int, number: int) -> bool:
    """Signal all of a process group; False when nobody is left in it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS says so of a group of which only a zombie is left
        return False
    return True


class Guardian:
    """A process that ends every registered group should the supervisor be killed outright.

    It holds the read end of a pipe, which closes with the supervisor's end, whatever its reason,
    and it keeps the data folder's lock until everybody is gone.
    """

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._writer)
            _guard(reader)
        os.close(reader)

    def watch(self, group: int, farewell: signal.Signals) -> None:
        """End this group, starting with `farewell`, when the supervisor is gone."""
        os.write(self._writer, f"{group} {int(farewell)}\n".encode())

    def forget(self, group: int) -> None:
        """This group has ended."""
        os.write(self._writer, f"{group} 0\n".encode())

    def close(self) -> None:
        """Everything was stopped in order; let the guardian go."""
        os.close(self._writer)
        os.waitpid(self._pid, 0)


def _guard(reader: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    with os.fdopen(reader) as lines:
        for line in lines:
            group, farewell = map(int, line.split())
            groups[group] = farewell
            if not farewell:
                del groups[group]
    end_groups(groups)
    os._exit(0)


def end_groups(groups: Mapping[int, int], *, reap: Callable[[], object] = bool) -> None:
    """Send each group its farewell, and SIGKILL to what is still there ten seconds later.

    A parent passes `reap`, which collects its dead children: until then they count as there.
    """
    left = [group for group, farewell in groups.items() if signal_group(group, farewell)]
    deadline = time.monotonic() + _PATIENCE
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        reap()
        left = [group for group in left if signal_group(group, 0)]
    for group in left:
        signal_group(group, signal.SIGKILL)
