"""Opening sealed shared material of a coach who is gone: never alone, never unseen, never long."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class SecondPerson(PracticeModel):
    """Somebody independent, named in advance, who may consent where the client cannot be asked."""

    member = PracticeForeignKey("practices.Membership")
    named_by = PracticeForeignKey("practices.Membership")
    named_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice"], condition=Q(ended_at=None), name="second_person_one"
            ),
            models.CheckConstraint(
                condition=~Q(member=models.F("named_by")), name="second_person_not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"second person {self.member_id}"


class BreakGlass(PracticeModel):
    """A reader's request with its reason. Opens nothing by itself: see the consent."""

    class Asked(models.TextChoices):
        CLIENT = "client", _("The client")
        SECOND = "second", _("The independent second person")

    class Delay(models.TextChoices):
        COURT = "court", _("An order of a court or authority")
        SAFEGUARDING = "safeguarding", _("A safeguarding duty")

    client = PracticeForeignKey("clients.Client")
    reader = PracticeForeignKey("practices.Membership")
    # Who coached last; told like the client.
    coach = PracticeForeignKey("practices.Membership")
    # Read by the client and the coach: why, never what is in the records.
    reason = models.TextField()
    hours = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    # The second person is asked only where the client cannot be, or has not answered.
    asked_of = models.CharField(max_length=6, choices=Asked, default=Asked.CLIENT)
    # The law can hold a notice back. The access ledger shows every read at once all the same.
    delay_reason = models.CharField(max_length=12, choices=Delay, blank=True)
    notice_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    # It was the client who ended it: then nobody else consents in their place any more.
    is_refused = models.BooleanField(default=False)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_refused=False) | Q(ended_at__isnull=False),
                name="break_glass_refused_is_ended",
            ),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=72), name="break_glass_hours"
            ),
            models.CheckConstraint(
                condition=Q(notice_at=models.F("asked_at")) | Q(delay_reason__gt=""),
                name="break_glass_delayed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(reader=models.F("coach")), name="break_glass_not_the_coach"
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "client", "-asked_at"], name="break_glass_client"),
            models.Index(fields=["practice", "reader"], name="break_glass_of_reader"),
        ]

    def __str__(self) -> str:
        return f"{self.reader_id} asks for {self.client_id}"


class BreakGlassConsent(PracticeModel):
    """Given once, by the client or by the second person; never by whoever wants to read."""

    class Giver(models.TextChoices):
        CLIENT = "client", _("The client")
        SECOND = "second", _("The independent second person")

    request = PracticeForeignKey("retention.BreakGlass")
    giver = models.CharField(max_length=6, choices=Giver)
    # Whose sign-in it was given with; empty for a link from a mail.
    membership = PracticeForeignKey("practices.Membership", null=True, blank=True)
    given_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "request"], name="break_glass_consent_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver} of {self.request_id}"
