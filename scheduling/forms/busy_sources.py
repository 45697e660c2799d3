"""Another calendar of a coach: a subscription, an account, and which of its calendars count."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import SwitchInput
from scheduling.calendars.addresses import Guard
from scheduling.calendars.problems import Problem, Unreadable
from scheduling.services.source_secrets import ChosenCalendar, Secrets

REFUSALS: Final[dict[Problem, Promise]] = {
    Problem.NOT_AN_ADDRESS: _(
        "This is not an address. Copy it whole; it begins with https:// or webcal://."
    ),
    Problem.NOT_HTTPS: _(
        "This address is not protected. Use the one that begins with https:// or webcal://. If"
        " there is none, allow it below."
    ),
    Problem.NAMES_A_USER: _(
        "Leave the user name and the password out of the address. For a calendar with a password"
        " choose a CalDAV account."
    ),
    Problem.WRONG_PORT: _("This address has an unusual port. Only the ordinary one is allowed."),
    Problem.PRIVATE_ADDRESS: _(
        "This address is inside a private network. It has to be reachable from the internet."
    ),
}


class NameForm(forms.Form):
    """What the coach calls it, and which events take time."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For you alone, such as “Family” or “Work”.")
    )
    counts_tentative = forms.BooleanField(
        label=_("Tentative events count as busy"), required=False, initial=True, widget=SwitchInput
    )
    counts_free = forms.BooleanField(
        label=_("Events marked as free count too"), required=False, widget=SwitchInput
    )


class UnprotectedField(forms.BooleanField):
    """A subscription that its server gives out over http alone: the coach has to say so."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Read it without protection (http)"),
            required=False,
            widget=SwitchInput,
            help_text=_(
                "Only for a calendar that has no https address. Anybody on the way can then read"
                " it, learn its secret address, or change what keeps you busy."
            ),
        )


class SubscriptionChangeForm(NameForm):
    """The same of a subscription, which may be an unprotected one."""

    allows_http = UnprotectedField()


class AddressForm(NameForm):
    """A calendar or a server that may be called; nothing is asked of it yet."""

    address = forms.CharField(
        max_length=2000,
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order: tuple[str, ...] = ("name", "address", "counts_tentative", "counts_free")

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = guard

    def clean(self) -> dict[str, Any]:
        """The address as it will be called."""
        found = self.cleaned_data
        guard = replace(self.guard, allows_http=bool(found.get("allows_http")))
        if "address" in found:
            try:
                found["address"] = guard.check(found["address"])
            except Unreadable as error:
                self.add_error("address", str(REFUSALS[error.problem]))
        return found

    def secrets(self) -> Secrets:
        return Secrets(address=self.cleaned_data["address"])


class SubscriptionForm(AddressForm):
    """A secret address that another calendar gives out."""

    allows_http = UnprotectedField()
    field_order = (*AddressForm.field_order, "allows_http")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].label = _("Address of the calendar")
        self.fields["address"].help_text = _(
            "Your calendar calls it “secret address in iCal format”, “ICS” or “subscribe”."
        )


class AccountForm(AddressForm):
    """A CalDAV account: Apple, Fastmail, Nextcloud and many more. Never without protection."""

    user = forms.CharField(
        label=_("User name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("App password"),
        max_length=200,
        strip=False,
        help_text=_(
            "Make one for CoachOps in the settings of your account. It is kept encrypted, and you"
            " can take it back there at any time."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "address", "user", "password", "counts_tentative", "counts_free")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].label = _("Address of the server")
        self.fields["address"].help_text = _("For Apple: https://caldav.icloud.com")

    def secrets(self) -> Secrets:
        return Secrets(
            address=self.cleaned_data["address"],
            user=self.cleaned_data["user"],
            password=self.cleaned_data["password"],
        )


class CountForm(forms.Form):
    """Which calendars of somebody's at Google or Microsoft are read."""

    needs_one = True
    reads = forms.MultipleChoiceField(
        label=_("Keep me busy"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Events of these calendars make your time unavailable."),
        error_messages={"required": _("Choose at least one, or remove the whole calendar.")},
    )

    def __init__(self, *args: Any, calendars: Iterable[ChosenCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(calendars)
        # By number: an address is long and names the account.
        self.addresses = {str(number): each.address for number, each in enumerate(found)}
        self.names = [(str(number), each.name) for number, each in enumerate(found)]
        self.fields["reads"].choices = self.names  # type: ignore[attr-defined]
        self.fields["reads"].required = self.needs_one
        self.initial.setdefault(
            "reads", [str(number) for number, each in enumerate(found) if each.reads]
        )

    def chosen(self) -> dict[str, Any]:
        """`reads` as the servers know them."""
        return {"reads": [self.addresses[number] for number in self.cleaned_data["reads"]]}


class ChoiceForm(CountForm):
    """Which calendars of an account are read, and which one sessions are written into."""

    needs_one = False
    writes = forms.ChoiceField(
        label=_("Write my sessions into"),
        required=False,
        help_text=_("Booked sessions appear there, move along and disappear when cancelled."),
    )

    def __init__(self, *args: Any, calendars: Iterable[ChosenCalendar], **kwargs: Any) -> None:
        found = list(calendars)
        super().__init__(*args, calendars=found, **kwargs)
        self.fields["writes"].choices = [("", _("None")), *self.names]  # type: ignore[attr-defined]
        self.initial.setdefault(
            "writes",
            next((str(number) for number, each in enumerate(found) if each.writes), ""),
        )

    def chosen(self) -> dict[str, Any]:
        """`reads` and `writes` as addresses."""
        return {**super().chosen(), "writes": self.addresses.get(self.cleaned_data["writes"], "")}
