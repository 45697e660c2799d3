"""What a client is asked and has not sent: cards of their home."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from coachops.tenancy.scope import current_practice_id

MOST: Final = 5
_WAITING: Final = """
SELECT 'intake' AS kind, i.id, r.begun_at IS NOT NULL, r.answered, r.shown, i.due_on,
       NULL::timestamptz AS meets_at, '' AS title
FROM clients_intake i
JOIN questionnaires_response r ON r.practice_id = i.practice_id AND r.id = i.response_id
WHERE i.practice_id = %(practice)s AND i.client_id = %(client)s AND i.closed_at IS NULL
UNION ALL
SELECT 'questionnaire', q.id, r.begun_at IS NOT NULL, r.answered, r.shown, q.due_on,
       NULL::timestamptz, v.title
FROM tracking_askedquestionnaire q
JOIN questionnaires_response r ON r.practice_id = q.practice_id AND r.id = q.response_id
JOIN questionnaires_questionnaireversion v
  ON v.practice_id = r.practice_id AND v.id = r.version_id
WHERE q.practice_id = %(practice)s AND q.client_id = %(client)s AND q.closed_at IS NULL
UNION ALL
SELECT 'preparation', s.id, r.begun_at IS NOT NULL, r.answered, r.shown, NULL, s.starts_at, ''
FROM tracking_sessionpreparation p
JOIN questionnaires_response r ON r.practice_id = p.practice_id AND r.id = p.response_id
JOIN scheduling_session s ON s.practice_id = p.practice_id AND s.id = p.session_id
WHERE p.practice_id = %(practice)s AND p.client_id = %(client)s AND r.sent_at IS NULL
  AND s.state = 'booked' AND s.starts_at > %(now)s::timestamptz
ORDER BY meets_at NULLS FIRST
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class WaitingQuestions:
    """`kind` is intake, questionnaire or preparation; `subject_id` is what was asked, or the
    session; `title` is a questionnaire's.
    """

    kind: str
    subject_id: UUID
    has_begun: bool
    answered: int
    shown: int
    due_on: date | None
    meets_at: datetime | None
    title: str


def waiting_questions(client_id: UUID, now: datetime) -> tuple[WaitingQuestions, ...]:
    """Preparations last, as they come. One statement, no answers."""
    asked: dict[str, Any] = {
        "practice": current_practice_id(),
        "client": client_id,
        "now": now,
        "limit": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, asked)
        return tuple(WaitingQuestions(*row) for row in cursor.fetchall())
