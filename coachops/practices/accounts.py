"""How signing in (django-allauth) meets this product."""

from typing import Any
from urllib.parse import quote
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coachops.encryption.seal import seal_with_master, unseal_with_master
from coachops.mail.message import Reader
from coachops.mail.outgoing import enqueue_global_mail
from coachops.practices.emails import absolute, account_mail
from coachops.practices.models import User
from coachops.practices.services.known_browsers import is_known, remember
from coachops.practices.services.members import join_practices
from coachops.practices.services.people import forget_unproved_password, prove_address

_SECOND_FACTOR = "second factor"
_REFUSALS = {
    "email_password_mismatch": _(
        "Address and password do not belong together. Try again, or let us send you a code."
    ),
    "incorrect_code": _("That is not the code. Look again; after three tries ask for a new one."),
    "incorrect_password": _("That is not your password. Try again."),
    "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again."),
    "rate_limited": _("Too many tries. Wait a moment, then try again."),
    "same_as_current": _("This is what you have already. Enter another one."),
}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Mail leaves through the outbox, so that signing in needs no mail server."""

    error_messages = {**DefaultAccountAdapter.error_messages, **_REFUSALS}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = getattr(current.request, "user", None)
        if not isinstance(user, User):
            user = User.objects.filter(email__iexact=email).first()
        reader = Reader(address=email)
        if user is not None:
            reader = Reader(email, language=user.language, time_zone=user.time_zone)
        mail = account_mail(template_prefix, context, reader)
        enqueue_global_mail(mail, key=f"account:{uuid4()}")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the installation's own host: a forged Host header must not reach a mail."""
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        return absolute(path.replace("UID-KEY", quote(key)))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.name = form.cleaned_data.get("name", "")
        user.time_zone = form.cleaned_data.get("time_zone") or user.time_zone
        return super().save_user(request, user, form, commit)  # type: ignore[no-any-return]

    def pre_login(
        self, request: HttpRequest, user: User, *, signup: bool, **facts: Any
    ) -> HttpResponse | None:
        """Who comes in by a code alone for the first time, never set the password that is there."""
        records = get_authentication_records(request, user)
        methods = {record.get("method") for record in records}
        if not signup and methods == {"code"}:
            forget_unproved_password(user=user)
        if any(record.get("email") == user.email for record in records if _is_code(record)):
            prove_address(user=user)
        return super().pre_login(  # type: ignore[no-any-return]
            request, user, signup=signup, **facts
        )

    def login(self, request: HttpRequest, user: User) -> None:
        """Before the date of the last time is overwritten: nobody is told of the very first one."""
        is_strange = user.last_login is not None and not is_known(request, user)
        super().login(request, user)
        if is_strange:
            self.send_notification_mail("account/email/new_browser", user)

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        join_practices(user=user, now=timezone.now())
        response: HttpResponse = super().post_login(request, user, **facts)
        remember(request, response, user)
        return response


def _is_code(record: dict[str, Any]) -> bool:
    return record.get("method") == "code"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of second factors are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return seal_with_master(text, bound_to=_SECOND_FACTOR)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal_with_master(encrypted_text, bound_to=_SECOND_FACTOR)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name that browsers show beside a passkey."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "CoachOps"}
