"""What a client answered: questionnaires with their files, and questions when booking."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from clients.models import Intake
from clients.queries.safes import Safe, open_wrapped
from coachops.practices.models import Membership
from coachops.questionnaires.models import AnswerFile, Response
from coachops.questionnaires.queries.answers import Line, reading_of, stored_answers
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.files import read_file
from scheduling.models import BookingAnswer, PollShares
from tracking.models import AskedQuestionnaire, SessionPreparation

type Rows = list[dict[str, Any]]
type File = tuple[str, bytes]

# Withdrawn ones are nobody's to read any more: another address may be on the record by now.
_ASKED: Final = (
    ("intake", Intake, Q(withdrawn_at=None)),
    ("preparation", SessionPreparation, Q()),
    ("questionnaire", AskedQuestionnaire, Q(withdrawn_at=None)),
)


def own_answers(client_id: UUID, safe: Safe, member: Membership) -> Rows:
    """Sent and begun, the oldest first."""
    return [
        {
            "kind": kind,
            "title": opened.response.version.title,
            "asked_at": opened.response.asked_at,
            "sent_at": opened.response.sent_at,
            "answers": [_answer(line, opened) for line in reading_of(opened).lines],
        }
        for kind, opened in _opened(client_id, safe, member)
    ]


def own_answer_files(client_id: UUID, safe: Safe, member: Membership) -> Iterator[File]:
    """By the name that the answers say; a file that is lost is left out."""
    for _kind, opened in _opened(client_id, safe, member):
        for key, answer in stored_answers(opened).items():
            if not isinstance(answer.value, dict) or "file" not in answer.value:
                continue
            try:
                content, _type = read_file(opened=opened, file_id=UUID(str(answer.value["file"])))
            except (AnswerFile.DoesNotExist, FileNotFoundError):
                continue
            yield _place(opened.response, key, str(answer.value["name"])), content


def own_booking_answers(client_id: UUID, safe: Safe) -> Rows:
    """For sessions of one's own, and for places in groups."""
    mine = Q(session__client=client_id, seat=None) | Q(seat__client=client_id)
    rows = BookingAnswer.objects.select_related("session").filter(mine)
    return [
        {
            "session_at": row.session.starts_at,
            "question": row.question,
            "answer": _safe_for(row, safe).open(bytes(row.sealed_answer), row_id=row.pk),
        }
        for row in rows.order_by("session__starts_at", "seat", "position").iterator(chunk_size=500)
    ]


def own_shares(client_id: UUID, safe: Safe) -> Rows:
    """What they brought to meetings of three."""
    rows = PollShares.objects.select_related("poll").filter(client=client_id).order_by("pk")
    return [
        {"lines": safe.open(bytes(row.sealed_lines), row_id=row.pk).split("\n")} for row in rows
    ]


def _safe_for(row: BookingAnswer, safe: Safe) -> Safe:
    """A guest's answers have a key of their own, also once the guest has become a client."""
    return open_wrapped(row.wrapped_key, row.pk) if row.wrapped_key else safe


def _opened(client_id: UUID, safe: Safe, member: Membership) -> Iterator[tuple[str, Opened]]:
    for kind, model, condition in _ASKED:
        rows = model._default_manager.select_related("response__version").filter(
            condition, client=client_id
        )
        for row in rows.order_by("response__asked_at", "pk"):
            yield kind, Opened(row.response, safe, member)


def _answer(line: Line, opened: Opened) -> dict[str, Any]:
    return {
        "question": line.label,
        "answer": line.words,
        "rows": [{"row": row, "answer": words} for row, words in line.rows],
        "file": _place(opened.response, line.key, line.file) if line.file else "",
        "remarks": [
            {"by": each.author, "text": each.text, "written_at": each.written_at}
            for each in line.comments
        ],
    }


def _place(response: Response, key: str, name: str) -> str:
    """Where it lies in the archive: never outside, never twice."""
    return f"answers/{response.pk.hex[-8:]}-{key}-{name.replace('/', '_').replace(chr(92), '_')}"
