"""Invitations as objects: written for a reader's calendar, and read when the calendar answers."""

from scheduling.invitations.addresses import (
    LONGEST_MAILBOX,
    organizer_address,
    read_organizer_address,
)
from scheduling.invitations.entries import PRODUCT
from scheduling.invitations.replies import (
    BIGGEST_MESSAGE,
    Answer,
    CalendarReply,
    NotAReply,
    read_reply,
)
from scheduling.invitations.writing import (
    Invitation,
    Method,
    times_in_words,
    write_invitation,
)

__all__ = [
    "BIGGEST_MESSAGE",
    "LONGEST_MAILBOX",
    "PRODUCT",
    "Answer",
    "CalendarReply",
    "Invitation",
    "Method",
    "NotAReply",
    "organizer_address",
    "read_organizer_address",
    "read_reply",
    "times_in_words",
    "write_invitation",
]
