"""What may be typed about clients, companies and consent."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.documents import consent_hash
from clients.models import SponsorContact
from clients.queries.disclosure import LEVEL_EXPLANATIONS, LEVEL_LABELS
from clients.queries.sponsors import KIND_LABELS, ContactFacts
from coachops.practices.models import Membership
from coachops.web.widgets import CardRadioSelect, SwitchInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def zone_choices() -> list[tuple[str, str]]:
    """Every zone of a place, and UTC."""
    places = sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS))
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *places]]


class RecordForm(forms.Form):
    """What a person's record and a team's share. The coach is asked for only where there is a
    choice."""

    employer = forms.CharField(label=_("Employer"), max_length=120, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    coach = forms.ChoiceField(label=_("Coach"))

    def __init__(self, *args: Any, coaches: Iterable[Membership] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coaches = {str(coach.pk): coach for coach in coaches}
        self._choices("time_zone").choices = zone_choices()
        if len(self.coaches) > 1:
            self._choices("coach").choices = [
                (key, coach.name) for key, coach in self.coaches.items()
            ]
        else:
            del self.fields["coach"]

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        return field

    def chosen_coach(self) -> Membership | None:
        """The named coach, or the only one there is; None when nobody coaches."""
        if "coach" in self.fields:
            return self.coaches[self.cleaned_data["coach"]]
        return next(iter(self.coaches.values()), None)

    def details(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "coach"}


class ClientForm(RecordForm):
    """A person's record."""

    field_order = (
        "name",
        "email",
        "preferred_name",
        "phone",
        "job_title",
        "employer",
        "time_zone",
        "coach",
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("The client will sign in with it. Nothing is sent until you invite them."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    preferred_name = forms.CharField(
        label=_("Called"),
        max_length=60,
        required=False,
        help_text=_("How you address them, if not by the first name."),
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput({"type": "tel"})
    )
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("The client reads all times in it.")
    )

    def lock_email(self) -> None:
        """Once somebody signs in with the address, it is theirs."""
        self._lock_email(_("They sign in with this address, so only they can change it."))

    def leave_email_to_coach(self) -> None:
        """Whoever decides the address decides who comes in as the client."""
        self._lock_email(_("Only the client's own coach can change this address."))

    def _lock_email(self, reason: StrOrPromise) -> None:
        self.fields["email"].disabled = True
        self.fields["email"].help_text = reason


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Company"), max_length=120)
    mail_domain = forms.RegexField(
        r"^@?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$",
        label=_("Mail domain"),
        max_length=120,
        required=False,
        help_text=_(
            "The part behind the @, such as halden.example. Clients with an address there are told"
            " that their employer may be able to read it."
        ),
        error_messages={"invalid": _("Write only the part behind the @, such as halden.example.")},
    )


class ContactForm(forms.Form):
    """Somebody at the company. The kind is chosen once: it decides what the person may see."""

    kind = forms.ChoiceField(
        label=_("Role"),
        choices=list(KIND_LABELS.items()),
        initial=SponsorContact.Kind.SPONSOR,
        widget=CardRadioSelect(
            {
                SponsorContact.Kind.SPONSOR: _(
                    "Sees every engagement of the company, as far as each client agreed."
                ),
                SponsorContact.Kind.STAKEHOLDER: _(
                    "Sees only the engagements they are linked to, as far as the client agreed."
                ),
            }
        ),
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"))
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)

    def only_line_managers(self) -> None:
        """Where others coach too: an HR contact would see their clients as well."""
        kind = self.fields["kind"]
        manager = SponsorContact.Kind.STAKEHOLDER
        kind.choices = [(manager, KIND_LABELS[manager])]  # type: ignore[attr-defined]
        kind.initial = manager
        kind.help_text = _(
            "Others coach here too, and an HR contact sees everybody: an owner of the practice"
            " adds that person."
        )


class ProposeForm(forms.Form):
    """Which level the three are asked to sign, and who signs for the company."""

    def __init__(
        self,
        *args: Any,
        levels: Iterable[int] = (),
        contacts: Iterable[ContactFacts] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        widget = CardRadioSelect({str(level): str(LEVEL_EXPLANATIONS[level]) for level in levels})
        self.fields["level"] = forms.TypedChoiceField(
            label=_("What the sponsor may see"),
            coerce=int,
            choices=[(level, LEVEL_LABELS[level]) for level in levels],
            widget=widget,
        )
        self.fields["contact"] = forms.ChoiceField(
            label=_("Who signs for the company"),
            help_text=_("They get a link and need no account."),
            choices=[(str(each.id), f"{each.name}, {each.kind_label}") for each in contacts],
        )


class SignForm(forms.Form):
    """A typed signature under exactly the text that was shown."""

    agree = forms.BooleanField(
        label=_("I have read this and agree"),
        error_messages={"required": _("Tick the box if you agree.")},
    )
    name = forms.CharField(
        label=_("Your full name"),
        min_length=2,
        max_length=120,
        help_text=_("Typing it here is your signature."),
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    text_hash = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, text: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"text_hash": consent_hash(text)})
        super().__init__(*args, **kwargs)
        self.text = text

    def clean(self) -> None:
        if self.cleaned_data.get("text_hash") == consent_hash(self.text):
            return
        self.data = {**self.data, "text_hash": consent_hash(self.text)}
        raise forms.ValidationError(
            _("The text has changed since you opened this page. Please read it again, then sign.")
        )


class DelegateForm(forms.Form):
    """Who may see and move the client's dates."""

    name = forms.CharField(
        label=_("Their name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_("They sign in with it and a code; there is no password."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    gets_mail = forms.BooleanField(
        label=_("Send them the dates when something is booked, moved or cancelled"),
        required=False,
        widget=SwitchInput,
    )
