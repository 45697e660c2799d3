"""What coach and client write to each other between sessions, and the talk about dates and places.

A thread with a coach is theirs and the client's alone. The one without a coach is about logistics:
everybody who organises the client's sessions reads it.
"""

from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class MessageThread(PracticeModel):
    """States and dates of one thread, never a word of it. `coach` is None for logistics.

    The other side of the client is called staff; of a team each is a ThreadReader. `unanswered_at`
    is when the client wrote what nobody has answered; after `answer_due_at`, which is what the
    coach promised where they did, it needs somebody. `..._mail_at` is when the last mail about new
    messages went out, or goes out.
    """

    client = PracticeForeignKey("clients.Client")
    coach = PracticeForeignKey("practices.Membership", null=True, blank=True)
    last_at = models.DateTimeField()
    unanswered_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    unread_by_client = models.PositiveIntegerField(default=0)
    unread_by_staff = models.PositiveIntegerField(default=0)
    client_opened_at = models.DateTimeField(null=True, blank=True)
    staff_opened_at = models.DateTimeField(null=True, blank=True)
    client_mail_at = models.DateTimeField(null=True, blank=True)
    staff_mail_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "client", "coach"],
                name="message_thread_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "unanswered_at"],
                condition=Q(unanswered_at__isnull=False),
                name="message_thread_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"thread of {self.client_id}"


class ThreadReader(PracticeModel):
    """How far one member of a team has read the team's thread: what MessageThread says of a client.

    A place in a team that has ended keeps its row, and gets no mail any more.
    """

    thread = PracticeForeignKey("clients.MessageThread")
    member = PracticeForeignKey("clients.TeamMember")
    unread = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "thread", "member"], name="thread_reader_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} reads {self.thread_id}"


class CoachingMessage(PracticeModel):
    """One message between a client and a coach, sealed with the client's key.

    `key` comes with the form, so that posting twice writes once. A deleted message keeps its line.
    """

    thread = PracticeForeignKey("clients.MessageThread")
    client = PracticeForeignKey("clients.Client")
    coach = PracticeForeignKey("practices.Membership")
    author = PracticeForeignKey("practices.Membership")
    is_from_client = models.BooleanField()
    key = models.UUIDField()
    sent_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    sealed_body = models.BinaryField()
    sealed_name = models.BinaryField(null=True, blank=True)
    stored_as = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField(default=0)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "author", "key"], name="coaching_message_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "thread", "-sent_at", "-id"], name="coaching_message_recent"
            )
        ]

    def __str__(self) -> str:
        return f"message to {self.coach_id} about {self.client_id}"


class LogisticsMessage(PracticeModel):
    """One message about dates, places and papers; for everybody who organises the sessions."""

    thread = PracticeForeignKey("clients.MessageThread")
    client = PracticeForeignKey("clients.Client")
    author = PracticeForeignKey("practices.Membership")
    is_from_client = models.BooleanField()
    key = models.UUIDField()
    sent_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)
    body = models.TextField(blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "author", "key"], name="logistics_message_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "thread", "-sent_at", "-id"], name="logistics_message_recent"
            )
        ]

    def __str__(self) -> str:
        return f"logistics of {self.client_id}"


class AnswerPromise(PracticeModel):
    """How soon a coach answers: within so many working days (None: no promise). Nothing is
    promised before the end of `last_away_on`.
    """

    coach = PracticeForeignKey("practices.Membership")
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    last_away_on = models.DateField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "coach"], name="answer_promise_once"),
            models.CheckConstraint(
                condition=Q(working_days=None) | Q(working_days__range=(1, 10)),
                name="answer_promise_days",
            ),
        ]

    def __str__(self) -> str:
        return f"promise of {self.coach_id}"
