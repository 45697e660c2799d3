"""Mail and documents that were given up and wait for a decision."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.outbox.models import Message
from coachops.pages.queries.desk.kinds import may_read_before

# What a message was about, by the beginning of its kind; never what it said.
_SUBJECTS: tuple[tuple[str, Promise], ...] = (
    ("scheduling.reminder", _("Reminder of a session")),
    ("scheduling.", _("News about a session")),
    ("tracking.report.pdf", _("PDF of a progress report")),
    ("tracking.report", _("News about a progress report")),
    ("tracking.questionnaire", _("Questionnaire to answer")),
    ("tracking.preparation", _("Questions before a session")),
    ("tracking.summary", _("A summary is there to read")),
    ("clients.intake_sent", _("An intake was answered")),
    ("clients.intake", _("Intake to answer")),
    ("clients.enquiry", _("New enquiry")),
    ("clients.agreement", _("Agreement to sign, or news about one")),
    ("clients.disclosure", _("Request to sign")),
    ("clients.handover", _("What passes on to a new coach")),
    ("clients.message", _("Somebody wrote")),
    ("clients.notice", _("News about a record")),
    ("clients.continuity", _("A colleague stands in")),
    ("clients.team", _("News about a team")),
    ("pages.", _("What waits for a coach")),
    ("retention.", _("News about records")),
    ("correspondence.", _("What was gathered for later")),
    ("clients.", _("Invitation")),
    ("practices.", _("Invitation")),
)


@dataclass(frozen=True, slots=True)
class Undelivered:
    id: UUID
    subject: str | Promise
    recipient: str
    due_at: datetime
    attempts: int
    reason: str
    may_have_arrived: bool
    has_preview: bool


def undelivered_of(message: Message) -> Undelivered:
    return Undelivered(
        id=message.pk,
        subject=_subject(message.kind),
        recipient=message.recipient,
        due_at=message.due_at,
        attempts=message.attempts,
        reason=message.last_error,
        may_have_arrived=message.may_have_been_sent,
        has_preview=may_read_before(message.kind),
    )


def _subject(kind: str) -> str | Promise:
    found = (label for start, label in _SUBJECTS if kind.startswith(start))
    return next(found, _("A message"))
