"""Another calendar of a coach: a subscription, an account, and which of its calendars count."""

from collections.abc import Iterable
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
        "This address is not protected. Use the one that begins with https:// or webcal://."
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


class AddressField(forms.CharField):
    """An address that may be called; nothing is asked yet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=2000, **kwargs)
        self.guard = Guard()

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return self.guard.check(text)
        except Unreadable as error:
            raise forms.ValidationError(str(REFUSALS[error.problem])) from error


class SubscriptionForm(NameForm):
    """A secret address that another calendar gives out."""

    address = AddressField(
        label=_("Address of the calendar"),
        help_text=_(
            "Your calendar calls it “secret address in iCal format”, “ICS” or “subscribe”."
        ),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    field_order: tuple[str, ...] = ("name", "address", "counts_tentative", "counts_free")

    def __init__(self, *args: Any, guard: Guard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["address"]
        if isinstance(field, AddressField):
            field.guard = guard

    def secrets(self) -> Secrets:
        return Secrets(address=self.cleaned_data["address"])


class AccountForm(SubscriptionForm):
    """A CalDAV account: Apple, Fastmail, Nextcloud and many more."""

    address = AddressField(
        label=_("Address of the server"),
        help_text=_("For Apple: https://caldav.icloud.com"),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
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

    def secrets(self) -> Secrets:
        return Secrets(
            address=self.cleaned_data["address"],
            user=self.cleaned_data["user"],
            password=self.cleaned_data["password"],
        )


class ChoiceForm(forms.Form):
    """Which calendars of an account are read, and which one sessions are written into."""

    reads = forms.MultipleChoiceField(
        label=_("Keep me busy"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Events of these calendars make your time unavailable."),
    )
    writes = forms.ChoiceField(
        label=_("Write my sessions into"),
        required=False,
        help_text=_("Booked sessions appear there, move along and disappear when cancelled."),
    )

    def __init__(self, *args: Any, calendars: Iterable[ChosenCalendar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = list(calendars)
        # By number: an address is long and names the account.
        self.addresses = {str(number): each.address for number, each in enumerate(found)}
        names = [(str(number), each.name) for number, each in enumerate(found)]
        self.fields["reads"].choices = names  # type: ignore[attr-defined]
        self.fields["writes"].choices = [("", _("None")), *names]  # type: ignore[attr-defined]
        self.initial.setdefault(
            "reads", [str(number) for number, each in enumerate(found) if each.reads]
        )
        self.initial.setdefault(
            "writes",
            next((str(number) for number, each in enumerate(found) if each.writes), ""),
        )

    def chosen(self) -> dict[str, Any]:
        """`reads` and `writes` as addresses."""
        return {
            "reads": [self.addresses[number] for number in self.cleaned_data["reads"]],
            "writes": self.addresses.get(self.cleaned_data["writes"], ""),
        }
