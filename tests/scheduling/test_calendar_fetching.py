"""What may be called, and what a bad server cannot do to us."""

import gzip
import threading
import time
import tracemalloc
import zlib
from ipaddress import ip_address

import pytest

from scheduling.calendars.addresses import Guard, is_public
from scheduling.calendars.fetching import Answer, Known, Limits, fetch, unpack
from scheduling.calendars.problems import Problem, Unreadable
from tests.scheduling.strange_server import Exchange, strange_server

HERE = Guard(allows_loopback=True)
QUICK = Limits(seconds=0.6)


def refusal(address: str, guard: Guard = HERE, limits: Limits = QUICK) -> Problem:
    with pytest.raises(Unreadable) as refused:
        fetch(address, guard=guard, limits=limits)
    return refused.value.problem


# ---- addresses --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",  # noqa: S104 -- nobody listens there
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.127.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "100::1",
    ],
)
def test_addresses_inside_are_shut(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["93.184.215.14", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::"]
)
def test_addresses_of_the_internet_are_open(text: str) -> None:
    assert is_public(ip_address(text))


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://calendar.example/a.ics", Problem.NOT_HTTPS),
        ("file:///etc/passwd", Problem.NOT_AN_ADDRESS),
        ("ftp://calendar.example/a.ics", Problem.NOT_HTTPS),
        ("gopher://calendar.example", Problem.NOT_HTTPS),
        ("calendar.example/a.ics", Problem.NOT_AN_ADDRESS),
        ("https://", Problem.NOT_AN_ADDRESS),
        ("https://calendar.example:22/a.ics", Problem.WRONG_PORT),
        ("https://calendar.example:99999/a.ics", Problem.WRONG_PORT),
        ("https://ann:secret@calendar.example/a.ics", Problem.NAMES_A_USER),
        ("https://calendar.example/a b.ics", Problem.NOT_AN_ADDRESS),
        ("https://calendar.example/a\r\nHost: evil", Problem.NOT_AN_ADDRESS),
        ("https://[::1]/a.ics", Problem.PRIVATE_ADDRESS),
        ("https://[::ffff:127.0.0.1]/a.ics", Problem.PRIVATE_ADDRESS),
        ("https://127.0.0.1/a.ics", Problem.PRIVATE_ADDRESS),
        ("https://169.254.169.254/latest", Problem.PRIVATE_ADDRESS),
        ("https://[not-an-address/", Problem.NOT_AN_ADDRESS),
    ],
)
def test_address_is_refused_before_anybody_is_asked(address: str, problem: Problem) -> None:
    asked: list[str] = []
    guard = Guard(lookup=lambda host, _port: asked.append(host) or ["93.184.215.14"])
    assert refusal(address, guard) == problem
    assert asked == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "0"])
def test_disguised_names_of_this_machine_are_refused(host: str) -> None:
    assert refusal(f"https://{host}/a.ics", Guard()) == Problem.PRIVATE_ADDRESS


def test_webcal_means_https() -> None:
    assert Guard().check("webcal://calendar.example/a.ics") == "https://calendar.example/a.ics"


@pytest.mark.parametrize(
    "answers", [["10.0.0.1"], ["93.184.215.14", "127.0.0.1"], ["2606:4700::1111", "::1"]]
)
def test_one_private_answer_of_the_name_server_refuses_the_name(answers: list[str]) -> None:
    guard = Guard(lookup=lambda _host, _port: answers)
    assert refusal("https://calendar.example/a.ics", guard) == Problem.PRIVATE_ADDRESS


def test_name_is_asked_for_once_and_its_answer_is_the_one_that_is_called() -> None:
    """A name server that changes its mind changes nothing."""
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return ["127.0.0.1"] if len(asked) == 1 else ["10.9.9.9"]

    with strange_server(lambda request: request.answer(body=b"BEGIN")) as server:
        guard = Guard(allows_loopback=True, lookup=rebinding)
        answer = fetch(f"http://calendar.example:{server.port}/a.ics", guard=guard)
    assert answer is not None
    assert answer.body == b"BEGIN"
    assert asked == [("calendar.example", server.port)]
    assert server.asked[0].headers["Host"] == f"calendar.example:{server.port}"


def test_name_server_that_does_not_answer_is_not_waited_for() -> None:
    over = threading.Event()

    def silent(_host: str, _port: int) -> list[str]:
        over.wait(2)
        return []

    began = time.perf_counter()
    guard = Guard(lookup=silent)
    assert refusal("https://calendar.example/", guard, Limits(seconds=0.2)) == Problem.TOO_SLOW
    assert time.perf_counter() - began < 1
    over.set()


def test_unknown_name() -> None:
    guard = Guard(lookup=lambda _host, _port: [])
    assert refusal("https://calendar.example/", guard) == Problem.UNKNOWN_HOST


# ---- redirects --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("http://169.254.169.254/latest/meta-data/", Problem.PRIVATE_ADDRESS),
        ("http://[::ffff:10.0.0.1]/", Problem.PRIVATE_ADDRESS),
        ("http://10.0.0.1:8000/", Problem.PRIVATE_ADDRESS),
        ("file:///etc/passwd", Problem.NOT_AN_ADDRESS),
    ],
)
def test_redirect_into_our_own_network_is_refused(target: str, problem: Problem) -> None:
    with strange_server(lambda request: request.redirect(target)) as server:
        assert refusal(server.at()) == problem
        assert server.paths == ["/feed.ics"]


def test_redirect_is_followed_three_times() -> None:
    def hop(request: Exchange) -> None:
        number = int(request.path.strip("/"))
        if number == 3:
            request.answer(body=b"there")
        else:
            request.redirect(f"/{number + 1}")

    with strange_server(hop) as server:
        answer = fetch(server.at("/0"), guard=HERE)
        assert answer is not None
        assert (answer.body, server.paths) == (b"there", ["/0", "/1", "/2", "/3"])


def test_circle_of_redirects_ends() -> None:
    with strange_server(lambda request: request.redirect("/feed.ics")) as server:
        assert refusal(server.at()) == Problem.TOO_MANY_REDIRECTS
        assert len(server.asked) == 4


# ---- size and time ----------------------------------------------------------------------------
def test_body_beyond_the_limit_is_refused_by_its_announcement() -> None:
    with strange_server(lambda request: request.begin(Content_Length="9000000000")) as server:
        assert refusal(server.at()) == Problem.TOO_LARGE


def test_body_beyond_the_limit_is_refused_when_it_arrives() -> None:
    def endless(request: Exchange) -> None:
        request.begin(Connection="close")
        for _ in range(100):
            request.handler.wfile.write(bytes(100_000))

    with strange_server(endless) as server:
        limits = Limits(most_bytes=300_000)
        assert refusal(server.at(), limits=limits) == Problem.TOO_LARGE


def test_packed_bomb_is_never_unpacked() -> None:
    with strange_server(lambda request: request.bomb(60)) as server:
        tracemalloc.start()
        assert refusal(server.at(), limits=Limits()) == Problem.TOO_LARGE
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 75_000_000  # what the server itself packed, and hardly more


def test_unpacking_stops_at_the_limit() -> None:
    packed = gzip.compress(bytes(40_000_000))
    tracemalloc.start()
    with pytest.raises(Unreadable):
        unpack([packed], "gzip", most_bytes=5_000_000)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12_000_000


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(b"BEGIN", mtime=0), "gzip"),
        (zlib.compress(b"BEGIN"), "deflate"),
        (b"BEGIN", ""),
    ],
)
def test_packed_bodies_are_read(packed: bytes, encoding: str) -> None:
    assert unpack([packed[:3], packed[3:]], encoding, most_bytes=100) == b"BEGIN"


@pytest.mark.parametrize(("body", "encoding"), [(b"BEGIN", "gzip"), (b"BEGIN", "br")])
def test_encoding_that_is_not_what_it_says(body: bytes, encoding: str) -> None:
    def answer(request: Exchange) -> None:
        request.answer(body=body, Content_Encoding=encoding)

    with strange_server(answer) as server:
        assert refusal(server.at()) == Problem.STRANGE_ENCODING


def test_slow_body_ends_in_time() -> None:
    with strange_server(lambda request: request.drip(0.05, 60)) as server:
        began = time.perf_counter()
        assert refusal(server.at()) == Problem.TOO_SLOW
    assert time.perf_counter() - began < 1.5


def test_slow_header_ends_in_time() -> None:
    def dawdle(request: Exchange) -> None:
        for _ in range(60):
            request.handler.wfile.write(b"H")
            request.handler.wfile.flush()
            request.dawdle(0.05)

    with strange_server(dawdle) as server:
        began = time.perf_counter()
        assert refusal(server.at()) == Problem.TOO_SLOW
    assert time.perf_counter() - began < 1.5


def test_server_that_is_away() -> None:
    with strange_server(lambda request: request.answer()) as server:
        address = server.at()
    assert refusal(address) == Problem.NO_ANSWER


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (401, Problem.NOT_ALLOWED),
        (403, Problem.NOT_ALLOWED),
        (404, Problem.NOT_FOUND),
        (410, Problem.NOT_FOUND),
        (418, Problem.STRANGE_ANSWER),
        (429, Problem.SERVER_ERROR),
        (500, Problem.SERVER_ERROR),
        (503, Problem.SERVER_ERROR),
    ],
)
def test_answer_that_is_no_calendar_names_its_reason(status: int, problem: Problem) -> None:
    with strange_server(lambda request: request.answer(status)) as server:
        assert refusal(server.at()) == problem


def test_unchanged_calendar_is_not_sent_again() -> None:
    def conditional(request: Exchange) -> None:
        same = request.headers["If-None-Match"] == '"v1"'
        request.answer(304 if same else 200, b"" if same else b"BEGIN", ETag='"v1"')

    with strange_server(conditional) as server:
        first = fetch(server.at(), guard=HERE)
        assert isinstance(first, Answer)
        assert fetch(server.at(), guard=HERE, known=Known(etag=first.headers["etag"])) is None
