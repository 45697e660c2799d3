"""Questionnaires: everybody's intake, and what is asked before a session."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache

from clients.models import Intake
from coachops.demo.large.copying import insert, insert_anybodys
from coachops.demo.large.place import Coach, Person, Place, Run
from coachops.demo.world.questions import INTAKE, PREPARATION
from coachops.questionnaires.models import (
    Questionnaire,
    QuestionnaireVersion,
    Response,
    ResponseAnswer,
)
from coachops.questionnaires.policies.answers import Value, progress
from coachops.questionnaires.policies.questions import Content, Kind
from coachops.questionnaires.queries.starters import starter
from coachops.tenancy.models import uuid7
from scheduling.models import Session
from tracking.models import SessionPreparation

SINCE, ASKED_BEFORE, DUE_IN = timedelta(days=390), timedelta(days=3), timedelta(days=4)


def add_questionnaires(place: Place) -> None:
    """The two that everybody is asked, published once."""
    for kind in (Kind.INTAKE, Kind.PREPARATION):
        begun = starter(kind)
        if begun is None:
            raise LookupError(kind)
        place.questions[kind] = _published(kind, begun.title, begun.content, place.now - SINCE)


def _published(kind: Kind, title: str, content: Content, at: datetime) -> QuestionnaireVersion:
    draft = content.as_json()
    (made,) = insert(
        Questionnaire, [Questionnaire(kind=kind, title=title, draft=draft, created_at=at)]
    )
    version = QuestionnaireVersion(
        questionnaire=made, number=1, title=title, content=draft, published_at=at
    )
    return insert(QuestionnaireVersion, [version])[0]


def add_answers(place: Place, coach: Coach, runs: list[Run]) -> None:
    """An intake for each client; a preparation for the last session held and the next."""
    version = place.questions[Kind.INTAKE]
    intakes = [
        (run, _response(run.person, version, run.started - ASKED_BEFORE, is_sent=not run.is_new))
        for run in runs
        if not run.is_over
    ]
    prepared = [
        (run, session, _preparation(place, run, session))
        for run in runs
        if not run.is_over
        for session in _around_now(place, run)
    ]
    responses = [response for *_, response in (*intakes, *prepared)]
    insert(Response, responses)
    insert(Intake, [_intake(place, coach, run, response) for run, response in intakes])
    insert(SessionPreparation, [_asked(*each) for each in prepared])
    insert_anybodys(
        ResponseAnswer,
        [
            *(row for run, each in intakes for row in _answers(run.person, each, INTAKE)),
            *(row for run, _, each in prepared for row in _answers(run.person, each, PREPARATION)),
        ],
    )


def _around_now(place: Place, run: Run) -> list[Session]:
    ahead = [each for each in run.sessions if each.starts_at > place.now]
    return [*run.held[-1:], *ahead[:1]]


def _preparation(place: Place, run: Run, session: Session) -> Response:
    """Whoever has an odd number has yet to answer what comes next."""
    at = min(session.starts_at, place.now) - ASKED_BEFORE
    is_sent = session.starts_at <= place.now or run.person.number % 2 == 0
    return _response(run.person, place.questions[Kind.PREPARATION], at, is_sent=is_sent)


def _response(
    person: Person, version: QuestionnaireVersion, at: datetime, *, is_sent: bool
) -> Response:
    answers = INTAKE if version.questionnaire.kind == Kind.INTAKE else PREPARATION
    done, shown = _progress(version.questionnaire.kind) if is_sent else (0, len(answers))
    sent_at = at + timedelta(days=1) if is_sent else None
    return Response(
        version=version,
        subject_id=person.client.pk,
        asked_at=at,
        begun_at=sent_at,
        sent_at=sent_at,
        answered=done,
        shown=shown,
    )


@cache
def _progress(kind: Kind) -> tuple[int, int]:
    begun, answers = starter(kind), INTAKE if kind == Kind.INTAKE else PREPARATION
    return progress(begun.content, answers) if begun else (0, 0)


def _intake(place: Place, coach: Coach, run: Run, response: Response) -> Intake:
    return Intake(
        client=run.person.client,
        response=response,
        asked_by=coach.member,
        asked_at=response.asked_at,
        due_on=place.today + DUE_IN if run.is_new else None,
        closed_at=response.sent_at,
    )


def _asked(run: Run, session: Session, response: Response) -> SessionPreparation:
    return SessionPreparation(
        session=session, client=run.person.client, response=response, asked_at=response.asked_at
    )


def _answers(
    person: Person, response: Response, answers: Mapping[str, Value]
) -> list[ResponseAnswer]:
    if response.sent_at is None:
        return []
    return [_answer(person, response, *each) for each in answers.items()]


def _answer(person: Person, response: Response, question: str, value: Value) -> ResponseAnswer:
    row_id = uuid7()
    return ResponseAnswer(
        id=row_id,
        response_id=response.pk,
        subject_id=person.client.pk,
        question=question,
        sealed_value=person.safe.close(json.dumps(value), row_id=row_id),
        saved_at=response.sent_at or response.asked_at,
    )
