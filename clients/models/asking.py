"""Something that a client is asked to answer: the intake, and other questionnaires at any time."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import models

from clients.models.client import Client
from coachops.tenancy.models import PracticeForeignKey, PracticeModel


@dataclass(frozen=True, slots=True)
class Manner:
    """How it is asked.

    `word` begins the events of its audit trail, the keys of its mails and the purpose of its links,
    and is the name of its page in the portal.
    """

    word: str
    request_kind: str
    sent_kind: str
    # After asking, as long as nothing was sent.
    reminders: tuple[timedelta, ...]

    @property
    def answer_purpose(self) -> str:
        return f"{self.word}.answer"


class Asking(PracticeModel):
    """A questionnaire that a client was asked to fill in. The answers are its response's.

    Closed once it was sent or withdrawn.
    """

    client = PracticeForeignKey("clients.Client")
    response = PracticeForeignKey("questionnaires.Response")
    asked_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # The browser in which a signed link was taken up; forwarded to another one, it shows nothing.
    browser_hash = models.BinaryField(max_length=32, null=True, blank=True)

    class Meta(PracticeModel.Meta):
        abstract = True

    @property
    def manner(self) -> Manner:
        """Said by the tables of what is asked."""
        raise NotImplementedError

    @property
    def coached(self) -> Client:
        """Whose coaches read the answers."""
        return self.client  # type: ignore[no-any-return]
