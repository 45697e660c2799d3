"""The rooms of a practice, with a door or a link; each can hold one session at a time."""

from datetime import datetime

from django.db import transaction

from coachops.audit.record import record
from scheduling.models import MeetingRoom


class RoomNameTaken(Exception):
    """Another room of the practice has this name."""


@transaction.atomic
def add_room(*, name: str, join_url: str, address: str, now: datetime) -> MeetingRoom:
    """A new room. Raises RoomNameTaken."""
    _check_name(name, but=None)
    room: MeetingRoom = MeetingRoom.objects.create(name=name, join_url=join_url, address=address)
    record(event="room.added", subject=room, now=now)
    return room


@transaction.atomic
def change_room(
    *, room: MeetingRoom, name: str, join_url: str, address: str, now: datetime
) -> MeetingRoom:
    """Sessions that are booked keep the link they were booked with. Raises RoomNameTaken."""
    _check_name(name, but=room)
    room.name, room.join_url, room.address = name, join_url, address
    room.save(update_fields=["name", "join_url", "address"])
    record(event="room.changed", subject=room, now=now)
    return room


@transaction.atomic
def archive_room(*, room: MeetingRoom, archived: bool, now: datetime) -> None:
    """Offer it for new offerings no longer, or again. What is booked in it stays."""
    if archived == (room.archived_at is not None):
        return
    room.archived_at = now if archived else None
    room.save(update_fields=["archived_at"])
    record(event="room.archived" if archived else "room.restored", subject=room, now=now)


def _check_name(name: str, *, but: MeetingRoom | None) -> None:
    same = MeetingRoom.objects.filter(name__iexact=name)
    if but is not None:
        same = same.exclude(pk=but.pk)
    if same.exists():
        raise RoomNameTaken
