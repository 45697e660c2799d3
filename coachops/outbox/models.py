"""Side effects that must survive: mail, reminders, reports, exports. The row is the truth."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeManager, uuid7


class MessageState(models.TextChoices):
    PENDING = "pending", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    DEAD = "dead", "Given up"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "No longer wanted"


OPEN_STATES = (MessageState.PENDING, MessageState.SENDING)


class MessageQuerySet(models.QuerySet["Message"]):
    def dead(self) -> "MessageQuerySet":
        """Those a person has to decide about: retry or dismiss."""
        return self.filter(state=MessageState.DEAD)

    def about(self, subject_id: UUID) -> "MessageQuerySet":
        return self.filter(subject_id=subject_id)

    def wanted(self) -> "MessageQuerySet":
        """Those that have gone out or still shall: neither taken back nor no longer wanted."""
        return self.exclude(state__in=[MessageState.CANCELLED, MessageState.EXPIRED])


class MessageManager(PracticeManager.from_queryset(MessageQuerySet)):  # type: ignore[misc]
    """Rows of the active practice, without `body`: the ordinary role may only write that."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().defer("body")  # type: ignore[no-any-return]


class Message(models.Model):
    """One side effect that must happen once. Written in the transaction of what caused it.

    Rows without a practice (sign-in codes) carry their content in `body`, which is emptied in every
    final state; rows of a practice carry ids, and their content is made when they are sent.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    practice = models.ForeignKey(
        "practices.Practice",
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        null=True,
        editable=False,
    )
    kind = models.CharField(max_length=40)
    # Compared by bytes, so that a prefix is a range of the unique index.
    key = models.CharField(max_length=200, db_collation="C")
    subject_id = models.UUIDField(null=True)
    recipient = models.EmailField(blank=True)
    payload = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    priority = models.PositiveSmallIntegerField(default=5)
    due_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    state = models.CharField(max_length=9, choices=MessageState, default=MessageState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=8)
    claim = models.UUIDField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    # Committed just before the content leaves: separates "never sent" from "may have been sent".
    handoff_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    unsure = models.PositiveSmallIntegerField(default=0)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MessageManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key"], nulls_distinct=False, name="message_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state_known"
            ),
            models.CheckConstraint(
                condition=Q(body="") | Q(practice=None, state__in=OPEN_STATES),
                name="message_body_only_global_and_open",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENDING) | Q(lease_until__isnull=False),
                name="message_sending_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["priority", "due_at"],
                condition=Q(state=MessageState.PENDING),
                name="message_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state=MessageState.SENDING),
                name="message_lease",
            ),
            models.Index(
                fields=["practice", "created_at"],
                condition=Q(state=MessageState.DEAD),
                name="message_practice_dead",
            ),
            models.Index(fields=["practice", "subject_id"], name="message_practice_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def may_have_been_sent(self) -> bool:
        """A worker was lost, or the line broke, after the content had been handed over."""
        return self.unsure > 0


class Heartbeat(models.Model):
    """When each worker last looked for due messages, and how late the oldest one was then.

    Without row security and readable by the web process: it names no practice.
    """

    worker = models.CharField(max_length=80, primary_key=True)
    drained_at = models.DateTimeField()
    oldest_due_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.worker
