"""The independent second person: named in the open, asked only where the client cannot be."""

from datetime import datetime, timedelta

from django.db import transaction

from clients.models import Client
from clients.queries.clients import has_portal
from coachops.audit.record import Fact, record
from coachops.correspondence.queries.log import coming_back
from coachops.practices.models import Membership, Practice
from coachops.practices.roles import Audience, Role
from coachops.retention.models import BreakGlass, SecondPerson
from coachops.retention.policies import CONSENT_VALID
from coachops.retention.queries.records import questions_without_answer
from coachops.retention.services.notices import Notice, tell
from coachops.tenancy.turns import take_turn

# Named so long before, so that nobody names somebody for the occasion.
NAMED_BEFORE = timedelta(days=14)
MOST_TOLD = 500


class IsTheReader(Exception):
    """Whoever wants to read is the client, the coach or the second person."""


class SecondRefused(Exception):
    """The second person is not asked, for a reason that has a class of its own."""


class NoSecondPerson(SecondRefused):
    """Nobody independent was named two weeks before."""


class CanBeAsked(SecondRefused):
    """The client has not been asked, or still has time to answer."""


class SaidNo(SecondRefused):
    """The client has answered: nobody says yes in their place."""


@transaction.atomic
def name_second_person(
    *, practice: Practice, member: Membership | None, by: Membership, now: datetime
) -> None:
    """From two weeks from now on this member may consent in a client's place; None: nobody.

    All coaches and the other owners are told. Raises IsTheReader for whoever would name themself.
    """
    if member is not None and member.user_id == by.user_id:
        raise IsTheReader
    take_turn("second_person")
    before = SecondPerson.objects.select_related("member").filter(ended_at=None).first()
    if (before.member_id if before else None) == (member.pk if member else None):
        return
    SecondPerson.objects.filter(ended_at=None).update(ended_at=now)
    readers = watchers(but_not=by)
    if member is not None:
        named = SecondPerson.objects.create(member=member, named_by=by, named_at=now)
        readers = [*readers, *(each for each in [member] if each not in readers)]
        tell(readers=readers, notice=Notice.SECOND_NAMED, subject_id=named.pk, now=now, by=by)
    elif before is not None:
        tell(readers=readers, notice=Notice.SECOND_ENDED, subject_id=before.pk, now=now, by=by)
    facts: dict[str, Fact] = {"member": str(member.pk) if member else None}
    record(event="second_person.named", subject=practice, now=now, facts=facts)


def second_person(now: datetime) -> SecondPerson | None:
    """Who may consent today."""
    people = SecondPerson.objects.select_related("member__user").filter(
        ended_at=None, member__ended_at=None, named_at__lte=now - NAMED_BEFORE
    )
    return people.first()  # type: ignore[no-any-return]


def is_second_person(member: Membership, now: datetime) -> bool:
    """Whether this member may consent today."""
    person = second_person(now)
    return person is not None and person.member_id == member.pk


def second_person_for(
    *, client: Client, coach: Membership, by: Membership, now: datetime
) -> SecondPerson:
    """Who is asked in this client's place. Raises NoSecondPerson, CanBeAsked, SaidNo.

    Independent is only who is neither the reader, the coach nor the client.
    """
    person = second_person(now)
    involved = {by.user_id, coach.user_id}
    if client.membership is not None:
        involved.add(client.membership.user_id)
    if person is None or person.member.user_id in involved:
        raise NoSecondPerson
    check_cannot_be_asked(client, now)
    return person


def check_cannot_be_asked(client: Client, now: datetime) -> None:
    """The client cannot be reached, or was asked and has said nothing. Raises CanBeAsked, SaidNo.

    Somebody without a portal is invited first, unless mail to them comes back.
    """
    if BreakGlass.objects.filter(client=client, is_refused=True).exists():
        raise SaidNo
    is_reached = has_portal(client) or coming_back(client) is None
    if is_reached and not questions_without_answer(client, now - CONSENT_VALID).exists():
        raise CanBeAsked


def watchers(*, but_not: Membership) -> list[Membership]:
    """Owners and coaches: those who would notice if something were not as it should be."""
    members = Membership.objects.active().select_related("user")
    staff = members.filter(
        practice=but_not.practice_id,
        audience=Audience.STAFF,
        roles__overlap=[Role.OWNER, Role.COACH],
    )
    return list(staff.exclude(pk=but_not.pk).order_by("pk")[:MOST_TOLD])
