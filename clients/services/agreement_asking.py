"""Whose turn it is to sign: the mail with the link, its reminders, and the code for the link."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction

from clients.models import Agreement, AgreementSettings, AgreementSigner
from clients.policies import CODE_AGAIN_AFTER, MOST_CODES, CodeAnswer, judge_code
from clients.queries.agreement_fields import settings_of_practice
from clients.queries.agreements import address_of_signer
from clients.queries.signing_codes import code_hash
from coachops.outbox.queue import FIRST, enqueue, withdraw
from coachops.practices.models import Practice
from coachops.practices.services.links import revoke_links

REQUEST_KIND: Final = "clients.agreement_request"
CODE_KIND: Final = "clients.agreement_code"
NEWS_KIND: Final = "clients.agreement_news"
SIGNING_PURPOSE: Final = "agreement.sign"
FILE_PURPOSE: Final = "agreement.file"
_REMINDED_AT: Final = time(9, 0)
_CODE_GONE_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """Whether a code was asked for; if not, whether it was too soon or too often."""

    is_sent: bool
    is_exhausted: bool = False


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


@transaction.atomic
def send_code(*, signer: AgreementSigner, address: str, now: datetime) -> CodeSent:
    """A code to the address the link was sent to. The worker makes it, and nobody else knows it."""
    row: AgreementSigner = AgreementSigner.objects.select_for_update().get(pk=signer.pk)
    if row.codes_sent >= MOST_CODES:
        return CodeSent(is_sent=False, is_exhausted=True)
    if row.code_sent_at is not None and now < row.code_sent_at + CODE_AGAIN_AFTER:
        return CodeSent(is_sent=False)
    row.codes_sent += 1
    row.code_sent_at, row.code_hash, row.code_tries = now, None, 0
    row.save(update_fields=["codes_sent", "code_sent_at", "code_hash", "code_tries"])
    enqueue(
        kind=CODE_KIND,
        key=f"agreement-code:{row.pk}:{row.asked_times}:{row.codes_sent}",
        due_at=now,
        subject_id=row.pk,
        recipient=address,
        payload={"number": row.codes_sent},
        not_after=now + _CODE_GONE_AFTER,
        priority=FIRST,
    )
    return CodeSent(is_sent=True)


@transaction.atomic
def check_code(*, signer: AgreementSigner, code: str, now: datetime) -> CodeAnswer:
    """Whether it is the code that was sent last. Every try counts; a right one is spent."""
    row: AgreementSigner = AgreementSigner.objects.select_for_update().get(pk=signer.pk)
    typed = "".join(code.split())
    is_right = row.code_hash is not None and secrets.compare_digest(
        bytes(row.code_hash), code_hash(row, typed)
    )
    answer = judge_code(is_right=is_right, tries=row.code_tries, sent_at=row.code_sent_at, now=now)
    row.code_tries += 1
    if answer is CodeAnswer.RIGHT:
        row.code_hash = row.code_sent_at = None
    row.save(update_fields=["code_tries", "code_hash", "code_sent_at"])
    return answer


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
