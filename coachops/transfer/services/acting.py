"""Who a transfer works as: the member who asked, with the rights they have by now."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from coachops.practices.models import Membership, Practice, User
from coachops.practices.roles import Permission, permissions_of
from coachops.tenancy.scope import Scope, scope, system_scope
from coachops.transfer.models import Transfer
from coachops.transfer.policies import Kind, Problem, TransferRefused

_NEEDS = {
    Kind.CLIENTS_IN: Permission.MANAGE_CLIENTS,
    Kind.PRACTICE_OUT: Permission.MANAGE_PRACTICE,
    Kind.PRACTICE_IN: Permission.MANAGE_PRACTICE,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """As a request has them, for the same questions about rights that pages ask."""

    user: User
    practice: Practice
    membership: Membership

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(frozenset(self.membership.roles))


def actor_of(transfer: Transfer) -> Actor:
    """Raises TransferRefused for somebody who has left, or may no longer do it."""
    membership = (
        Membership.objects.active()
        .select_related("user", "practice")
        .filter(pk=transfer.asked_by_id, practice=transfer.practice_id)
        .first()
    )
    if membership is None:
        raise TransferRefused(Problem.NO_LONGER_ALLOWED)
    actor = Actor(membership.user, membership.practice, membership)
    needed = _NEEDS.get(Kind(transfer.kind))
    allowed = "client" in membership.roles if needed is None else needed in actor.permissions
    if not allowed:
        raise TransferRefused(Problem.NO_LONGER_ALLOWED)
    return actor


@contextmanager
def acting_for(practice_id: UUID, transfer_id: UUID) -> Iterator[tuple[Transfer, Actor]]:
    """One transaction as the member who asked, with the transfer's row locked.

    Whoever else works on it waits, and then finds it moved on. Raises TransferRefused.
    """
    with transaction.atomic():
        with scope(system_scope(practice_id)):
            transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
            actor = actor_of(transfer)
        theirs = Scope(
            user_id=actor.user.pk,
            practice_id=practice_id,
            membership_id=actor.membership.pk,
            roles=frozenset(actor.membership.roles),
        )
        with scope(theirs):
            yield transfer, actor
