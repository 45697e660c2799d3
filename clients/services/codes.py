"""A code by mail that goes with a signed link: whoever was forwarded the link gets no further."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from clients.models import AgreementSigner, HandoverLink
from clients.policies import CODE_AGAIN_AFTER, MOST_CODES, CodeAnswer, judge_code
from clients.queries.signing_codes import code_hash
from coachops.outbox.queue import FIRST, enqueue

type Coded = AgreementSigner | HandoverLink

_CODE_GONE_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class CodeSent:
    """Whether a code was asked for; if not, whether it was too soon or too often."""

    is_sent: bool
    is_exhausted: bool = False


@transaction.atomic
def send_code(*, of: Coded, kind: str, address: str, now: datetime) -> CodeSent:
    """A code to the address the link was sent to. The worker makes it, and nobody else knows it."""
    row = _locked(of)
    if row.codes_sent >= MOST_CODES:
        return CodeSent(is_sent=False, is_exhausted=True)
    if row.code_sent_at is not None and now < row.code_sent_at + CODE_AGAIN_AFTER:
        return CodeSent(is_sent=False)
    row.codes_sent += 1
    row.code_sent_at, row.code_hash, row.code_tries = now, None, 0
    row.save(update_fields=["codes_sent", "code_sent_at", "code_hash", "code_tries"])
    enqueue(
        kind=kind,
        key=f"{kind}:{row.pk}:{now.isoformat()}",
        due_at=now,
        subject_id=row.pk,
        recipient=address,
        payload={"number": row.codes_sent},
        not_after=now + _CODE_GONE_AFTER,
        priority=FIRST,
    )
    return CodeSent(is_sent=True)


@transaction.atomic
def check_code(*, of: Coded, code: str, now: datetime) -> CodeAnswer:
    """Whether it is the code that was sent last. Every try counts; a right one is spent."""
    row = _locked(of)
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


def _locked(of: Coded) -> Coded:
    row: Coded = type(of).objects.select_for_update().get(pk=of.pk)
    return row
