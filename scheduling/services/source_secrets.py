"""Addresses and passwords of other calendars: sealed with a key of the source's own."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from coachops.encryption.seal import new_wrapped_key, seal, unseal, unwrap
from scheduling.calendars.dav import DavCalendar
from scheduling.calendars.providers import OwnCalendar
from scheduling.models import BusySource


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCalendar:
    """One calendar of an account: whether it is read, and whether sessions are written into it.

    `address` is what its server knows it by: an address, or an id at Google and Microsoft.
    """

    address: str
    name: str
    reads: bool = True
    writes: bool = False

    @classmethod
    def of(cls, found: DavCalendar) -> Self:
        """As it is before anybody chose: read, because free time must not be guessed."""
        return cls(address=found.address, name=found.name)

    @classmethod
    def of_provider(cls, found: OwnCalendar) -> Self:
        """As it is before anybody chose: the main one counts, holidays and colleagues do not."""
        return cls(address=found.key, name=found.name, reads=found.is_main)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What is needed to read a source."""

    address: str
    user: str = ""
    password: str = ""
    token: str = ""
    code: str = ""
    calendars: tuple[ChosenCalendar, ...] = ()

    @property
    def written_into(self) -> str:
        return next((each.address for each in self.calendars if each.writes), "")


def keep_secrets(source: BusySource, secrets: Secrets) -> None:
    """Seal them into the row, which is not saved. Makes its key the first time."""
    if not source.wrapped_key:
        source.wrapped_key = new_wrapped_key(bound_to=_name(source.pk))
    known = {
        name: value
        for name, value in (
            ("user", secrets.user),
            ("password", secrets.password),
            ("token", secrets.token),
            ("code", secrets.code),
        )
        if value
    }
    calendars = [asdict(each) for each in secrets.calendars]
    source.sealed_address = _seal(source, "address", secrets.address)
    source.sealed_secret = _seal(source, "secret", json.dumps(known)) if known else None
    source.sealed_calendars = (
        _seal(source, "calendars", json.dumps(calendars)) if calendars else None
    )


def secrets_of(source: BusySource) -> Secrets:
    """Raises coachops.encryption.seal.Unreadable under another master key."""
    known: dict[str, Any] = {}
    if source.sealed_secret:
        known = json.loads(_unseal(source, "secret", source.sealed_secret))
    calendars: tuple[ChosenCalendar, ...] = ()
    if source.sealed_calendars:
        found = json.loads(_unseal(source, "calendars", source.sealed_calendars))
        calendars = tuple(ChosenCalendar(**each) for each in found)
    address = _unseal(source, "address", source.sealed_address)
    return Secrets(address=address, calendars=calendars, **known)


def _name(source_id: UUID, part: str = "key") -> str:
    return f"busy_source:{source_id}:{part}"


def _seal(source: BusySource, part: str, text: str) -> bytes:
    key = unwrap(bytes(source.wrapped_key), bound_to=_name(source.pk))
    return seal(key, text, bound_to=_name(source.pk, part))


def _unseal(source: BusySource, part: str, sealed: bytes | memoryview) -> str:
    key = unwrap(bytes(source.wrapped_key), bound_to=_name(source.pk))
    return unseal(key, bytes(sealed), bound_to=_name(source.pk, part))
