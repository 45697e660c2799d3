"""What the mails of signing in and of joining a practice say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from coachops.mail.message import Mail, Reader, Sender, render_mail
from coachops.practices.models import Membership, Practice, User
from coachops.practices.queries.devices import words_of
from coachops.practices.queries.members import owners_address

PRODUCT = Sender(name="CoachOps")
_IF_NOT_YOU = _(
    "Was it you? Then all is well. If not, sign in at once, sign out everywhere else and change"
    " what was changed."
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A change to how somebody signs in, told to them in case it was not them."""

    title: Promise
    text: Promise
    advice: Promise = _IF_NOT_YOU
    can_sign_in: bool = True


# allauth's names for its mails, and which of ours answers.
_WITH_TEMPLATES = {
    "account/email/login_code": "account/sign_in_code",
    "account/email/email_confirmation": "account/address_code",
    "account/email/email_confirmation_signup": "account/address_code",
    "account/email/password_reset_key": "account/new_password",
    "account/email/account_already_exists": "account/already_here",
    "account/email/unknown_account": "account/not_here",
}
_NOTICES = {
    "account/email/new_browser": Notice(
        _("Somebody signed in on a new device"),
        _("You were signed in with a browser that we had not seen you use before."),
    ),
    "account/email/password_changed": Notice(
        _("Your password was changed"), _("Somebody changed the password you sign in with.")
    ),
    "account/email/password_set": Notice(
        _("You now have a password"), _("A password was set for your sign-in.")
    ),
    "account/email/password_reset": Notice(
        _("Your password was replaced"), _("A new password was set by a link sent to you.")
    ),
    "account/email/email_changed": Notice(
        _("Your e-mail address was changed"),
        _("From now on you sign in with another address; this one no longer works."),
        advice=_(
            "Was it you? Then all is well. If not, somebody else can now sign in as you. Call your"
            " coach or whoever runs the practice at once: they can close your access."
        ),
        can_sign_in=False,
    ),
    "account/email/email_deleted": Notice(
        _("An e-mail address was removed"), _("An address was removed from your sign-in.")
    ),
    "account/email/email_confirm": Notice(
        _("Your e-mail address was confirmed"), _("This address now belongs to your sign-in.")
    ),
    "mfa/email/totp_activated": Notice(
        _("Authenticator app switched on"),
        _("Signing in now also asks for a code from an authenticator app."),
    ),
    "mfa/email/totp_deactivated": Notice(
        _("Authenticator app switched off"),
        _("Signing in no longer asks for a code from an authenticator app."),
    ),
    "mfa/email/webauthn_added": Notice(
        _("A passkey was added"), _("A new passkey or security key can now be used to sign in.")
    ),
    "mfa/email/webauthn_removed": Notice(
        _("A passkey was removed"), _("A passkey or security key no longer opens your account.")
    ),
    "mfa/email/recovery_codes_generated": Notice(
        _("New recovery codes were made"), _("The recovery codes you had before are useless now.")
    ),
}
_SOME_CHANGE = Notice(
    _("Your sign-in settings were changed"), _("Something about how you sign in was changed.")
)


def account_mail(kind: str, context: Mapping[str, Any], reader: Reader) -> Mail:
    """One of allauth's mails in our words; its addresses are never taken from a request's host."""
    shown = {name: context.get(name) for name in ("code", "ip", "timestamp")}
    is_reset = kind == "account/email/password_reset_key"
    shown |= {
        "email": reader.address,
        "sign_in_url": absolute(reverse("account_login")),
        "sign_up_url": absolute(reverse("account_signup")),
        "security_url": absolute(reverse("mfa_index")),
        "reset_url": context["password_reset_url"] if is_reset else "",
    }
    name = _WITH_TEMPLATES.get(kind)
    if name is None:
        name = "account/notice"
        shown["notice"] = _NOTICES.get(kind, _SOME_CHANGE)
    with translation.override(reader.language):
        shown["device"] = words_of(str(context.get("user_agent") or ""))[0]
        reason = str(_("Sent because this address was used to sign in to CoachOps."))
    return render_mail(name=name, context=shown, reader=reader, sender=PRODUCT, reason=reason)


def invitation_mail(membership: Membership) -> Mail:
    """Asks somebody into the practice; the link leads to signing in and then to its door."""
    practice = membership.practice
    door = f"{reverse('chooser')}?{urlencode({'to': practice.slug})}"
    reader = reader_of(membership.user)
    with translation.override(reader.language):
        reason = str(_("Sent because %(practice)s invited you to work with them in CoachOps.")) % {
            "practice": practice.name
        }
    return render_mail(
        name="practices/invitation",
        context={"practice": practice, "name": membership.name, "url": absolute(door)},
        reader=reader,
        sender=sender_of(practice, reply_to=owners_address()),
        reason=reason,
    )


def sender_of(practice: Practice, *, reply_to: str = "") -> Sender:
    """Mail in the practice's name and colour."""
    return Sender(
        name=practice.name,
        hue=practice.brand_hue,
        postal_address=practice.postal_address,
        logo_url=absolute(practice.logo_url) if practice.logo else "",
        reply_to=reply_to,
    )


def reader_of(user: User) -> Reader:
    return Reader(address=user.email, language=user.language, time_zone=user.time_zone)


def absolute(path: str) -> str:
    """A full address on the installation's own host, whatever host a request named."""
    return f"{settings.BASE_URL}{path}"
