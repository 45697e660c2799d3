"""The intake questionnaire: asked once, reminded twice, closed when it is sent."""

import secrets
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from clients.models import Client, Intake, StepKind
from clients.queries.clients import assigned_coaches
from clients.services.onboarding import happened
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership
from coachops.practices.services.links import revoke_links
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.policies.browsers import browser_hash
from coachops.questionnaires.services.responses import open_response

REQUEST_KIND: Final = "clients.intake"
SENT_KIND: Final = "clients.intake_sent"
ANSWER_PURPOSE: Final = "intake.answer"
# After asking, as long as nothing was sent.
REMINDERS: Final = (timedelta(days=4), timedelta(days=9))
ASKED_FOR: Final = timedelta(days=60)


class AlreadyAsked(Exception):
    """There is an open one; withdraw it first, or remind."""


class IsArchived(Exception):
    """The client's record is archived: nothing is asked any more."""


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
    _write(intake, now, number=0)
    for number, later in enumerate(REMINDERS, start=1):
        _write(intake, now + later, number=number)
    record(event="intake.asked", subject=intake, now=now, facts={"client": str(client.pk)})
    return intake


def _write(intake: Intake, due_at: datetime, *, number: int) -> None:
    enqueue(
        kind=REQUEST_KIND,
        key=f"intake:{intake.pk}:{number}",
        due_at=due_at,
        subject_id=intake.pk,
        payload={"number": number},
        not_after=intake.asked_at + ASKED_FOR,
    )


@transaction.atomic
def remind_intake(*, intake: Intake, by: Membership, now: datetime) -> bool:
    """One more mail, at most one a day; whether there was room for it."""
    day = timezone.localdate(now, intake.practice.zone)
    sent = enqueue(
        kind=REQUEST_KIND,
        key=f"intake:{intake.pk}:again:{day.isoformat()}",
        due_at=now,
        subject_id=intake.pk,
        payload={"number": 1},
    )
    if sent is None:
        return False
    record(event="intake.reminded", subject=intake, now=now)
    return True


@transaction.atomic
def withdraw_intake(*, intake: Intake, by: Membership, now: datetime) -> None:
    """It is not asked any more; what was begun stays with the client and is never read."""
    open_ones = Intake.objects.filter(pk=intake.pk, closed_at=None)
    if open_ones.update(closed_at=now, withdrawn_at=now):
        _stop_asking(intake, now)
        record(event="intake.withdrawn", subject=intake, now=now)


@transaction.atomic
def take_up_link(*, intake: Intake, now: datetime) -> str | None:
    """The browser that begins by a link; its secret, or None if another one was quicker.

    From then on the link shows nothing in any other browser.
    """
    secret = secrets.token_urlsafe(24)
    free = Intake.objects.filter(pk=intake.pk, browser_hash=None)
    if not free.update(browser_hash=browser_hash(secret)):
        return None
    record(event="intake.link_taken_up", subject=intake, now=now)
    return secret


@transaction.atomic
def send_new_link(*, intake: Intake, now: datetime) -> None:
    """To the client's own address, and the ones before it are over: at most one in an hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    sent = enqueue(
        kind=REQUEST_KIND,
        key=f"intake:{intake.pk}:link:{hour.isoformat()}",
        due_at=now,
        subject_id=intake.pk,
        payload={"number": 0},
    )
    if sent is None:
        return
    revoke_links(subject_id=intake.pk, now=now, purpose=ANSWER_PURPOSE)
    Intake.objects.filter(pk=intake.pk).update(browser_hash=None)
    record(event="intake.link_renewed", subject=intake, now=now)


@transaction.atomic
def close_intake(*, response: Response, now: datetime) -> None:
    """The answers were sent: nothing more is asked, links are spent, and the coaches are told."""
    intake = Intake.objects.select_related("client").filter(response=response).first()
    if intake is None:
        return
    Intake.objects.filter(pk=intake.pk).update(closed_at=now)
    _stop_asking(intake, now)
    happened(kind=StepKind.INTAKE, client_id=intake.client_id, now=now)
    today = timezone.localdate(now, intake.practice.zone)
    for coach in assigned_coaches(intake.client, today):
        enqueue(
            kind=SENT_KIND,
            key=f"intake_sent:{intake.pk}:{coach.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=intake.pk,
            payload={"coach": str(coach.pk)},
        )


@transaction.atomic
def reopen_intake(*, response: Response, now: datetime) -> None:
    """The client took the answers back to change them. Nobody is reminded again."""
    Intake.objects.filter(response=response, withdrawn_at=None).update(closed_at=None)


def _stop_asking(intake: Intake, now: datetime) -> None:
    withdraw(key_prefix=f"intake:{intake.pk}:")
    revoke_links(subject_id=intake.pk, now=now, purpose=ANSWER_PURPOSE)
