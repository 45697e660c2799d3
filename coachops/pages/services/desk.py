"""Ask once more, whatever it is that was asked for: one mail, and not twice in a day."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from clients.models import (
    Agreement,
    Asking,
    Client,
    DisclosureProposal,
    Engagement,
    Handover,
    SponsorContact,
)
from clients.policies import AgreementRefused, DisclosureRefused
from clients.queries.agreements import signers_of
from clients.services import agreements, clients, disclosure, sponsors
from clients.services.asking import remind
from clients.services.handover_asking import remind_handover
from coachops.audit.record import record
from coachops.outbox.models import Message
from coachops.outbox.queue import enqueue
from coachops.outbox.services.dead_letters import NotGivenUp
from coachops.practices.models import Membership
from coachops.practices.services.undelivered import deliver_again
from scheduling.models import Poll, SchedulingRequest
from scheduling.services.asking import HeardOfIt, NoLongerWanted, nudge_now
from scheduling.services.poll_reminders import remind_voters
from tracking.models import ProgressReport, SessionPreparation
from tracking.services.preparation import remind_preparation
from tracking.services.reports_review import remind_of_review

COACH_WAITS_KIND: Final = "pages.coach_waits"


class NothingToSend(Exception):
    """They were written to within the day, or what was asked for is there by now."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line of the desk speaks of: its kind, and the row that its access check has loaded."""

    kind: str
    subject: Any


@transaction.atomic
def ask_again(*, asked: Asked, by: Membership, now: datetime) -> None:
    """Write once more to whoever's turn it is. Raises NothingToSend."""
    try:
        is_sent = _ASK[asked.kind](asked.subject, by, now)
    except (
        AgreementRefused,
        DisclosureRefused,
        HeardOfIt,
        NoLongerWanted,
        NotGivenUp,
        sponsors.StaffAddress,
    ):
        is_sent = False
    if not is_sent:
        raise NothingToSend


def _agreement(subject: Agreement, by: Membership, now: datetime) -> bool:
    found = agreements.locked(subject)
    asked = (signer.asked_at for signer in signers_of(found) if signer.state == "asked")
    heard = max((moment for moment in asked if moment is not None), default=None)
    if heard is not None and _day(heard, by) == _day(now, by):
        return False
    return agreements.chase(agreement=found, now=now)


def _signature(subject: DisclosureProposal, by: Membership, now: datetime) -> bool:
    """Everybody who has not signed; whoever was asked today gives the others a day of rest too."""
    Engagement.objects.select_for_update().get(pk=subject.engagement_id)
    if _heard_today(subject.pk, disclosure.REQUEST_KIND, by, now):
        return False
    return disclosure.remind(proposal=subject, now=now) > 0


def _preparation(subject: SessionPreparation, by: Membership, now: datetime) -> bool:
    return remind_preparation(asked=subject, by=by, now=now)


def _asking(subject: Asking, by: Membership, now: datetime) -> bool:
    return remind(asking=subject, by=by, now=now)


def _booking(subject: SchedulingRequest, _by: Membership, now: datetime) -> bool:
    nudge_now(request=subject, now=now)
    return True


def _poll(subject: Poll, by: Membership, now: datetime) -> bool:
    return remind_voters(poll=subject, by=by, now=now) > 0


def _invitation(subject: Client, by: Membership, now: datetime) -> bool:
    client = Client.objects.select_for_update().get(pk=subject.pk)
    if _heard_today(client.pk, clients.INVITATION_KIND, by, now):
        return False
    clients.invite_client(client=client, now=now)
    return True


def _contact(subject: SponsorContact, by: Membership, now: datetime) -> bool:
    SponsorContact.objects.select_for_update(of=("self",)).get(pk=subject.pk)
    if _heard_today(subject.pk, sponsors.INVITATION_KIND, by, now):
        return False
    sponsors.invite_contact(contact=subject, now=now)
    return True


def _handover(subject: Handover, by: Membership, now: datetime) -> bool:
    return remind_handover(handover=subject, by=by, now=now)


def _review(subject: ProgressReport, by: Membership, now: datetime) -> bool:
    return remind_of_review(report=subject, by=by, now=now)


def _undelivered(subject: Message, _by: Membership, now: datetime) -> bool:
    deliver_again(message_id=subject.pk, now=now)
    return True


def _coach(subject: Membership, by: Membership, now: datetime) -> bool:
    """One mail with everything that waits for the coach, whichever line it was asked from."""
    sent = enqueue(
        kind=COACH_WAITS_KIND,
        key=f"coach-waits:{subject.pk}:{_day(now, by)}",
        due_at=now,
        subject_id=subject.pk,
        recipient=subject.user.email,
        payload={"by": str(by.pk)},
    )
    if sent is None:
        return False
    record(event="coach.reminded", subject=subject, now=now)
    return True


def _heard_today(subject_id: UUID, kind: str, by: Membership, now: datetime) -> bool:
    midnight = timezone.localtime(now, by.practice.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    mails = Message.objects.about(subject_id).wanted().filter(kind=kind)
    return bool(mails.filter(due_at__gte=midnight, due_at__lte=now).exists())


def _day(moment: datetime, by: Membership) -> str:
    return timezone.localdate(moment, by.practice.zone).isoformat()


_ASK: Final[Mapping[str, Callable[[Any, Membership, datetime], bool]]] = {
    "agreement": _agreement,
    "signature": _signature,
    "intake": _asking,
    "preparation": _preparation,
    "questionnaire": _asking,
    "asked": _booking,
    "poll": _poll,
    "invitation": _invitation,
    "contact": _contact,
    "handover": _handover,
    "review": _review,
    "undelivered": _undelivered,
    "coach": _coach,
}


@transaction.atomic
def ask_all_again(*, asked: list[Asked], by: Membership, now: datetime) -> int:
    """Everybody once, in one go; to how many something goes out."""
    sent = 0
    for each in asked:
        with suppress(NothingToSend):
            ask_again(asked=each, by=by, now=now)
            sent += 1
    return sent
