"""The signed addresses under every mail. They hold no secret: whoever has the mail may use them."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core import signing
from django.urls import reverse

from coachops.correspondence.policies import Topic
from coachops.practices.emails import absolute

_SALT: Final = "coachops.correspondence"


@dataclass(frozen=True, slots=True)
class MailLink:
    """Whose choices it changes. `topic` is what the mail was about; empty for all of them."""

    practice_id: UUID
    address: str
    topic: str


def preferences_url(practice_id: UUID, address: str) -> str:
    """Where a reader without an account chooses what they get."""
    return absolute(reverse("mail_choices", args=[_token(practice_id, address, "")]))


def unsubscribe_url(practice_id: UUID, address: str, topic: Topic) -> str:
    """Where one click stops mail of this kind (RFC 8058)."""
    return absolute(reverse("mail_off", args=[_token(practice_id, address, topic)]))


def read_link(token: str, practice_id: UUID) -> MailLink | None:
    """What a token of this practice says; None for one that is forged or another practice's."""
    place, _dot, signed = token.partition(".")
    try:
        address, topic = signing.loads(signed, salt=f"{_SALT}:{place}")
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if place != str(practice_id):
        return None
    return MailLink(practice_id, str(address), str(topic))


def _token(practice_id: UUID, address: str, topic: str) -> str:
    """The practice stands before the dot, so that its scope is known before anything is read."""
    signed = signing.dumps([address, str(topic)], salt=f"{_SALT}:{practice_id}")
    return f"{practice_id}.{signed}"
