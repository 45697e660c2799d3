"""The thread below an answer: whoever answered, and who reads it."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.questionnaires.models import AnswerComment
from coachops.questionnaires.queries.opening import Opened
from coachops.tenancy.models import uuid7

LONGEST_COMMENT: Final = 4000


class NotAQuestion(Exception):
    """There is no such question, or nothing to say."""


@transaction.atomic
def comment_on(*, opened: Opened, question: str, text: str, now: datetime) -> None:
    """Add a remark of `opened.by`. Raises NotAQuestion."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text or opened.by is None or opened.content.question(question) is None:
        raise NotAQuestion
    row_id = uuid7()
    with opened.room():
        AnswerComment.objects.create(
            id=row_id,
            response=opened.response,
            subject_id=opened.response.subject_id,
            question=question,
            author=opened.by,
            sealed_body=opened.safe.close(text, row_id=row_id),
            written_at=now,
        )
    record(event="response.commented", subject=opened.response, now=now)


@transaction.atomic
def remove_comment(*, opened: Opened, comment_id: UUID, now: datetime) -> bool:
    """Take one's own remark away; whether there was one."""
    with opened.room():
        own = AnswerComment.objects.filter(
            pk=comment_id, response=opened.response, author=opened.by
        )
        deleted, _rows = own.delete()
    return bool(deleted)
