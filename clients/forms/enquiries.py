"""What may be typed about an enquiry: by a stranger, and by whoever answers."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Enquiry
from clients.queries.sponsors import ContactFacts
from clients.services.enquiries import Arrangements, Referrer
from coachops.practices.models import Membership

KINDS = ("client", "contact", "member")


class AskForm(forms.Form):
    """The public form. `website` is for machines: people do not see it, and leave it empty."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    wish = forms.CharField(
        label=_("What would you like coaching for?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("A sentence or two is enough. Leave out what is only for your coach’s ears."),
    )
    referrer = forms.CharField(label=_("Who told you about us?"), max_length=120, required=False)
    consent = forms.BooleanField(
        label=_("You may keep this to answer me"),
        error_messages={"required": _("Tick this, or we may not keep what you wrote.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput({"tabindex": "-1"}))


class ArrangementsForm(forms.Form):
    """Who answers, what comes next, and who sent them."""

    coach = forms.ChoiceField(label=_("Coach"), required=False)
    next_step = forms.CharField(
        label=_("Next step"),
        max_length=120,
        required=False,
        widget=forms.TextInput({"placeholder": _("Send the proposal")}),
    )
    next_on = forms.DateField(
        label=_("On"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text=_("From that day on it stands on Today."),
    )
    referrer = forms.ChoiceField(label=_("Who sent them"), required=False)
    referrer_words = forms.CharField(
        label=_("Or in words"),
        max_length=120,
        required=False,
    )
    logistics = forms.CharField(
        label=_("Arrangements"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "Times, prices, who calls whom. Assistants read it too: what somebody tells you about"
            " themselves does not belong here."
        ),
    )

    def __init__(
        self,
        *args: Any,
        coaches: Iterable[Membership] = (),
        clients: Iterable[Client] = (),
        contacts: Iterable[ContactFacts] = (),
        members: Iterable[Membership] = (),
        current: tuple[str, str] = ("", ""),
        **kwargs: Any,
    ) -> None:
        """`current`: who is named already, also where the reader could not name them."""
        super().__init__(*args, **kwargs)
        self.coaches = {str(coach.pk): coach for coach in coaches}
        self._set("coach", [("", _("Nobody yet")), *((k, c.name) for k, c in self.coaches.items())])
        groups = [
            (_("Clients"), [(f"client:{each.pk}", each.name) for each in clients]),
            (_("Contacts"), [(f"contact:{each.id}", each.name) for each in contacts]),
            (_("People here"), [(f"member:{each.pk}", each.name) for each in members]),
        ]
        named = {key for _group, people in groups for key, _name in people}
        kept = [current] if current[0] and current[0] not in named else []
        filled = [group for group in groups if group[1]]
        self._set("referrer", [("", _("Nobody named")), *kept, *filled])

    def _set(self, name: str, values: list[Any]) -> None:
        self.fields[name].choices = values  # type: ignore[attr-defined]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("referrer") and given.get("referrer_words"):
            self.add_error("referrer_words", _("Choose somebody above or write here, not both."))
        if given.get("next_on") and not given.get("next_step"):
            self.add_error("next_step", _("Write what is to be done on that day."))

    def arrangements(self) -> Arrangements:
        given = self.cleaned_data
        kind, _colon, key = given["referrer"].partition(":")
        named = {f"{kind}_id": UUID(key)} if kind in KINDS else {}
        return Arrangements(
            coach=self.coaches.get(given["coach"]),
            next_step=given["next_step"],
            next_on=given["next_on"],
            logistics=given["logistics"],
            referrer=Referrer(**named, words=given["referrer_words"]),
        )


def initial_of(enquiry: Enquiry) -> dict[str, Any]:
    """What the form of arrangements begins with."""
    referrer = ""
    for kind in KINDS:
        if key := getattr(enquiry, f"referrer_{kind}_id"):
            referrer = f"{kind}:{key}"
    return {
        "coach": str(enquiry.coach_id or ""),
        "next_step": enquiry.next_step,
        "next_on": enquiry.next_on,
        "referrer": referrer,
        "referrer_words": enquiry.referrer_words,
        "logistics": enquiry.logistics,
    }


class NewEnquiryForm(ArrangementsForm):
    """Somebody called, or was recommended."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "off"}))
    wish = forms.CharField(
        label=_("What they asked for"),
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    field_order = ("name", "email", "wish")


class NotNowForm(forms.Form):
    """Why it ends here; a list, since free text would say more than is needed."""

    reason = forms.ChoiceField(
        label=_("Why not now?"), choices=[("", _("Choose a reason")), *Enquiry.Reason.choices]
    )


class PublicPagesForm(forms.Form):
    """What the practice shows to strangers."""

    takes_enquiries = forms.BooleanField(
        label=_("Take enquiries from the public form"), required=False
    )
    shows_outcomes = forms.BooleanField(label=_("Publish the outcomes page"), required=False)
    introduction = forms.CharField(
        label=_("A few words above the figures"),
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
