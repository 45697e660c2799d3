"""The questionnaires of a practice: lists, drafts, versions."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.questionnaires.models import Questionnaire, QuestionnaireVersion, Response
from coachops.questionnaires.policies.answers import Answers, Value, visible
from coachops.questionnaires.policies.differences import Difference, differences
from coachops.questionnaires.policies.questions import Content, Kind
from coachops.questionnaires.queries.answers import Field, Part, Sheet

MOST_QUESTIONNAIRES = 200

KIND_LABELS: dict[str, Promise] = {
    Kind.INTAKE: _("Intake"),
    Kind.PREPARATION: _("Session preparation"),
    Kind.REFLECTION: _("Reflection prompts"),
    Kind.FEEDBACK: _("Feedback"),
    Kind.PULSE: _("Pulse"),
    Kind.THREE_SIXTY: _("360"),
    Kind.CLOSING: _("Closing survey"),
}


@dataclass(frozen=True, slots=True)
class QuestionnaireRow:
    """One line of the list. `number` is None as long as nothing is published."""

    id: UUID
    title: str
    kind: str | Promise
    questions: int
    number: int | None
    published_at: datetime | None
    responses: int
    is_archived: bool
    is_changed: bool


def questionnaire_rows(*, archived: bool = False) -> tuple[QuestionnaireRow, ...]:
    """By kind and title. Two statements."""
    newest = QuestionnaireVersion.objects.filter(questionnaire=OuterRef("pk")).order_by("-number")
    rows = (
        Questionnaire.objects.filter(archived_at__isnull=not archived)
        .annotate(
            number=Subquery(newest.values("number")[:1]),
            published_at=Subquery(newest.values("published_at")[:1]),
            frozen=Subquery(newest.values("content")[:1]),
        )
        .order_by("kind", "title", "id")[:MOST_QUESTIONNAIRES]
    )
    found = list(rows)
    asked = dict(
        Response.objects.filter(version__questionnaire__in=found)
        .values_list("version__questionnaire")
        .annotate(many=Count("id"))
    )
    return tuple(
        QuestionnaireRow(
            id=row.pk,
            title=row.title,
            kind=KIND_LABELS[row.kind],
            questions=len(Content.from_json(row.draft).questions),
            number=row.number,
            published_at=row.published_at,
            responses=asked.get(row.pk, 0),
            is_archived=row.archived_at is not None,
            is_changed=row.number is not None and row.frozen != row.draft,
        )
        for row in found
    )


def published(kind: Kind | None = None) -> list[QuestionnaireVersion]:
    """The newest version of each questionnaire in use, of one kind or all. One statement."""
    rows = QuestionnaireVersion.objects.filter(questionnaire__archived_at=None)
    if kind is not None:
        rows = rows.filter(questionnaire__kind=kind)
    newest = (
        rows.select_related("questionnaire")
        .order_by("questionnaire", "-number")
        .distinct("questionnaire")
    )
    return sorted(newest, key=lambda version: version.title)


def newest_version(questionnaire_id: UUID) -> QuestionnaireVersion | None:
    """What is asked from now on; None for a draft or an archived one. One statement."""
    rows = QuestionnaireVersion.objects.filter(
        questionnaire=questionnaire_id, questionnaire__archived_at=None
    )
    found: QuestionnaireVersion | None = rows.order_by("-number").first()
    return found


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with what it changed; the first one changed nothing."""

    number: int
    published_at: datetime
    published_by: str
    changes: tuple[Difference, ...]


def versions_of(questionnaire: Questionnaire) -> tuple[VersionLine, ...]:
    """The newest first. One statement."""
    rows = list(
        QuestionnaireVersion.objects.filter(questionnaire=questionnaire)
        .select_related("published_by")
        .order_by("number")
    )
    contents = [Content.from_json(row.content) for row in rows]
    lines = [
        VersionLine(
            row.number,
            row.published_at,
            row.published_by.name if row.published_by else "",
            differences(contents[at - 1], contents[at]) if at else (),
        )
        for at, row in enumerate(rows)
    ]
    return tuple(reversed(lines))


def unpublished_changes(questionnaire: Questionnaire) -> tuple[Difference, ...]:
    """What publishing would change; nothing for what was never published. One statement."""
    rows = QuestionnaireVersion.objects.filter(questionnaire=questionnaire).order_by("-number")
    newest = rows.first()
    if newest is None:
        return ()
    return differences(Content.from_json(newest.content), Content.from_json(questionnaire.draft))


def preview_of(title: str, content: Content, answers: Answers) -> Sheet:
    """As whoever is asked sees it, for answers that are tried out and kept nowhere."""
    shown = {question.key for question in visible(content, answers)}
    blank: Value = ""
    return Sheet(
        title=title,
        intro=content.intro,
        parts=tuple(
            Part(
                section,
                tuple(
                    Field(question, question.key in shown, answers.get(question.key, blank))
                    for question in section.questions
                ),
            )
            for section in content.sections
        ),
        answered=0,
        shown=len(shown),
        saved_at=None,
    )
