"""The practice's certificate: made when first needed, or brought along; its key is sealed."""

from datetime import datetime
from typing import Final

from django.db import transaction

from clients.models import SealingCertificate
from coachops.audit.record import Fact, record
from coachops.documents.seals import SealingKey, make_key, read_pkcs12
from coachops.encryption.seal import new_wrapped_key, seal, unseal, unwrap
from coachops.practices.models import Practice

_TITLE: Final = "CoachOps seal of"


@transaction.atomic
def upload_certificate(*, data: bytes, password: str, now: datetime) -> SealingCertificate:
    """Seal with the practice's own certificate from now on.

    Raises coachops.documents.seals.CertificateRefused.
    """
    key = read_pkcs12(data, password, now=now)
    return _replace(key, SealingCertificate.Origin.UPLOADED, now)


@transaction.atomic
def renew_certificate(*, practice: Practice, now: datetime) -> SealingCertificate:
    """A new certificate of our own making instead of the one in use."""
    key = make_key(name=f"{_TITLE} {practice.name}", now=now)
    return _replace(key, SealingCertificate.Origin.MADE, now)


def current_certificate() -> SealingCertificate | None:
    """The one in use; for owners and background work alone."""
    row: SealingCertificate | None = SealingCertificate.objects.filter(replaced_at=None).first()
    return row


@transaction.atomic
def sealing_key(*, practice: Practice, now: datetime) -> SealingKey:
    """What is sealed with; made on first use, and anew where what was there has expired.

    Raises coachops.encryption.seal.Unreadable under another master key.
    """
    # Two agreements may be finished in the same second.
    Practice.objects.select_for_update().get(pk=practice.pk)
    row = current_certificate()
    if row is None or row.valid_until <= now:
        row = renew_certificate(practice=practice, now=now)
    name = _name(row)
    opened = unwrap(bytes(row.wrapped_key), bound_to=name)
    return SealingKey(
        key=unseal(opened, bytes(row.sealed_key), bound_to=name),
        certificates=row.certificates,
        subject=row.subject,
        fingerprint=row.fingerprint,
        valid_until=row.valid_until,
    )


def _replace(key: SealingKey, origin: str, now: datetime) -> SealingCertificate:
    SealingCertificate.objects.filter(replaced_at=None).update(replaced_at=now)
    row = SealingCertificate(
        origin=origin,
        subject=key.subject[:300],
        certificates=key.certificates,
        fingerprint=key.fingerprint,
        valid_until=key.valid_until,
        created_at=now,
    )
    name = _name(row)
    row.wrapped_key = new_wrapped_key(bound_to=name)
    row.sealed_key = seal(unwrap(row.wrapped_key, bound_to=name), key.key, bound_to=name)
    row.save()
    facts: dict[str, Fact] = {"origin": str(origin), "fingerprint": key.fingerprint}
    record(event="sealing_certificate.replaced", subject=row, now=now, facts=facts)
    return row


def _name(row: SealingCertificate) -> str:
    return f"sealing:{row.practice_id}:{row.pk}"
