"""Questionnaires that are asked at any time: by mail, reminded, taken back, closed when sent."""

import secrets
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from clients.models import Client, Engagement
from clients.queries.clients import address_of, assigned_coaches
from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership, SignedLink
from coachops.practices.services.links import revoke_links
from coachops.questionnaires.models import QuestionnaireVersion, Response
from coachops.questionnaires.policies.browsers import browser_hash
from coachops.questionnaires.services.responses import open_response
from scheduling.models import Session
from tracking.models import AskedQuestionnaire

# Asked by somebody, and asked by the practice's rule: only the latter can be switched off.
REQUEST_KIND: Final = "tracking.questionnaire"
RULE_KIND: Final = "tracking.questionnaire_rule"
SENT_KIND: Final = "tracking.questionnaire_sent"
ANSWER_PURPOSE: Final = "questionnaire.answer"
# After asking, as long as nothing was sent.
REMINDERS: Final = (timedelta(days=4), timedelta(days=9))
REMINDERS_BY_RULE: Final = (timedelta(days=4),)
ASKED_FOR: Final = timedelta(days=60)


class AlreadyAsked(Exception):
    """The same questionnaire waits for an answer; remind, or take it back first."""


class IsArchived(Exception):
    """The client's record is archived: nothing is asked any more."""


@transaction.atomic
def ask_questionnaire(
    *,
    client: Client,
    version: QuestionnaireVersion,
    due_on: date | None,
    session: Session | None,
    by: Membership,
    now: datetime,
) -> AskedQuestionnaire:
    """Ask by mail, with two reminders to come. Raises AlreadyAsked, IsArchived."""
    if client.archived_at is not None:
        raise IsArchived
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    open_ones = AskedQuestionnaire.objects.filter(client=client, team=None, closed_at=None)
    if open_ones.filter(response__version__questionnaire=version.questionnaire_id).exists():
        raise AlreadyAsked
    asked: AskedQuestionnaire = AskedQuestionnaire.objects.create(
        client=client,
        response=open_response(version=version, subject_id=client.pk, now=now),
        session=session,
        asked_by=by,
        asked_at=now,
        due_on=due_on,
    )
    plan_mails(asked, now)
    record(event="questionnaire.asked", subject=asked, now=now, facts={"client": str(client.pk)})
    return asked


@transaction.atomic
def ask_by_rule(
    *,
    client: Client,
    version: QuestionnaireVersion,
    session: Session | None,
    engagement: Engagement | None,
    now: datetime,
) -> None:
    """Ask about a session, or about an engagement, once. What was taken back is asked again."""
    about = AskedQuestionnaire.objects.select_related("response").filter(by_rule=True)
    about = about.filter(session=session) if session else about.filter(engagement=engagement)
    asked: AskedQuestionnaire | None = about.first()
    if asked is None:
        asked = AskedQuestionnaire.objects.create(
            client=client,
            response=open_response(version=version, subject_id=client.pk, now=now),
            session=session,
            engagement=engagement,
            by_rule=True,
            asked_at=now,
        )
    elif asked.withdrawn_at is None or asked.response.sent_at is not None:
        return
    else:
        AskedQuestionnaire.objects.filter(pk=asked.pk).update(
            closed_at=None, withdrawn_at=None, asked_at=now
        )
        asked.asked_at = now
    plan_mails(asked, now)
    record(event="questionnaire.asked", subject=asked, now=now, facts={"client": str(client.pk)})


def plan_mails(asked: AskedQuestionnaire, now: datetime) -> None:
    """Part of a service that asks: please, and the reminders to come."""
    reminders = REMINDERS_BY_RULE if asked.by_rule else REMINDERS
    for number, later in enumerate((timedelta(), *reminders)):
        _write(asked, now + later, key=str(number), number=number)


def _write(asked: AskedQuestionnaire, due_at: datetime, *, key: str, number: int) -> bool:
    sent = enqueue(
        kind=RULE_KIND if asked.by_rule else REQUEST_KIND,
        key=f"questionnaire:{asked.pk}:{key}",
        due_at=due_at,
        subject_id=asked.pk,
        payload={"number": number},
        not_after=max(asked.asked_at + ASKED_FOR, due_at + timedelta(days=1)),
    )
    return sent is not None


@transaction.atomic
def remind_questionnaire(*, asked: AskedQuestionnaire, by: Membership, now: datetime) -> bool:
    """One more mail, at most one a day; whether there was room for it."""
    day = timezone.localdate(now, timezone=by.practice.zone)
    if not _write(asked, now, key=f"again:{day.isoformat()}", number=1):
        return False
    record(event="questionnaire.reminded", subject=asked, now=now)
    return True


@transaction.atomic
def withdraw_questionnaire(*, asked: AskedQuestionnaire, now: datetime) -> None:
    """It is not asked any more; what was begun stays with the client and is never read."""
    open_ones = AskedQuestionnaire.objects.filter(pk=asked.pk, closed_at=None)
    if open_ones.update(closed_at=now, withdrawn_at=now):
        _stop_asking(asked, now)
        record(event="questionnaire.withdrawn", subject=asked, now=now)


@transaction.atomic
def take_up_link(*, asked: AskedQuestionnaire, now: datetime) -> str | None:
    """The browser that begins by a link; its secret, or None if another one was quicker.

    From then on the link shows nothing in any other browser.
    """
    secret = secrets.token_urlsafe(24)
    free = AskedQuestionnaire.objects.filter(pk=asked.pk, browser_hash=None)
    if not free.update(browser_hash=browser_hash(secret)):
        return None
    record(event="questionnaire.link_taken_up", subject=asked, now=now)
    return secret


@transaction.atomic
def send_new_link(*, asked: AskedQuestionnaire, now: datetime) -> None:
    """To the client's own address, and the ones before it are over: at most one in an hour.

    Nothing where the address has changed since the first one: what was begun there is not shown to
    whoever reads at the new one. It can be taken back and asked anew.
    """
    links = SignedLink.objects.filter(subject_id=asked.pk, purpose=ANSWER_PURPOSE)
    if links.exclude(recipient=address_of(asked.client)).exists():
        return
    hour = now.replace(minute=0, second=0, microsecond=0)
    if not _write(asked, now, key=f"link:{hour.isoformat()}", number=0):
        return
    revoke_links(subject_id=asked.pk, now=now, purpose=ANSWER_PURPOSE)
    AskedQuestionnaire.objects.filter(pk=asked.pk).update(browser_hash=None)
    record(event="questionnaire.link_renewed", subject=asked, now=now)


@transaction.atomic
def close_questionnaire(*, response: Response, now: datetime) -> None:
    """The answers were sent: nothing more is asked, links are spent, and the coaches are told."""
    rows = AskedQuestionnaire.objects.select_related("client__practice", "team__practice")
    asked = rows.filter(response=response).first()
    if asked is None:
        return
    AskedQuestionnaire.objects.filter(pk=asked.pk).update(closed_at=now)
    _stop_asking(asked, now)
    today = timezone.localdate(now, timezone=asked.client.practice.zone)
    for coach in assigned_coaches(asked.team or asked.client, today):
        enqueue(
            kind=SENT_KIND,
            key=f"questionnaire_sent:{asked.pk}:{coach.pk}:{now.isoformat()}",
            due_at=now,
            subject_id=asked.pk,
            payload={"coach": str(coach.pk)},
        )


@transaction.atomic
def reopen_questionnaire(*, response: Response, now: datetime) -> None:
    """The client took the answers back to change them. Nobody is reminded again."""
    AskedQuestionnaire.objects.filter(response=response, withdrawn_at=None).update(closed_at=None)


def _stop_asking(asked: AskedQuestionnaire, now: datetime) -> None:
    withdraw(key_prefix=f"questionnaire:{asked.pk}:")
    revoke_links(subject_id=asked.pk, now=now, purpose=ANSWER_PURPOSE)
