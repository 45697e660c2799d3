"""Signed links: made once, shown in one mail, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from coachops.practices.models import Membership, SignedLink


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


@transaction.atomic
def create_link(
    *,
    purpose: str,
    subject_id: UUID,
    now: datetime,
    valid_for: timedelta,
    recipient: str = "",
    membership: Membership | None = None,
) -> str:
    """A full address that does one thing to one subject; 256 random bits, only the hash is kept."""
    secret = secrets.token_urlsafe(32)
    link = SignedLink.objects.create(
        purpose=purpose,
        subject_id=subject_id,
        recipient=recipient,
        membership=membership,
        secret_hash=hash_secret(secret),
        expires_at=now + valid_for,
    )
    path = reverse("link", kwargs={"token": f"{link.practice_id}.{secret}"})
    return f"{settings.BASE_URL}{path}"


def use_link(*, link: SignedLink, now: datetime) -> bool:
    """Spend a single-use link. False when somebody else spent it first."""
    changed = SignedLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(
        used_at=now
    )
    return bool(changed)


def revoke_links(*, subject_id: UUID, now: datetime, purpose: str | None = None) -> None:
    """Make the unused links of a subject useless, all or those of one purpose."""
    links = SignedLink.objects.filter(subject_id=subject_id, used_at=None, revoked_at=None)
    if purpose is not None:
        links = links.filter(purpose=purpose)
    links.update(revoked_at=now)
