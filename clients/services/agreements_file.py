"""The sealed PDF of a signed agreement, made by a worker once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from clients.documents import AgreementSheet, agreement_pdf, agreement_sheet
from clients.models import Agreement, AgreementFile
from clients.models.agreements import agreement_file_name
from clients.queries.agreements import signers_of
from clients.services.agreements import tell
from clients.services.sealing import sealing_key
from coachops.audit.record import Fact, record
from coachops.documents.seals import (
    NotTimeStamped,
    SealingKey,
    SealText,
    seal_pdf,
    time_stamper,
)
from coachops.outbox.registry import ClaimedMessage, Delivery, NotDelivered
from coachops.practices.models import Practice
from coachops.tenancy.scope import current_practice_id, scope, system_scope

PDF_KIND: Final = "clients.agreement.pdf"
LEASE_SECONDS: Final = 300


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be sealed with what; the rest runs without a transaction."""

    agreement_id: UUID
    practice_id: UUID
    sheet: AgreementSheet
    key: SealingKey


def prepare_agreement_pdf(message: ClaimedMessage) -> Delivery | None:
    """Reads what is needed; rendering, sealing and time-stamping may take a while."""
    agreement = (
        Agreement.objects.select_related(
            "engagement__client",
            "engagement__coach",
            "engagement__sponsor_organisation",
            "replaces",
        )
        .filter(pk=message.subject_id, state=Agreement.State.SIGNED)
        .first()
    )
    if agreement is None:
        return None
    if AgreementFile.objects.filter(agreement=agreement).exists():
        return _nothing
    return partial(make_file, work_on(agreement, timezone.now()))


def work_on(agreement: Agreement, now: datetime) -> Work:
    """In the scope of the system or an owner: only they may open the practice's key."""
    practice = Practice.objects.get(pk=current_practice_id())
    key = sealing_key(practice=practice, now=now)
    with override(agreement.language):
        sheet = agreement_sheet(agreement, practice, sealed_by=key.subject)
    return Work(agreement.pk, practice.pk, sheet, key)


def make_file(work: Work) -> None:
    """Render, seal, put the file in its place and tell everybody: all of it may be repeated."""
    pdf, is_stamped = sealed_pdf(work)
    name = _put(agreement_file_name(work.practice_id, work.agreement_id), pdf)
    with scope(system_scope(work.practice_id)), transaction.atomic():
        kept = keep_file(work=work, name=name, pdf=pdf, is_stamped=is_stamped, now=timezone.now())
    if kept != name:
        default_storage.delete(name)


def sealed_pdf(work: Work) -> tuple[bytes, bool]:
    """The file, and whether an authority has put the time on it. Raises NotDelivered."""
    stamper = time_stamper(settings.TIMESTAMP_URL)
    with override(work.sheet.language):
        text = SealText(
            name=work.sheet.practice,
            reason=gettext("Everybody has signed; this seal shows any later change."),
        )
    try:
        pdf = seal_pdf(agreement_pdf(work.sheet), key=work.key, text=text, stamper=stamper)
    except NotTimeStamped as error:
        raise NotDelivered(f"time-stamping authority: {error}") from error
    return pdf, stamper is not None


def keep_file(*, work: Work, name: str, pdf: bytes, is_stamped: bool, now: datetime) -> str:
    """The name of the file that counts: another worker may have been quicker."""
    agreement = Agreement.objects.select_related(
        "engagement__client__membership__user", "engagement__coach__user"
    ).get(pk=work.agreement_id)
    file = AgreementFile(
        agreement=agreement,
        file=name,
        fingerprint=hashlib.sha256(pdf).hexdigest(),
        sealed_by=work.key.subject[:300],
        is_time_stamped=is_stamped,
        sealed_at=now,
    )
    AgreementFile.objects.bulk_create([file], ignore_conflicts=True)
    kept: AgreementFile = AgreementFile.objects.get(agreement=agreement)
    if kept.pk == file.pk:
        facts: dict[str, Fact] = {"fingerprint": file.fingerprint, "time_stamped": is_stamped}
        record(event="agreement.sealed", subject=agreement, now=now, facts=facts)
        for signer in signers_of(agreement):
            tell(agreement, signer, "completed", now)
    return str(kept.file.name)


def _put(name: str, pdf: bytes) -> str:
    """What an unfinished earlier run left there is overwritten."""
    if default_storage.exists(name):
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(pdf))


def _nothing() -> None:
    """The file is there already."""
