"""Reads a file in a process that may be killed: limited in everything, with nothing to steal.

The child gets no environment of ours, so whatever a file might do to the parser, it finds no key
and no database there.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from scheduling.calendars.problems import Problem, Unreadable
from scheduling.calendars.question import Question, Reading

_ROOT: Final = str(Path(__file__).resolve().parents[2])
_MODULE: Final = "scheduling.calendars.parse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    cpu_seconds: int = 10
    memory_bytes: int = 1 << 30
    seconds: float = 30.0


def read_safely(raw: bytes, question: Question, limits: Limits | None = None) -> Reading:
    """Like `reading.read`; a file that needs too much of anything raises Unreadable too."""
    limits = limits or Limits()
    asked = asdict(question) | {
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
    }
    try:
        done = subprocess.run(  # noqa: S603 -- nothing of it comes from outside
            [sys.executable, "-m", _MODULE],
            input=json.dumps(asked).encode() + b"\n" + raw,
            capture_output=True,
            timeout=limits.seconds,
            cwd=_ROOT,
            env={"PYTHONPATH": _ROOT, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable(Problem.TOO_MUCH_WORK) from error
    return _answer(done.returncode, done.stdout)


def _answer(code: int, output: bytes) -> Reading:
    try:
        answer = json.loads(output)
    except ValueError as error:
        raise Unreadable(Problem.TOO_MUCH_WORK) from error
    if code != 0:
        raise Unreadable(Problem.TOO_MUCH_WORK)
    if "problem" in answer:
        raise Unreadable(Problem(answer["problem"]))
    answer["busy"] = [(start, end) for start, end in answer["busy"]]
    return Reading(**answer)
