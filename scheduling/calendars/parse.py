"""`python -m scheduling.calendars.parse`: a file in, bare busy times out, within hard limits.

Reads one line of JSON (the question and the limits) and then the file from standard input; writes
one line of JSON. Knows no database, no settings and no secrets.
"""

import json
import resource
import sys


def limit(cpu_seconds: int, memory_bytes: int) -> None:
    """From here on the kernel ends this process when it takes more."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    asked = json.loads(sys.stdin.buffer.readline())
    limit(asked.pop("cpu_seconds"), asked.pop("memory_bytes"))
    # After the limits, so that they hold for the libraries too.
    from dataclasses import asdict  # noqa: PLC0415

    from scheduling.calendars.problems import Unreadable  # noqa: PLC0415
    from scheduling.calendars.question import Question  # noqa: PLC0415
    from scheduling.calendars.reading import read  # noqa: PLC0415

    try:
        answer = asdict(read(sys.stdin.buffer.read(), Question(**asked)))
    except Unreadable as error:
        answer = {"problem": error.problem.value}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
