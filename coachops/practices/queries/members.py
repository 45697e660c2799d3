"""Members as pages show them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership
from coachops.practices.roles import Audience, Role
from coachops.tenancy.scope import current_practice_id

MOST_COACHES = 500

ROLE_NAMES: dict[Role, Promise] = {
    Role.OWNER: _("Owner"),
    Role.COACH: _("Coach"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.ASSISTANT: _("Assistant"),
    Role.CLIENT: _("Client"),
    Role.DELEGATE: _("Delegate"),
    Role.SPONSOR: _("Sponsor"),
    Role.STAKEHOLDER: _("Stakeholder"),
}


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One line of the members page."""

    id: UUID
    name: str
    email: str
    roles: tuple[Promise, ...]
    is_invited: bool
    is_former: bool
    since: datetime | None


def members_of_practice(*, search: str, former: bool) -> QuerySet[Membership]:
    """Members of staff of the active practice, by name; those who left only when asked for."""
    members = Membership.objects.select_related("user").filter(
        practice_id=current_practice_id(),
        audience=Audience.STAFF,
        ended_at__isnull=not former,
    )
    if search:
        members = members.filter(Q(name__icontains=search) | Q(user__email__icontains=search))
    return members.order_by("name", "pk")


def member_row(membership: Membership) -> MemberRow:
    """Needs the membership with its user."""
    return MemberRow(
        id=membership.pk,
        name=membership.name,
        email=membership.user.email,
        roles=tuple(ROLE_NAMES[role] for role in Role if role in membership.roles),
        is_invited=membership.joined_at is None,
        is_former=membership.ended_at is not None,
        since=membership.ended_at or membership.joined_at or membership.invited_at,
    )


def reply_address(coach: Membership) -> str:
    """Who answers when somebody writes back to a coach: the coach, or an owner once they have left.

    Needs the membership with its user; one query, and only for a coach who has left.
    """
    return coach.user.email if coach.ended_at is None else owners_address()


def owners_address() -> str:
    """Who answers for the practice: whoever has owned it longest. One query."""
    owners = Membership.objects.active().filter(
        practice_id=current_practice_id(), audience=Audience.STAFF, roles__contains=[Role.OWNER]
    )
    first = owners.order_by("joined_at", "pk").values_list("user__email", flat=True).first()
    return first or ""


def coaches_of_practice() -> list[Membership]:
    """Whom assistants may work for, by name."""
    coaches = Membership.objects.active().filter(
        practice_id=current_practice_id(),
        audience=Audience.STAFF,
        roles__contains=[Role.COACH],
    )
    return list(coaches.order_by("name", "pk")[:MOST_COACHES])
