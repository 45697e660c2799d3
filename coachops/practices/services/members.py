"""Who belongs to the practice: invited, joined, with other roles, gone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from coachops.audit.record import record
from coachops.outbox.queue import enqueue, withdraw
from coachops.practices.models import Membership, Practice, SignedLink, User
from coachops.practices.roles import ROLES_OF, Audience, Role
from coachops.practices.services.assistants import assign_assistant, end_assignments
from coachops.practices.services.people import ensure_person
from coachops.practices.signals import membership_ended
from coachops.practices.tasks import INVITATION
from coachops.tenancy.scope import SYSTEM, Scope, current_practice_id, scope


class LastOwner(Exception):
    """A practice keeps at least one owner."""


class AlreadyMember(Exception):
    """This person works in the practice already."""


@transaction.atomic
def ensure_membership(
    *, email: str, name: str, audience: Audience, roles: Iterable[Role], now: datetime
) -> Membership:
    """A person's membership behind one door, made, re-opened or widened as needed.

    Makes the person if the address is new. Sends nothing. What was ended comes back with these
    roles alone, never with those of before. The database lets only
    owners and background work make members of staff.
    """
    wanted = frozenset(roles)
    if not wanted or not wanted <= ROLES_OF[audience]:
        raise ValueError(f"{sorted(wanted)} are no roles of the door {audience}")
    practice = Practice.objects.get(pk=current_practice_id())
    user = ensure_person(
        email=email, name=name, time_zone=practice.time_zone, language=practice.language
    )
    membership = Membership.objects.filter(practice=practice, user=user, audience=audience).first()
    if membership is None:
        return _add(user, name or email, audience, wanted, now)
    if membership.ended_at is not None:
        return _reopen(membership, wanted, now)
    if not wanted <= set(membership.roles):
        _set_roles(membership, wanted | {Role(role) for role in membership.roles}, now)
    return membership


@transaction.atomic
def invite_member(
    *,
    email: str,
    name: str,
    roles: Iterable[Role],
    coaches: Iterable[Membership] | None,
    now: datetime,
) -> Membership:
    """Invite somebody to work in the practice. Raises AlreadyMember.

    `coaches` are those an assistant works for, None for the whole practice; others have none.
    """
    wanted = frozenset(roles)
    known = Membership.objects.active().filter(
        practice_id=current_practice_id(), audience=Audience.STAFF, user__email=email.lower()
    )
    if known.exists():
        raise AlreadyMember
    membership = ensure_membership(
        email=email, name=name, audience=Audience.STAFF, roles=wanted, now=now
    )
    if Role.ASSISTANT in wanted:
        assign_assistant(assistant=membership, coaches=coaches, now=now)
    send_invitation(membership=membership, now=now)
    return membership


@transaction.atomic
def send_invitation(*, membership: Membership, now: datetime) -> None:
    """Mail the invitation, once a minute at most; earlier ones that still wait are taken back."""
    withdraw(key_prefix=f"invitation:{membership.pk}:")
    membership.invited_at = now
    membership.save(update_fields=["invited_at"])
    enqueue(
        kind=INVITATION,
        key=f"invitation:{membership.pk}:{now:%Y%m%dT%H%M}",
        due_at=now,
        subject_id=membership.pk,
        recipient=membership.user.email,
    )
    record(event="member.invited", subject=membership, now=now)


@transaction.atomic
def change_roles(
    *,
    membership: Membership,
    roles: Iterable[Role],
    coaches: Iterable[Membership] | None,
    now: datetime,
) -> None:
    """Give a member of staff exactly these roles. Raises LastOwner."""
    wanted = frozenset(roles)
    if Role.OWNER not in wanted:
        _keep_an_owner(membership)
    if wanted != set(membership.roles):
        _set_roles(membership, wanted, now)
    if Role.ASSISTANT in wanted:
        assign_assistant(assistant=membership, coaches=coaches, now=now)
    else:
        end_assignments(assistant=membership, now=now)


@transaction.atomic
def end_membership(*, membership: Membership, now: datetime) -> None:
    """From now on the person is outside: pages, links, waiting invitations. Raises LastOwner."""
    if membership.ended_at is not None:
        return
    _keep_an_owner(membership)
    membership.ended_at = now
    membership.save(update_fields=["ended_at"])
    end_assignments(assistant=membership, now=now)
    links = SignedLink.objects.filter(membership=membership, used_at=None, revoked_at=None)
    links.update(revoked_at=now)
    withdraw(key_prefix=f"invitation:{membership.pk}:")
    record(event="member.ended", subject=membership, now=now)
    membership_ended.send(sender=Membership, membership=membership, now=now)


@transaction.atomic
def drop_role(*, membership: Membership, role: Role, now: datetime) -> None:
    """Take one role away; with the last one the membership ends. Raises LastOwner."""
    kept = {Role(each) for each in membership.roles} - {role}
    if not kept:
        end_membership(membership=membership, now=now)
    elif kept != set(membership.roles):
        _set_roles(membership, frozenset(kept), now)


@transaction.atomic
def join_practices(*, user: User, now: datetime) -> int:
    """Mark the first entry into every practice that waits for this person; how many there were.

    Called outside every practice scope, when the person signs in or accepts.
    """
    with scope(Scope(user_id=user.pk)):
        waiting = list(Membership.objects.active().filter(user=user, joined_at=None)[:50])
        for membership in waiting:
            _join(membership, now)
    return len(waiting)


def _join(membership: Membership, now: datetime) -> None:
    acting = Scope(
        user_id=membership.user_id,
        practice_id=membership.practice_id,
        membership_id=membership.pk,
        roles=frozenset({SYSTEM}),
    )
    with scope(acting):
        membership.joined_at = now
        membership.save(update_fields=["joined_at"])
        record(event="member.joined", subject=membership, now=now)


def _add(
    user: User, name: str, audience: Audience, roles: frozenset[Role], now: datetime
) -> Membership:
    membership = Membership.objects.create(
        user=user, audience=audience, roles=sorted(roles), name=name, invited_at=now
    )
    record(event="member.added", subject=membership, now=now, facts={"roles": sorted(roles)})
    return membership


def _reopen(membership: Membership, roles: frozenset[Role], now: datetime) -> Membership:
    membership.roles = sorted(roles)
    membership.ended_at = membership.joined_at = None
    membership.invited_at = now
    membership.save(update_fields=["roles", "ended_at", "joined_at", "invited_at"])
    record(event="member.reopened", subject=membership, now=now, facts={"roles": sorted(roles)})
    return membership


def _set_roles(membership: Membership, roles: frozenset[Role], now: datetime) -> None:
    membership.roles = sorted(roles)
    membership.save(update_fields=["roles"])
    record(
        event="member.roles_changed",
        subject=membership,
        now=now,
        facts={"roles": sorted(roles)},
    )


def _keep_an_owner(leaving: Membership) -> None:
    """Two owners who demote each other at the same moment queue here, at the practice's row."""
    if not leaving.has_role(Role.OWNER):
        return
    practice = Practice.objects.select_for_update().get(pk=current_practice_id())
    others = Membership.objects.active().filter(
        practice=practice,
        audience=Audience.STAFF,
        roles__contains=[Role.OWNER],
        joined_at__isnull=False,
    )
    if not others.exclude(pk=leaving.pk).exists():
        raise LastOwner
