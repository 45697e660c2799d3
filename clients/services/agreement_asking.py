"""Whose turn it is to sign: the mail with the link, and its reminders."""

from datetime import datetime, time, timedelta
from typing import Final

from clients.models import Agreement, AgreementSettings, AgreementSigner
from clients.queries.agreement_fields import settings_of_practice
from clients.queries.agreements import address_of_signer
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Practice
from coachops.practices.services.links import revoke_links

REQUEST_KIND: Final = "clients.agreement_request"
CODE_KIND: Final = "clients.agreement_code"
NEWS_KIND: Final = "clients.agreement_news"
SIGNING_PURPOSE: Final = "agreement.sign"
FILE_PURPOSE: Final = "agreement.file"
_REMINDED_AT: Final = time(9, 0)


def ask(
    *, signer: AgreementSigner, agreement: Agreement, practice: Practice, now: datetime
) -> None:
    """Part of a service that has the agreement locked: it is this signer's turn, from now on."""
    settings = settings_of_practice()
    signer.state, signer.asked_at = AgreementSigner.State.ASKED, now
    signer.asked_times += 1
    signer.codes_sent, signer.code_tries = 0, 0
    signer.code_hash = signer.code_sent_at = None
    signer.link_expires_at = now + timedelta(days=settings.link_valid_days)
    signer.save()
    for due_at, days in _dates(settings, practice, now):
        enqueue(
            kind=REQUEST_KIND,
            key=f"{prefix_of(agreement, signer)}{signer.asked_times}:{days}",
            due_at=due_at,
            subject_id=signer.pk,
            recipient=address_of_signer(signer, agreement),
            payload={"asked": signer.asked_times, "days": days},
            not_after=signer.link_expires_at,
        )


def stop_asking(*, signer: AgreementSigner, agreement: Agreement, now: datetime) -> None:
    """No reminder and no link of this signer works any more."""
    withdraw(key_prefix=prefix_of(agreement, signer))
    revoke_links(subject_id=signer.pk, purpose=SIGNING_PURPOSE, now=now)


def prefix_of(agreement: Agreement, signer: AgreementSigner) -> str:
    return f"agreement:{agreement.pk}:{signer.pk}:"


def _dates(
    settings: AgreementSettings, practice: Practice, now: datetime
) -> list[tuple[datetime, int]]:
    """At once, then in the morning of the days that the practice has chosen."""
    today = now.astimezone(practice.zone).date()
    found = [(now, 0)]
    for days in sorted(set(settings.remind_after_days)):
        day = today + timedelta(days=days)
        found.append((datetime.combine(day, _REMINDED_AT, tzinfo=practice.zone), days))
    return found
