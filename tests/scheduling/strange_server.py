"""A server on this machine that behaves as badly as a test asks."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Handle = Callable[["Exchange"], None]


@dataclass
class Exchange:
    """One request, and a hand to answer it with."""

    handler: BaseHTTPRequestHandler
    over: threading.Event
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.handler.path

    @property
    def headers(self) -> Any:
        return self.handler.headers

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.begin(status, **{"Content-Length": str(len(body)), **named})
        self.handler.wfile.write(body)

    def begin(self, status: int = 200, **headers: str) -> None:
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def redirect(self, to: str, status: int = 302) -> None:
        self.answer(status, Location=to)

    def drip(self, pause: float, times: int) -> None:
        """A byte now and then, for a long time."""
        self.begin(Content_Type="text/calendar")
        for _ in range(times):
            self.handler.wfile.write(b"B")
            self.handler.wfile.flush()
            self.dawdle(pause)

    def dawdle(self, seconds: float) -> None:
        """Answer nothing meanwhile, unless the test is over."""
        self.over.wait(seconds)

    def bomb(self, megabytes: int) -> None:
        packed = gzip.compress(bytes(megabytes * 1_000_000))
        self.answer(body=packed, Content_Encoding="gzip")


@dataclass
class Strange:
    """The running server: its address, and what it was asked."""

    port: int
    asked: list[Exchange] = field(default_factory=list)

    def at(self, path: str = "/feed.ics") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]


@contextmanager
def strange_server(handle: Handle) -> Iterator[Strange]:
    strange: Strange
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            exchange = Exchange(self, over, self.rfile.read(length) if length else b"")
            strange.asked.append(exchange)
            try:
                handle(exchange)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = do_REPORT = _any  # noqa: N815 -- the library's names

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    strange = Strange(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield strange
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
