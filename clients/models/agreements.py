"""Agreements: the practice's own texts, what was sent to whom, and what was signed."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from coachops.tenancy.models import PracticeForeignKey, PracticeModel


class AgreementKind(models.TextChoices):
    THREE_PARTY = "three_party", "Three-party coaching agreement"
    TWO_PARTY = "two_party", "Coaching agreement with the client"
    FEES = "fees", "Fees sheet"
    OTHER = "other", "Another agreement"


def standard_reminder_days() -> list[int]:
    return [3, 7]


class AgreementSettings(PracticeModel):
    """What the practice puts into every agreement, and what hangs on a signature."""

    confidentiality_limits = models.TextField(blank=True)
    safeguarding_contact = models.TextField(blank=True)
    referral_card = models.TextField(blank=True)
    locks_booking = models.BooleanField(default=False)
    # Ids of programs; empty means every engagement. No reference: programs stand above clients.
    locked_programs = ArrayField(models.UUIDField(), default=list, blank=True)
    assistants_see_fees = models.BooleanField(default=False)
    remind_after_days = ArrayField(
        models.PositiveSmallIntegerField(), default=standard_reminder_days, blank=True
    )
    link_valid_days = models.PositiveSmallIntegerField(default=30)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice"], name="agreement_settings_once"),
            models.CheckConstraint(
                condition=Q(link_valid_days__gte=1, link_valid_days__lte=90),
                name="agreement_settings_link_days",
            ),
        ]

    def __str__(self) -> str:
        return f"agreements of {self.practice_id}"


class SealingCertificate(PracticeModel):
    """The practice's certificate; its private key is sealed with a key of the row's own."""

    class Origin(models.TextChoices):
        MADE = "made", "Made by CoachOps"
        UPLOADED = "uploaded", "Uploaded"

    origin = models.CharField(max_length=8, choices=Origin)
    subject = models.CharField(max_length=300)
    # The certificate and then those that vouch for it, as PEM.
    certificates = models.TextField()
    fingerprint = models.CharField(max_length=64)
    wrapped_key = models.BinaryField(max_length=100)
    sealed_key = models.BinaryField()
    valid_until = models.DateTimeField()
    created_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice"],
                condition=Q(replaced_at=None),
                name="sealing_certificate_one_current",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class AgreementTemplate(PracticeModel):
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=AgreementKind)
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "name"], name="agreement_template_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementTemplateVersion(PracticeModel):
    """One wording. Never changed: an edit makes the next version."""

    template = PracticeForeignKey("clients.AgreementTemplate")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    made_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "template", "number"], name="agreement_template_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.template_id}"


class Agreement(PracticeModel):
    """A text for one engagement: merged anew while it is a draft, frozen from the sending on."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SENT = "sent", "Sent"
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"
        VOID = "void", "Void"

    engagement = PracticeForeignKey("clients.Engagement")
    template = PracticeForeignKey("clients.AgreementTemplate")
    version = PracticeForeignKey("clients.AgreementTemplateVersion")
    kind = models.CharField(max_length=12, choices=AgreementKind)
    title = models.CharField(max_length=120)
    fees = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    text = models.TextField(blank=True)
    # SHA-256 of the text's UTF-8, in hexadecimal.
    text_hash = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8)
    prepared_by = PracticeForeignKey("practices.Membership", null=True, blank=True)
    replaces = PracticeForeignKey("clients.Agreement", null=True, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "engagement", "template"],
                condition=Q(state__in=["draft", "sent"]),
                name="agreement_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(state="void")
                | Q(sent_at__isnull=False, text__gt="", text_hash__gt=""),
                name="agreement_sent_is_frozen",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "engagement", "state"], name="agreement_engagement"),
            models.Index(
                fields=["practice", "sent_at"], condition=Q(state="sent"), name="agreement_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.DRAFT, self.State.SENT}


class AgreementSigner(PracticeModel):
    """One party in the order of signing, and the code that proves the address is theirs."""

    class Party(models.TextChoices):
        CLIENT = "client", "Client"
        COACH = "coach", "Coach"
        SPONSOR = "sponsor", "Sponsor"

    class State(models.TextChoices):
        WAITING = "waiting", "Not asked yet"
        ASKED = "asked", "Asked"
        SIGNED = "signed", "Signed"
        DECLINED = "declined", "Declined"

    agreement = PracticeForeignKey("clients.Agreement")
    position = models.PositiveSmallIntegerField()
    party = models.CharField(max_length=8, choices=Party)
    contact = PracticeForeignKey("clients.SponsorContact", null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(null=True, blank=True)
    # Every asking has a number of its own: it is what reminders and codes are counted by.
    asked_times = models.PositiveSmallIntegerField(default=0)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.BinaryField(max_length=32, null=True, blank=True)
    code_sent_at = models.DateTimeField(null=True, blank=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    codes_sent = models.PositiveSmallIntegerField(default=0)
    decline_reason = models.CharField(max_length=20, blank=True)
    decline_message = models.TextField(max_length=2000, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "agreement", "party"], name="agreement_signer_party_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "agreement", "position"], name="agreement_signer_position_once"
            ),
            models.UniqueConstraint(
                fields=["practice", "agreement"],
                condition=Q(state="asked"),
                name="agreement_signer_one_turn",
            ),
            models.CheckConstraint(
                condition=Q(party="sponsor", contact__isnull=False)
                | (~Q(party="sponsor") & Q(contact__isnull=True)),
                name="agreement_signer_contact",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} of {self.agreement_id}"


class AgreementSignature(PracticeModel):
    """A signature with its evidence. Inserted once; the web role may never change it."""

    class Method(models.TextChoices):
        TYPED = "typed", "Typed"
        DRAWN = "drawn", "Drawn"

    class Way(models.TextChoices):
        LINK = "link", "By the link in the mail, with a code"
        SIGNED_IN = "signed_in", "Signed in"

    agreement = PracticeForeignKey("clients.Agreement")
    signer = PracticeForeignKey("clients.AgreementSigner")
    party = models.CharField(max_length=8, choices=AgreementSigner.Party)
    signed_name = models.CharField(max_length=120)
    method = models.CharField(max_length=5, choices=Method)
    # A PNG of our own making, from the strokes that were drawn.
    drawing = models.BinaryField(null=True, blank=True)
    way = models.CharField(max_length=9, choices=Way)
    email = models.EmailField()
    consent_text = models.TextField()
    text_hash = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_from = models.GenericIPAddressField(null=True, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(
                fields=["practice", "agreement", "party"], name="agreement_signature_once"
            ),
            models.CheckConstraint(
                condition=Q(method="typed", drawing__isnull=True)
                | Q(method="drawn", drawing__isnull=False),
                name="agreement_signature_drawing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} signed {self.agreement_id}"


def agreement_file_name(practice_id: Any, agreement_id: Any) -> str:
    """One name for one agreement: a second run of the worker overwrites the first."""
    return f"{practice_id}/agreements/{agreement_id}.pdf"


def agreement_file_path(file: Any, filename: str) -> str:
    return agreement_file_name(file.practice_id, file.agreement_id)


class AgreementFile(PracticeModel):
    """The sealed PDF of a signed agreement. Inserted once."""

    agreement = PracticeForeignKey("clients.Agreement")
    file = models.FileField(upload_to=agreement_file_path, max_length=200)
    # SHA-256 of the file, in hexadecimal.
    fingerprint = models.CharField(max_length=64)
    sealed_by = models.CharField(max_length=300)
    is_time_stamped = models.BooleanField(default=False)
    sealed_at = models.DateTimeField()

    class Meta(PracticeModel.Meta):
        constraints = [
            *PracticeModel.Meta.constraints,
            models.UniqueConstraint(fields=["practice", "agreement"], name="agreement_file_once"),
        ]

    def __str__(self) -> str:
        return f"file of {self.agreement_id}"
