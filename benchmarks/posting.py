"""Posts the public booking page over real connections to gunicorn, as the container starts it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import count
from threading import Lock
from time import monotonic
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.serving import PATIENCE, served

BROWSERS = 4
COOKIE = "csrf"

type Wish = tuple[str, str]
"""The address of a booking page, and a time in its form."""


def post_for(wishes: list[Wish], seconds: float) -> Counter[int]:
    """The answers by status, from several browsers at once."""
    with served() as port:
        browsers = [Browser(port, wishes) for _ in range(BROWSERS)]
        with ThreadPoolExecutor(BROWSERS) as pool:
            answers = pool.map(lambda browser: browser.post_for(seconds), browsers)
            return sum(answers, Counter())


class Browser:
    """Posts with the token of a page that it opened once."""

    _numbers = count(1)
    _lock = Lock()

    def __init__(self, port: int, wishes: list[Wish]) -> None:
        self._port, self._wishes = port, wishes
        self._token = self._open(wishes[-1][0])

    def post_for(self, seconds: float) -> Counter[int]:
        """Until the time is over."""
        answers, deadline = Counter[int](), monotonic() + seconds
        while monotonic() < deadline:
            address, at = self._wishes.pop()
            answers[self._post(address, at)] += 1
        return answers

    def _open(self, address: str) -> str:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        connection.request("GET", address)
        cookie = connection.getresponse().headers["Set-Cookie"] or ""
        connection.close()
        return cookie.partition(f"{COOKIE}=")[2].partition(";")[0]

    def _post(self, address: str, at: str) -> int:
        """From a loopback address of its own: the limits on guests stay out of it."""
        connection = HTTPConnection(
            "127.0.0.1", self._port, timeout=PATIENCE, source_address=(self._network(), 0)
        )
        form = {
            "at": at,
            "zone": "Europe/Berlin",
            "booking_key": str(uuid4()),
            "name": "Guest",
            "email": f"{uuid4().hex}@bench.example",
            "csrfmiddlewaretoken": self._token,
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"{COOKIE}={self._token}",
            "Origin": f"http://127.0.0.1:{self._port}",
        }
        connection.request("POST", address, urlencode(form), headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def _network(self) -> str:
        with self._lock:
            number = next(self._numbers)
        return f"127.{number // 62_500 + 1}.{number // 250 % 250}.{number % 250 + 1}"
