"""What a reading takes along out of the transaction, and what it brings back."""

from dataclasses import dataclass, replace
from uuid import UUID

from scheduling.calendars.question import Question, Reading
from scheduling.models import BusySource
from scheduling.services.source_secrets import Secrets, secrets_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Everything a reading needs, taken along out of the transaction."""

    source_id: UUID
    practice_id: UUID
    kind: str
    secrets: Secrets
    question: Question
    allows_http: bool
    day: str
    etag: str
    last_modified: str
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of it. `reading` is None where nothing has changed."""

    reading: Reading | None
    secrets: Secrets
    etag: str = ""
    last_modified: str = ""
    content_hash: str = ""


def as_chosen_meanwhile(source: BusySource, secrets: Secrets, task: Task) -> Secrets:
    """What a reading brought, but for a choice that the coach made while it ran."""
    chosen = secrets_of(source).calendars
    return secrets if chosen == task.secrets.calendars else replace(secrets, calendars=chosen)
