"""Files of answers: checked, sealed with the key of whoever answers, kept under names of ours."""

import base64
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from coachops.outbox.queue import enqueue
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.questionnaires.models import AnswerFile, Response
from coachops.questionnaires.queries.opening import Opened
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import current_practice_id
from coachops.web.uploads import CleanUpload

FORGET_KIND = "questionnaires.forget_file"


@transaction.atomic
def keep_file(
    *, opened: Opened, question: str, upload: CleanUpload, now: datetime
) -> dict[str, str | int]:
    """Store it; the answer to give for its question. An earlier file of the answer is forgotten."""
    forget_files(response=opened.response, only=question, now=now)
    row_id = uuid7()
    text = base64.b64encode(upload.content).decode()
    sealed = opened.safe.close(text, row_id=row_id)
    name = f"{current_practice_id()}/answers/{opened.response.pk}/{row_id.hex}"
    AnswerFile.objects.create(
        id=row_id,
        response=opened.response,
        question=question,
        stored_as=default_storage.save(name, ContentFile(sealed)),
        media_type=upload.media_type,
        size=len(upload.content),
        added_at=now,
    )
    return {"file": str(row_id), "name": upload.name, "size": len(upload.content)}


def read_file(*, opened: Opened, file_id: UUID) -> tuple[bytes, str]:
    """What is in it, and its media type. Raises AnswerFile.DoesNotExist, FileNotFoundError."""
    row = AnswerFile.objects.get(pk=file_id, response=opened.response)
    with default_storage.open(row.stored_as) as file:
        sealed = file.read()
    return base64.b64decode(opened.safe.open(sealed, row_id=row.pk)), row.media_type


def forget_files(
    *,
    response: Response,
    now: datetime,
    only: str | None = None,
    keep: Iterable[str] = (),
) -> None:
    """Delete the files of a response, of one question only, or of all but some. A worker does it,
    once the transaction has held.
    """
    files = AnswerFile.objects.filter(response=response).exclude(question__in=list(keep))
    if only is not None:
        files = files.filter(question=only)
    for row in files:
        enqueue(
            kind=FORGET_KIND,
            key=f"forget_file:{row.pk}",
            due_at=now,
            payload={"stored_as": row.stored_as},
        )
        row.delete()


def prepare_forgetting(message: ClaimedMessage) -> Delivery | None:
    """Deleting what is gone already changes nothing."""
    name = str(message.payload["stored_as"])
    return lambda: default_storage.delete(name)
