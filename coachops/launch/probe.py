"""`python -m coachops.launch.probe live|ready|worker`: asks this container's own health page.

Exit code 0 when it answers 200. The worker and timetable containers ask the web's by HEALTH_URL.
"""

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit

_SECONDS = 4.0


def probe(name: str) -> int:
    """Ask /health/<name> under the public host name, which ALLOWED_HOSTS knows."""
    base = os.environ.get("HEALTH_URL", "http://127.0.0.1:8000")
    host = urlsplit(os.environ.get("BASE_URL", "http://localhost:8000")).netloc
    request = urllib.request.Request(f"{base}/health/{name}", headers={"Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except (OSError, urllib.error.HTTPError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(probe(sys.argv[1] if len(sys.argv) > 1 else "live"))
