"""People and what they choose for themselves, in whatever practice."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from coachops.practices.models import Membership, User
from coachops.tenancy.scope import SYSTEM, Scope, scope

MOST_PRACTICES = 200


def change_profile(
    *, user: User, name: str, time_zone: str, theme: str, language: str | None = None
) -> None:
    """Save how somebody is called, how they read times and words (None: as before), and colours."""
    user.name, user.time_zone, user.theme = name, time_zone, theme
    user.language = language or user.language
    user.save(update_fields=["name", "time_zone", "theme", "language"])


def choose_theme(*, user: User, theme: str) -> None:
    user.theme = theme
    user.save(update_fields=["theme"])


@transaction.atomic
def ensure_person(*, email: str, name: str, time_zone: str, language: str) -> User:
    """The person behind an address, made without a password if there is none yet.

    Somebody new reads in this time zone and language until they choose their own.

    Somebody may have registered this address before without ever proving that it is theirs: what
    they set as a password is taken away, so that it opens nothing of the person invited now.
    """
    address = email.strip().lower()
    proved = EmailAddress.objects.select_related("user").filter(email=address, verified=True)
    owner = proved.first()
    if owner is not None:
        return owner.user  # type: ignore[no-any-return]
    user = User.objects.filter(email=address).first()
    if user is None:
        return _made(address, name, time_zone, language)
    forget_unproved_password(user=user)
    if not user.name and name:
        user.name = name
        user.save(update_fields=["name"])
    return user


def forget_unproved_password(*, user: User) -> None:
    """Take away a password set before anybody had ever signed in as this person."""
    if user.last_login is None and user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])


def prove_address(*, user: User) -> None:
    """A code sent to the person's address has come back: it is theirs."""
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )


def memberships_of(user: User, *, also_left: bool = False) -> list[Membership]:
    """The person's own, in all practices; asked for outside every practice scope."""
    with scope(Scope(user_id=user.pk)):
        memberships = Membership.objects.filter(user=user).order_by("pk")
        if not also_left:
            memberships = memberships.active()
        return list(memberships[:MOST_PRACTICES])


def as_themself(membership: Membership) -> Scope:
    """The scope to write down, in a practice, what somebody did to their own sign-in."""
    return Scope(
        user_id=membership.user_id,
        practice_id=membership.practice_id,
        membership_id=membership.pk,
        roles=frozenset({SYSTEM}),
    )


def _made(address: str, name: str, time_zone: str, language: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(
                address, name=name, time_zone=time_zone, language=language
            )
    except IntegrityError:
        return User.objects.get(email=address)
