"""The sign-in of somebody who was erased: nobody's, unless they need it elsewhere."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection

from clients.models import Client, Delegation
from clients.services.delegates import end_delegation
from coachops.practices.models import Membership, User
from coachops.practices.roles import Role
from coachops.practices.services.members import drop_role
from coachops.practices.services.people import as_themself
from coachops.retention.policies import table_rules
from coachops.retention.services.facts import NOBODY, nobodys_address
from coachops.retention.services.removal import remove_about
from coachops.tenancy.scope import current_practice_id, scope

_MESSAGES = """
DELETE FROM outbox_message WHERE practice_id IS NOT DISTINCT FROM app.practice_id_or_null()
AND (lower(recipient) = lower(%(email)s) OR subject_id = ANY(%(ids)s))
"""
_LINKS = """
DELETE FROM practices_signedlink WHERE practice_id = app.practice_id()
AND (lower(recipient) = lower(%(email)s) OR subject_id = ANY(%(ids)s))
"""


def forget_messages(*, email: str, ids: list[UUID]) -> Counter[str]:
    """Messages to and about somebody, sent or not, links in them, and answers to invitations."""
    removed: Counter[str] = Counter()
    with connection.cursor() as cursor:
        for name, statement in (
            ("outbox.Message", _MESSAGES),
            ("practices.SignedLink", _LINKS),
        ):
            cursor.execute(statement, {"email": email, "ids": ids})
            removed[name] = cursor.rowcount
    about = (rule for rule in table_rules().values() if rule.address)
    return +removed + remove_about(rules=about, email=email)


def end_delegations(*, client: Client, now: datetime) -> None:
    """Whoever looked after their dates looks after nothing of theirs any more."""
    for delegation in Delegation.objects.filter(client=client, ended_on=None):
        end_delegation(delegation=delegation, now=now)


def forget_person(*, membership: Membership, now: datetime) -> Counter[str]:
    """The membership names nobody any more. The sign-in goes, unless it opens something else.

    Only in the system's scope of the practice.
    """
    user: User = membership.user
    if Role.DELEGATE in membership.roles:
        drop_role(membership=membership, role=Role.CLIENT, now=now)
        return Counter()
    drop_role(membership=membership, role=Role.CLIENT, now=now)
    with scope(as_themself(membership)):
        is_needed = Membership.objects.filter(user=user).exclude(pk=membership.pk).exists()
        if is_needed:
            membership.user = User.objects.create_user(nobodys_address(), is_active=False)
        membership.name, membership.title = NOBODY, ""
        membership.save(update_fields=["user", "name", "title"])
    return Counter() if is_needed else _forget_sign_in(user)


def _forget_sign_in(user: User) -> Counter[str]:
    email = user.email
    devices = list(UserSession.objects.filter(user=user))
    for device in devices:
        device.end()
    ways, _ = Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    user.email, user.name, user.is_active = nobodys_address(), "", False
    user.set_unusable_password()
    user.save(update_fields=["email", "name", "is_active", "password"])
    _forget_codes(email)
    return +Counter({"sign-in": 1, "devices": len(devices), "second factors": ways})


def _forget_codes(email: str) -> None:
    """Sign-in codes belong to no practice: for one statement the transaction stands in none."""
    practice = str(current_practice_id())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.practice_id', '', true)")
        cursor.execute(
            "DELETE FROM outbox_message WHERE practice_id IS NULL AND lower(recipient) = lower(%s)",
            [email],
        )
        cursor.execute("SELECT set_config('app.practice_id', %s, true)", [practice])
