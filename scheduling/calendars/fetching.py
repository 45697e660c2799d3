"""Fetch what somebody else's server holds, within limits that the server cannot move.

Ten seconds and five megabytes in all, unpacked; at most three redirects, each checked anew; sockets
are opened to checked addresses alone, because the check stands where the socket is opened.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from urllib.parse import urljoin

import httpcore
import httpx

from scheduling.calendars.addresses import Guard
from scheduling.calendars.problems import Problem, Unreadable

REDIRECTS: Final = 3
SECONDS: Final = 10.0
MOST_BYTES: Final = 5_000_000
_CHUNK: Final = 65_536
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_NAME: Final = "CoachOps-Calendar/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    seconds: float = SECONDS
    most_bytes: int = MOST_BYTES


class Budget:
    """The time and the bytes that all requests of one undertaking share; time runs from now on."""

    def __init__(self, limits: Limits) -> None:
        self.ends_at = time.monotonic() + limits.seconds
        self.bytes_left = limits.most_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the last answer said about itself, so that an unchanged one need not come again."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        named = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; `body` is unpacked. Header names are in lower case."""

    status: int
    address: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def fetch(
    address: str, *, guard: Guard, known: Known | None = None, limits: Limits | None = None
) -> Answer | None:
    """The calendar file at an address; None when it has not changed. Raises Unreadable."""
    headers = {"Accept": "text/calendar, */*;q=0.5", **(known or Known()).headers()}
    with Caller(guard, limits or Limits()) as caller:
        answer = caller.call("GET", address, headers=headers)
    if answer.status == httpx.codes.NOT_MODIFIED:
        return None
    if answer.status != httpx.codes.OK:
        raise Unreadable(problem_of(answer.status))
    return answer


def problem_of(status: int) -> Problem:
    """What an answer that is no success means."""
    if status in {401, 403, 407}:
        return Problem.NOT_ALLOWED
    if status in {404, 410}:
        return Problem.NOT_FOUND
    return Problem.SERVER_ERROR if status >= 500 or status == 429 else Problem.STRANGE_ANSWER


class Caller:
    """Sends requests to allowed addresses until its time is up. A context manager.

    `limits` are its own; a `budget` is what it shares with others.
    """

    def __init__(self, guard: Guard, limits: Limits, budget: Budget | None = None) -> None:
        self._guard = guard
        self._budgets = [Budget(limits), *([budget] if budget else [])]
        self._ends_at = min(each.ends_at for each in self._budgets)
        self._client = httpx.Client(
            transport=_GuardedTransport(guard, self._ends_at),
            timeout=limits.seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": _NAME, "Accept-Encoding": "gzip"},
        )

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_error: object) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        address: str,
        *,
        headers: dict[str, str] | None = None,
        content: bytes | None = None,
        auth: httpx.Auth | None = None,
        follows_redirects: bool = True,
    ) -> Answer:
        """One request and its redirects. Credentials stay with the host they are for.

        Headers go along; who puts a secret into them does not follow redirects.
        """
        first_host = httpx.URL(self._guard.check(address)).host
        for _hop in range(REDIRECTS + 1):
            address = self._guard.check(address)
            same_host = httpx.URL(address).host == first_host
            request = self._client.build_request(method, address, headers=headers, content=content)
            answer = self._send(request, auth if same_host else None)
            target = answer.headers.get("location", "")
            if answer.status not in _MOVED or not target or not follows_redirects:
                return answer
            address = urljoin(address, target)
        raise Unreadable(Problem.TOO_MANY_REDIRECTS)

    def _send(self, request: httpx.Request, auth: httpx.Auth | None) -> Answer:
        with _as_problems():
            response = self._client.send(request, stream=True, auth=auth)
            try:
                body = self._read(response)
            finally:
                response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(
            status=response.status_code, address=str(request.url), headers=headers, body=body
        )

    def _read(self, response: httpx.Response) -> bytes:
        most_bytes = min(each.bytes_left for each in self._budgets)
        declared = response.headers.get("Content-Length", "")
        if declared.isdecimal() and int(declared) > most_bytes:
            raise Unreadable(Problem.TOO_LARGE)
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        chunks = self._in_time(response.iter_raw(_CHUNK))
        body = unpack(chunks, encoding, most_bytes=most_bytes)
        for each in self._budgets:
            each.bytes_left -= len(body)
        return body

    def _in_time(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            if time.monotonic() > self._ends_at:
                raise Unreadable(Problem.TOO_SLOW)
            yield chunk


def unpack(chunks: Iterable[bytes], encoding: str, *, most_bytes: int) -> bytes:
    """The content, never holding more than the limit and one piece, however well it was packed."""
    if encoding in {"", "identity"}:
        return _joined(chunks, most_bytes)
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise Unreadable(Problem.STRANGE_ENCODING)
    try:
        return _joined(_inflated(chunks), most_bytes)
    except zlib.error as error:
        raise Unreadable(Problem.STRANGE_ENCODING) from error


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(32 + zlib.MAX_WBITS)
    for chunk in chunks:
        rest = chunk
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
    yield inflater.flush(_CHUNK)


def _joined(pieces: Iterable[bytes], most_bytes: int) -> bytes:
    content = bytearray()
    for piece in pieces:
        content += piece
        if len(content) > most_bytes:
            raise Unreadable(Problem.TOO_LARGE)
    return bytes(content)


@contextmanager
def _as_problems() -> Iterator[None]:
    """The faults of a line in our own words."""
    try:
        yield
    except httpx.TimeoutException as error:
        raise Unreadable(Problem.TOO_SLOW) from error
    except httpx.TransportError as error:
        is_certificate = isinstance(_root(error), ssl.SSLCertVerificationError)
        problem = Problem.CERTIFICATE if is_certificate else Problem.NO_ANSWER
        raise Unreadable(problem) from error
    except (httpx.InvalidURL, httpx.CookieConflict, ValueError) as error:
        raise Unreadable(Problem.NOT_AN_ADDRESS) from error


def _root(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__  # type: ignore[assignment]
    return error


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class _GuardedTransport(httpx.HTTPTransport):
    """An ordinary transport whose sockets are opened by the guard."""

    def __init__(self, guard: Guard, ends_at: float) -> None:
        super().__init__(verify=_tls(), trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(),
            http1=True,
            http2=False,
            network_backend=_GuardedBackend(guard, ends_at),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Without what a refusal says: httpx would read and unpack it whole before it signs in."""
        response = super().handle_request(request)
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return response
        response.close()
        kept = [
            (name, value)
            for name, value in response.headers.raw
            if name.lower() not in {b"content-encoding", b"content-length", b"transfer-encoding"}
        ]
        return httpx.Response(response.status_code, headers=kept, stream=httpx.ByteStream(b""))


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens sockets to checked addresses; names in TLS and in the Host header stay as asked."""

    def __init__(self, guard: Guard, ends_at: float) -> None:
        self._guard = guard
        self._ends_at = ends_at
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        addresses = self._guard.resolve(host, port, _left(self._ends_at))
        for last, address in enumerate(addresses, start=1 - len(addresses)):
            try:
                stream = self._inner.connect_tcp(
                    address, port, timeout=_left(self._ends_at), socket_options=socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if last == 0:
                    raise
            else:
                return _InTime(stream, self._ends_at)
        raise httpcore.ConnectError(host)

    def connect_unix_socket(self, *_anything: Any, **_more: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("sockets of this machine are not for calendars")


class _InTime(httpcore.NetworkStream):
    """A line on which nobody can dawdle beyond the end of the whole exchange."""

    def __init__(self, inner: httpcore.NetworkStream, ends_at: float) -> None:
        self._inner = inner
        self._ends_at = ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(self._ends_at))
        return _InTime(stream, self._ends_at)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this exchange is up")
    return left
