"""How much one network may ask for in an hour, counted for all processes together."""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR: Final = 60 * 60
HOUSEHOLD: Final = 64
"""One household or machine has all IPv6 addresses of such a network."""
SITE: Final = 48
"""What a provider gives one customer at most: 65,536 households for whoever asks by script."""


def network_of(address: str, *, ipv6: int = HOUSEHOLD) -> str:
    """The network that an address belongs to: itself, or its household's (or site's) for IPv6."""
    known = ip_address(address)
    if isinstance(known, IPv6Address):
        return str(ip_network((known, ipv6), strict=False))
    return str(known)


def has_done_its_number(what: str, address: str, *, most: int) -> bool:
    """Whether the network has done so much of it within an hour already."""
    return len(cache.get_many(_places(what, address, most))) >= most


def count_one(what: str, address: str, *, most: int) -> bool:
    """Count one for an hour. False when the network has done its number.

    Each is a row of its own that is only ever added, so two at once cannot share one. Call it
    outside of a transaction that a refusal takes back.
    """
    places = _places(what, address, most)
    taken = cache.get_many(places)
    return any(cache.add(key, 1, HOUR) for key in places if key not in taken)


def _places(what: str, address: str, most: int) -> list[str]:
    who = network_of(address, ipv6=SITE)
    name = salted_hmac("scheduling.networks", who, algorithm="sha256").hexdigest()
    return [f"{what}:{name}:{place}" for place in range(most)]
