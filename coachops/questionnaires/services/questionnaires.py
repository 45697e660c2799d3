"""Building questionnaires: a draft is changed, publishing freezes it."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.questionnaires.models import Questionnaire, QuestionnaireVersion
from coachops.questionnaires.policies.editing import Flaw, flaws
from coachops.questionnaires.policies.questions import Content, Kind
from coachops.tenancy.turns import made_just_now, take_turn


class ChangedMeanwhile(Exception):
    """Somebody else has changed the draft since it was opened; nothing was overwritten."""


class NotPublishable(Exception):
    """The named flaws come first."""

    def __init__(self, found: tuple[tuple[str, Flaw], ...]) -> None:
        super().__init__(found)
        self.flaws = found


class NothingNew(Exception):
    """The draft says what the newest version says."""


def new_key() -> str:
    """For a question, a choice or a section; it stays with it through all versions."""
    return uuid4().hex[:10]


@transaction.atomic
def create_questionnaire(
    *, kind: Kind, title: str, content: Content, by: Membership, now: datetime
) -> Questionnaire:
    """A draft to go on with; a second click finds it as long as nobody has changed it."""
    take_turn(f"questionnaire:{by.pk}")
    same = Questionnaire.objects.filter(
        kind=kind, title=title, draft=content.as_json(), made_by=by, archived_at=None
    ).exclude(pk__in=QuestionnaireVersion.objects.values("questionnaire"))
    found: Questionnaire | None = made_just_now(same, now=now).first()
    if found is not None:
        return found
    made: Questionnaire = Questionnaire.objects.create(
        kind=kind, title=title, draft=content.as_json(), made_by=by, created_at=now
    )
    record(event="questionnaire.created", subject=made, now=now)
    return made


@transaction.atomic
def change_draft(
    *,
    questionnaire: Questionnaire,
    content: Content,
    revision: int,
    title: str | None = None,
) -> Questionnaire:
    """The draft after the one with this revision. Raises ChangedMeanwhile."""
    stored: Questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if stored.revision != revision:
        raise ChangedMeanwhile
    stored.draft = content.as_json()
    stored.title = title or stored.title
    stored.revision += 1
    stored.save(update_fields=["draft", "title", "revision"])
    return stored


@transaction.atomic
def publish(*, questionnaire: Questionnaire, by: Membership, now: datetime) -> QuestionnaireVersion:
    """Freeze the draft as the next version. Raises NotPublishable, NothingNew.

    Who was asked an earlier version goes on with that one.
    """
    stored: Questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    found = flaws(Content.from_json(stored.draft))
    if found:
        raise NotPublishable(found)
    versions = QuestionnaireVersion.objects.filter(questionnaire=stored)
    newest = versions.order_by("-number").first()
    if newest and (newest.content, newest.title) == (stored.draft, stored.title):
        raise NothingNew
    version: QuestionnaireVersion = QuestionnaireVersion.objects.create(
        questionnaire=stored,
        number=(versions.aggregate(Max("number"))["number__max"] or 0) + 1,
        title=stored.title,
        content=stored.draft,
        published_by=by,
        published_at=now,
    )
    record(
        event="questionnaire.published",
        subject=stored,
        now=now,
        facts={"number": version.number},
    )
    return version


@transaction.atomic
def archive(*, questionnaire: Questionnaire, now: datetime) -> None:
    """Nobody is asked it any more; what was asked goes on."""
    _set_archived(questionnaire, now, "questionnaire.archived", now)


@transaction.atomic
def restore(*, questionnaire: Questionnaire, now: datetime) -> None:
    """It can be asked again."""
    _set_archived(questionnaire, None, "questionnaire.restored", now)


def _set_archived(
    questionnaire: Questionnaire, at: datetime | None, event: str, now: datetime
) -> None:
    rows = Questionnaire.objects.filter(pk=questionnaire.pk, archived_at__isnull=at is not None)
    if rows.update(archived_at=at):
        record(event=event, subject=questionnaire, now=now)
