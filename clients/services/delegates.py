"""A client's own assistant: invited and let go by the client alone, for the dates only."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from clients.models import Client, Delegation
from clients.queries.clients import address_of
from coachops.audit.record import Fact, record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Practice
from coachops.practices.roles import Audience, Role
from coachops.practices.services.members import drop_role, ensure_membership
from coachops.tenancy.scope import SYSTEM, Scope, current_practice_id, current_scope, scope

INVITATION_KIND = "clients.delegate_invitation"
MOST_DELEGATES = 5
MOST_A_DAY = 5


class IsTheClient(Exception):
    """The address is the client's own."""


class TooManyDelegates(Exception):
    """A handful of people may look after somebody's dates, not more."""


class TooManyToday(Exception):
    """Who was invited today counts, also after it was ended again."""


@transaction.atomic
def invite_delegate(
    *, client: Client, name: str, email: str, gets_mail: bool, now: datetime
) -> Delegation:
    """Let somebody see and move the client's dates, and write to them. Twice is once.

    Somebody whose portal was closed comes back as a delegate, not as a client. Raises
    IsTheClient, TooManyDelegates or TooManyToday.
    """
    address = email.strip().lower()
    if address in {client.email.lower(), address_of(client).lower()}:
        raise IsTheClient
    with _opening_doors():
        Client.objects.select_for_update().get(pk=client.pk)  # one invitation after the other
        membership = ensure_membership(
            email=address,
            name=name.strip(),
            audience=Audience.CLIENT,
            roles=[Role.DELEGATE],
            now=now,
        )
    present = Delegation.objects.filter(client=client, ended_on=None)
    delegation: Delegation | None = present.filter(membership=membership).first()
    if delegation is None:
        _check_number(client, now)
        delegation = Delegation.objects.create(
            client=client, membership=membership, started_on=_today(now), gets_mail=gets_mail
        )
        record(event="delegate.invited", subject=client, now=now, facts=_facts(delegation))
    elif delegation.gets_mail != gets_mail:
        delegation.gets_mail = gets_mail
        delegation.save(update_fields=["gets_mail"])
    enqueue(
        kind=INVITATION_KIND,
        key=f"delegate-invitation:{delegation.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=delegation.pk,
        recipient=membership.user.email,
    )
    return delegation


def _check_number(client: Client, now: datetime) -> None:
    """Raises TooManyDelegates, or TooManyToday: ended ones count, against trying addresses."""
    delegations = Delegation.objects.filter(client=client)
    if delegations.filter(ended_on=None).count() >= MOST_DELEGATES:
        raise TooManyDelegates
    if delegations.filter(started_on=_today(now)).count() >= MOST_A_DAY:
        raise TooManyToday


@transaction.atomic
def end_delegation(*, delegation: Delegation, now: datetime) -> None:
    """From now on they see nothing of this client; without another one they are outside."""
    ended = Delegation.objects.filter(pk=delegation.pk, ended_on=None).update(ended_on=_today(now))
    if not ended:
        return
    withdraw(key_prefix=f"delegate-invitation:{delegation.pk}:")
    record(event="delegate.ended", subject=delegation.client, now=now, facts=_facts(delegation))
    others = Delegation.objects.filter(membership=delegation.membership, ended_on=None)
    if not others.exists():
        with _opening_doors():
            drop_role(membership=delegation.membership, role=Role.DELEGATE, now=now)


@contextmanager
def _opening_doors() -> Iterator[None]:
    """The database lets only staff and background work change who belongs to the practice.

    Still in the client's name: the audit trail says who asked for it.
    """
    acting = current_scope() or Scope()
    with scope(replace(acting, roles=frozenset({SYSTEM}), confidential=False)):
        yield


def _today(now: datetime) -> date:
    practice = Practice.objects.get(pk=current_practice_id())
    return timezone.localdate(now, practice.zone)


def _facts(delegation: Delegation) -> dict[str, Fact]:
    return {"delegate": str(delegation.membership_id)}
