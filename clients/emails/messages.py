"""Somebody wrote: who, and where to read it; never what, nor in which thread."""

from django.utils.translation import gettext_lazy as _

from clients.emails.people import Letter, acting_practice, delivery_of, page_address, who_answers
from clients.models import MessageThread, ThreadReader
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import reader_of
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience


def prepare_message_waits(message: ClaimedMessage) -> Delivery | None:
    """No longer once the thread was opened, the reader has left, or the record is archived."""
    threads = MessageThread.objects.select_related("client").filter(pk=message.subject_id)
    thread = threads.filter(client__archived_at=None).first()
    wanted = [message.payload["reader"], message.payload["by"]]
    people = Membership.objects.select_related("user").filter(pk__in=wanted)
    named = {str(member.pk): member for member in people}
    reader, writer = (named.get(str(key)) for key in wanted)
    if thread is None or reader is None or writer is None or reader.ended_at is not None:
        return None
    is_client = reader.audience == Audience.CLIENT
    if not _unread(thread, reader, is_client=is_client):
        return None
    practice = acting_practice()
    letter = Letter(
        name="clients/message_waits",
        reader=reader_of(reader.user),
        reply_to=who_answers(thread.client, practice) if is_client else "",
        reason=_("Sent because you are coached at %(practice)s.")
        if is_client
        else _("Sent because you work at %(practice)s."),
        context={
            "practice": practice,
            "name": writer.name.partition(" ")[0] if _are_members(reader, writer) else writer.name,
            "url": _address(thread, practice, is_client=is_client),
        },
    )
    return delivery_of(letter, practice, message)


def _are_members(reader: Membership, writer: Membership) -> bool:
    """In a team people know each other by first name."""
    return reader.audience == writer.audience == Audience.CLIENT


def _unread(thread: MessageThread, reader: Membership, *, is_client: bool) -> int:
    """Also nothing for whoever has left the team."""
    if not is_client:
        return int(thread.unread_by_staff)
    if not thread.client.is_team:
        return int(thread.unread_by_client)
    rows = ThreadReader.objects.filter(thread=thread, member__left_at=None)
    row = rows.filter(member__client__membership=reader.pk).first()
    return row.unread if row is not None else 0


def _address(thread: MessageThread, practice: Practice, *, is_client: bool) -> str:
    word = "logistics" if thread.coach_id is None else "messages"
    if is_client and thread.client.is_team:
        return page_address(f"portal:team_{word}", practice, pk=thread.client_id)
    if is_client:
        return page_address(f"portal:{word}", practice)
    return page_address(f"coach:client_{word}", practice, pk=thread.client_id)
