"""What a client takes along and only an app above knows: each such app adds its part when ready."""

from collections.abc import Callable
from typing import Any

from clients.models import Client
from clients.queries.safes import Safe

type Rows = list[dict[str, Any]]
type Part = Callable[[Client, Safe], Rows]

_parts: dict[str, Part] = {}


def register_own_part(name: str, part: Part) -> None:
    """`part` runs in the client's own scope and gives plain values, opened with their safe."""
    _parts[name] = part


def own_parts() -> dict[str, Part]:
    """By the name that they get in the file."""
    return dict(_parts)
