"""The doors a person may go through: practices, and what they are in each."""

from dataclasses import dataclass, replace
from typing import Final

from django.db import connection, transaction
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership, Practice, User
from coachops.practices.queries.members import ROLE_NAMES
from coachops.practices.roles import Audience, Role, begins_at_desk
from coachops.tenancy.scope import Scope, current_scope, scope

MOST_DOORS = 200

_HOMES = {
    Audience.STAFF: ("coach:today", "/coach/{}/"),
    Audience.CLIENT: ("portal:home", "/portal/{}/"),
    Audience.SPONSOR: ("sponsor:home", "/sponsor/{}/"),
}
_WORDS: dict[Audience, Promise] = {
    Audience.STAFF: _("You work here"),
    Audience.CLIENT: _("You are coached here"),
    Audience.SPONSOR: _("You sponsor coaching here"),
}
_DELEGATE_WORDS = _("You look after somebody’s dates here")
_ICONS = {
    Audience.STAFF: "briefcase",
    Audience.CLIENT: "sprout",
    Audience.SPONSOR: "building-2",
}
_MEMBERSHIP, _PRACTICE = (
    [field.attname for field in model._meta.concrete_fields] for model in (Membership, Practice)
)
_AT_THE_DOOR: Final = f"""
SELECT EXISTS (
    SELECT FROM practices_membership elsewhere
    WHERE elsewhere.user_id = member.user_id AND elsewhere.ended_at IS NULL
      AND elsewhere.id <> member.id),
  {", ".join(f"member.{column}" for column in _MEMBERSHIP)},
  {", ".join(f"practice.{column}" for column in _PRACTICE)}
FROM practices_membership member
JOIN practices_practice practice ON practice.id = member.practice_id
WHERE member.user_id = %s AND practice.slug = %s AND member.audience = %s
  AND member.ended_at IS NULL
ORDER BY member.id LIMIT 1
"""  # noqa: S608 -- our own columns


@dataclass(frozen=True, slots=True)
class Door:
    """One way in: a practice, and as what."""

    practice_name: str
    practice_slug: str
    logo_url: str
    audience: Audience
    words: Promise
    icon: str
    roles: tuple[Promise, ...]
    url: str
    has_joined: bool


def membership_at(user: User, *, slug: str, audience: Audience) -> Membership | None:
    """What the person is behind this door, with its practice; `can_switch` if there are others.

    Plain SQL, as every page asks it: putting it together from models took longer than the answer.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AT_THE_DOOR, [user.pk, slug, audience])
        row = cursor.fetchone()
    if row is None:
        return None
    can_switch, *values = row
    membership = Membership.from_db(connection.alias, _MEMBERSHIP, values[: len(_MEMBERSHIP)])
    practice = Practice.from_db(connection.alias, _PRACTICE, values[len(_MEMBERSHIP) :])
    membership.practice = practice
    membership.can_switch = can_switch  # type: ignore[attr-defined]
    return membership


def doors_of(user: User) -> list[Door]:
    """All open doors of a person, by practice. One query; needs no practice scope."""
    memberships = (
        Membership.objects.active()
        .select_related("practice")
        .filter(user=user)
        .order_by("practice__name", "audience", "pk")
    )
    return [_door(membership) for membership in memberships[:MOST_DOORS]]


def works_anywhere(user: User) -> bool:
    """Whether the person is a member of staff of any practice, before it is known who asks."""
    asking = replace(current_scope() or Scope(), user_id=user.pk)
    with transaction.atomic(), scope(asking):
        mine = Membership.objects.active().filter(user=user, audience=Audience.STAFF)
        return mine.exists()


def home_url(audience: Audience, practice_slug: str) -> str:
    """The first page behind a door."""
    name, path = _HOMES[audience]
    try:
        return reverse(name, args=[practice_slug])
    except NoReverseMatch:
        return path.format(practice_slug)


def _first_page(membership: Membership, *, is_delegate: bool) -> str:
    slug = membership.practice.slug
    if is_delegate:
        return reverse("portal:delegate_home", args=[slug])
    if begins_at_desk(membership.roles):
        return reverse("coach:desk", args=[slug])
    return home_url(Audience(membership.audience), slug)


def _door(membership: Membership) -> Door:
    audience = Audience(membership.audience)
    practice = membership.practice
    is_delegate = audience == Audience.CLIENT and Role.CLIENT not in membership.roles
    shown = tuple(ROLE_NAMES[role] for role in Role if role in membership.roles)
    return Door(
        practice_name=practice.name,
        practice_slug=practice.slug,
        logo_url=practice.logo_url,
        audience=audience,
        words=_DELEGATE_WORDS if is_delegate else _WORDS[audience],
        icon="calendar-clock" if is_delegate else _ICONS[audience],
        roles=shown if audience == Audience.STAFF else (),
        url=_first_page(membership, is_delegate=is_delegate),
        has_joined=membership.joined_at is not None,
    )
