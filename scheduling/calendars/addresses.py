"""Which addresses may be called: public ones, over https, and none inside our own network.

Over http only where the coach has said so for that one calendar; all other rules hold there too.

Names are resolved once, every answer has to be public, and the connection goes to the address that
was checked, so that a name which changes its mind in between (DNS rebinding) changes nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from scheduling.calendars.problems import Problem, Unreadable

PORTS: Final = frozenset({80, 443})
LONGEST: Final = 2000

type Address = ipaddress.IPv4Address | ipaddress.IPv6Address
type Lookup = Callable[[str, int], list[str]]
"""All addresses of a host, as text."""

# Beside what Python calls not global: carriers' networks, benchmarks, protocol assignments, and
# ways to write an IPv4 address inside an IPv6 one.
_SHUT: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "fec0::/10",
    )
)
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be called. `allows_http` is a coach's own word about one calendar of theirs.

    `allows_loopback` is for tests alone: this machine, over http.
    """

    allows_loopback: bool = False
    allows_http: bool = False
    lookup: Lookup | None = None

    def check(self, text: str) -> str:
        """The address as it will be called. Raises Unreadable; asks no name server."""
        parts = _split(text)
        self._check_parts(parts)
        literal = _as_literal(parts.hostname or "")
        if literal is not None and not self.may_reach(literal):
            raise Unreadable(Problem.PRIVATE_ADDRESS)
        return parts.geturl()

    def _check_parts(self, parts: SplitResult) -> None:
        if not parts.hostname:
            raise Unreadable(Problem.NOT_AN_ADDRESS)
        if parts.username is not None or parts.password is not None:
            raise Unreadable(Problem.NAMES_A_USER)
        schemes = {"https", "http"} if self.allows_http or self.allows_loopback else {"https"}
        if parts.scheme not in schemes:
            raise Unreadable(Problem.NOT_HTTPS)
        port = _port(parts)
        if port is not None and port not in PORTS and not self.allows_loopback:
            raise Unreadable(Problem.WRONG_PORT)

    def resolve(self, host: str, port: int, seconds: float) -> list[str]:
        """The addresses to connect to, every one of them allowed. Raises Unreadable."""
        found = _bounded(self.lookup or look_up, host, port, seconds)
        addresses = [ipaddress.ip_address(each.partition("%")[0]) for each in found]
        if not addresses:
            raise Unreadable(Problem.UNKNOWN_HOST)
        if not all(self.may_reach(each) for each in addresses):
            raise Unreadable(Problem.PRIVATE_ADDRESS)
        return [str(each) for each in sorted(set(addresses), key=lambda each: each.version)]

    def may_reach(self, address: Address) -> bool:
        return is_public(address) or (self.allows_loopback and address.is_loopback)


def is_public(address: Address) -> bool:
    """Whether this is an address of the open internet, also inside its IPv6 disguises."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    if any(address.version == network.version and address in network for network in _SHUT):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def look_up(host: str, port: int) -> list[str]:
    """What the system's resolver says; also reads `127.1` and `2130706433` as the system does."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreadable(Problem.UNKNOWN_HOST) from error
    return [str(row[4][0]) for row in rows]


def _bounded(lookup: Lookup, host: str, port: int, seconds: float) -> list[str]:
    """The resolver has no time limit of its own."""
    found: list[str] = []
    failed: list[Unreadable] = []

    def run() -> None:
        try:
            found.extend(lookup(host, port))
        except Unreadable as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(max(seconds, 0.0))
    if thread.is_alive():
        raise Unreadable(Problem.TOO_SLOW)
    if failed:
        raise failed[0]
    return found


def _split(text: str) -> SplitResult:
    text = text.strip()
    if len(text) > LONGEST or any(ord(letter) <= 32 or ord(letter) == 127 for letter in text):
        raise Unreadable(Problem.NOT_AN_ADDRESS)
    try:
        parts = urlsplit(text)
        _ = parts.hostname
    except ValueError as error:
        raise Unreadable(Problem.NOT_AN_ADDRESS) from error
    if parts.scheme in {"webcal", "webcals"}:
        parts = parts._replace(scheme="https")
    return parts._replace(fragment="")


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise Unreadable(Problem.WRONG_PORT) from error


def _as_literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
