"""The intake questionnaire: asked once at a time, ticked off when it is sent."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from clients.models import Client, Intake, StepKind
from clients.services.asking import AlreadyAsked, IsArchived, close_asking, plan_mails
from clients.services.onboarding import happened
from coachops.audit.record import record
from coachops.practices.models import Membership
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.services.responses import open_response


@transaction.atomic
def ask_intake(
    *,
    client: Client,
    version: QuestionnaireVersion,
    due_on: date | None,
    by: Membership,
    now: datetime,
) -> Intake:
    """Ask by mail, with two reminders to come. Raises AlreadyAsked, IsArchived."""
    if client.archived_at is not None:
        raise IsArchived
    response = open_response(version=version, subject_id=client.pk, now=now)
    try:
        with transaction.atomic():
            intake: Intake = Intake.objects.create(
                client=client, response=response, asked_by=by, asked_at=now, due_on=due_on
            )
    except IntegrityError:
        response.delete()
        raise AlreadyAsked from None
    plan_mails(intake, now)
    record(event="intake.asked", subject=intake, now=now, facts={"client": str(client.pk)})
    return intake


@transaction.atomic
def close_intake(*, response: Response, now: datetime) -> None:
    """The answers were sent."""
    rows = Intake.objects.select_related("client__practice")
    intake: Intake | None = rows.filter(response=response).first()
    if intake is None:
        return
    close_asking(asking=intake, now=now)
    happened(kind=StepKind.INTAKE, client_id=intake.client_id, now=now)


@transaction.atomic
def reopen_intake(*, response: Response, now: datetime) -> None:
    """The client took the answers back to change them. Nobody is reminded again."""
    Intake.objects.filter(response=response, withdrawn_at=None).update(closed_at=None)
