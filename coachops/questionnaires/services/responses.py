"""Answering: opened by the app that asks, saved as one goes, sent, taken back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response, ResponseAnswer
from coachops.questionnaires.policies.answers import Value, is_blank, missing, progress, visible
from coachops.questionnaires.policies.questions import Question
from coachops.questionnaires.queries.answers import Stored, stored_answers, values_of
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.files import forget_files
from coachops.questionnaires.signals import response_submitted, response_taken_back


class AlreadySent(Exception):
    """It was sent meanwhile, perhaps in another tab; nothing was changed."""


class Incomplete(Exception):
    """Questions that have to be answered are not."""

    def __init__(self, questions: tuple[Question, ...]) -> None:
        super().__init__(", ".join(question.key for question in questions))
        self.questions = questions


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered, who had read `version` of it (0: nothing) before.

    None: whatever is there is meant to be replaced.
    """

    question: str
    value: Value
    version: int | None


@dataclass(frozen=True, slots=True)
class Saved:
    """How it stands after saving: everything stored, and what was not saved because it changed."""

    stored: dict[str, Stored]
    conflicts: frozenset[str]


@transaction.atomic
def open_response(*, version: QuestionnaireVersion, subject_id: UUID, now: datetime) -> Response:
    """Something to answer, pinned to this version. Whose it is is the caller's to know."""
    response: Response = Response.objects.create(
        version=version, subject_id=subject_id, asked_at=now
    )
    return response


def lock_unsent(*, opened: Opened) -> None:
    """Part of a transaction: whoever else saves or sends this response waits until it is over.

    Raises AlreadySent.
    """
    _locked(opened)


@transaction.atomic
def save_answers(*, opened: Opened, given: Iterable[Given], now: datetime) -> Saved:
    """Keep what was answered; what changed elsewhere meanwhile is left alone and named.

    The same answer again is no change. Raises AlreadySent.
    """
    response = _locked(opened)
    stored, conflicts = stored_answers(opened), set()
    with opened.room():
        for answer in given:
            known = stored.get(answer.question)
            if _is_same(known, answer.value):
                continue
            if known is not None and answer.version not in {known.version, None}:
                conflicts.add(answer.question)
                continue
            stored[answer.question] = _write(opened, known, answer, now)
    _count(opened, response, stored, now)
    return Saved(stored, frozenset(conflicts))


@transaction.atomic
def submit(*, opened: Opened, now: datetime) -> None:
    """Hand it over. Answers to questions that are no longer shown are deleted.

    Raises Incomplete, AlreadySent. `response_submitted` tells the app that asked.
    """
    response = _locked(opened)
    stored = stored_answers(opened)
    values = values_of(stored)
    lacking = missing(opened.content, values)
    if lacking:
        raise Incomplete(lacking)
    shown = {question.key for question in visible(opened.content, values)}
    with opened.room():
        unseen = ResponseAnswer.objects.filter(response=response).exclude(question__in=shown)
        unseen.delete()
    forget_files(response=response, keep=shown, now=now)
    response.sent_at = opened.response.sent_at = now
    response.begun_at = response.begun_at or now
    response.save(update_fields=["sent_at", "begun_at"])
    record(event="response.sent", subject=response, now=now)
    response_submitted.send(Response, response=response, by=opened.by, now=now)


@transaction.atomic
def take_back(*, response: Response, by: Membership | None, now: datetime) -> None:
    """To change it: until it is sent again nobody else reads it."""
    changed = Response.objects.filter(pk=response.pk).exclude(sent_at=None).update(sent_at=None)
    if changed:
        response.sent_at = None
        record(event="response.taken_back", subject=response, now=now)
        response_taken_back.send(Response, response=response, by=by, now=now)


def _locked(opened: Opened) -> Response:
    rows = Response.objects.select_for_update()
    response: Response = rows.get(pk=opened.response.pk)
    if response.sent_at is not None:
        raise AlreadySent
    return response


def _is_same(known: Stored | None, value: Value) -> bool:
    return is_blank(value) if known is None else known.value == value


def _write(opened: Opened, known: Stored | None, answer: Given, now: datetime) -> Stored:
    row = ResponseAnswer(
        response=opened.response,
        subject_id=opened.response.subject_id,
        question=answer.question,
        version=known.version + 1 if known else 1,
        saved_at=now,
    )
    if known is not None:
        row.pk = known.id
    row.sealed_value = opened.safe.close(json.dumps(answer.value), row_id=row.pk)
    if known is None:
        row.save(force_insert=True)
    else:
        row.save(force_update=True, update_fields=["sealed_value", "version", "saved_at"])
    return Stored(row.pk, answer.value, row.version, now)


def _count(opened: Opened, response: Response, stored: dict[str, Stored], now: datetime) -> None:
    """How far it is, for those who may know only that."""
    done, shown = progress(opened.content, values_of(stored))
    begun = response.begun_at or (now if stored else None)
    if (response.answered, response.shown, response.begun_at) == (done, shown, begun):
        return
    response.answered, response.shown, response.begun_at = done, shown, begun
    response.save(update_fields=["answered", "shown", "begun_at"])
