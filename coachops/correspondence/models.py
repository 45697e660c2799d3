"""What became of each mail, which addresses send it back, and what people chose to get."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from coachops.correspondence.policies import Digest, LogState, Quiet, Reminders
from coachops.tenancy.models import PracticeForeignKey, PracticeModel

REMINDERS = [
    (Reminders.ALL, _("All of them")),
    (Reminders.LAST, _("Only the last before a session")),
    (Reminders.NONE, _("None")),
]
DIGEST = [
    (Digest.AT_ONCE, _("At once, one by one")),
    (Digest.DAILY, _("Together, each morning")),
    (Digest.WEEKLY, _("Together, on Monday morning")),
]
QUIET = [
    (Quiet.PRACTICE, _("As the practice does")),
    (Quiet.OWN, _("My own")),
    (Quiet.NONE, _("None, at any hour")),
]


class MailLogEntry(PracticeModel):
    """One mail of the outbox: to whom, its subject, and how far it came; never what it said.

    Written when the mail is prepared, so a message that is tried again is still one line.
    """

    message_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    address = models.EmailField()
    # Whose log it stands in: the reader, or the client whose assistant read it.
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    is_copy = models.BooleanField(default=False)
    subject = models.CharField(max_length=150)
    state = models.CharField(max_length=8, choices=[(each, each) for each in LogState])
    may_have_been_sent = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=20, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "message_id"], name="mail_log_message_once"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(each) for each in LogState]),
                name="mail_log_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "client", "-written_at", "-id"],
                condition=models.Q(client__isnull=False),
                name="mail_log_client",
            ),
            models.Index(fields=["practice", "written_at"], name="mail_log_written"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class AddressBounce(PracticeModel):
    """Mail to this address comes back for good. Gone when somebody asks to try it again."""

    address = models.EmailField()
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    reason = models.CharField(max_length=20)
    bounced_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "address"], name="address_bounce_once"),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"


class MailPreference(PracticeModel):
    """What whoever reads mail at an address in this practice chose. No row: everything, at once.

    Kept by address, so that it also holds for people who have not signed in yet, and for all that
    one person is here; it follows the person to a new address.
    """

    address = models.EmailField()
    client = PracticeForeignKey("clients.Client", null=True, blank=True)
    off = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    reminders = models.CharField(
        max_length=4,
        choices=REMINDERS,
        default=Reminders.ALL,
    )
    digest = models.CharField(
        max_length=6,
        choices=DIGEST,
        default=Digest.AT_ONCE,
    )
    quiet = models.CharField(
        max_length=8,
        choices=QUIET,
        default=Quiet.PRACTICE,
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "address"], name="mail_preference_once"),
        ]

    def __str__(self) -> str:
        return self.address


class DigestLine(PracticeModel):
    """A mail that its reader gets as one line among others. `digest_id` is the mail it went in."""

    message_id = models.UUIDField()
    address = models.EmailField()
    subject = models.CharField(max_length=150)
    path = models.CharField(max_length=300, blank=True)
    written_at = models.DateTimeField()
    digest_id = models.UUIDField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "message_id"], name="digest_line_message_once"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "address", "written_at"], name="digest_line_reader"),
        ]

    def __str__(self) -> str:
        return self.subject
