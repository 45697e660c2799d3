"""A team as client, and who belongs to it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.forms.people import zone_choices
from clients.models import Client
from coachops.practices.models import Membership


class TeamForm(forms.Form):
    """A team's record. The coach is asked for only where there is a choice."""

    name = forms.CharField(
        label=_("Name of the team"),
        max_length=120,
        help_text=_("As its members call it, for example “Leadership team Halden”."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    employer = forms.CharField(label=_("Employer"), max_length=120, required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Where most of them work. Each reads times in their own.")
    )
    coach = forms.ChoiceField(label=_("Coach"))

    def __init__(self, *args: Any, coaches: Iterable[Membership] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coaches = {str(coach.pk): coach for coach in coaches}
        zone: Any = self.fields["time_zone"]
        zone.choices = zone_choices()
        coach_field: Any = self.fields["coach"]
        coach_field.choices = [(key, coach.name) for key, coach in self.coaches.items()]
        if len(self.coaches) < 2:
            del self.fields["coach"]

    def chosen_coach(self) -> Membership | None:
        """The named coach, or the only one there is; None when nobody coaches."""
        if "coach" in self.fields:
            return self.coaches[self.cleaned_data["coach"]]
        return next(iter(self.coaches.values()), None)

    def details(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if name != "coach"}


class SinceForm(forms.Form):
    """From which day somebody belongs to the team."""

    since = forms.DateField(
        label=_("In the team since"),
        required=False,
        help_text=_("They read what the team shared and wrote since that day. Empty: from now on."),
    )


class JoinForm(SinceForm):
    """Somebody who is a client already."""

    client = forms.ChoiceField(label=_("Who joins?"))
    field_order = ("client", "since")

    def __init__(self, *args: Any, people: Iterable[Client] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        client: Any = self.fields["client"]
        client.choices = [(key, person.name) for key, person in self.people.items()]

    def chosen(self) -> Client:
        return self.people[self.cleaned_data["client"]]


class NewMemberForm(SinceForm):
    """Somebody who has no record yet."""

    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput({"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("They will sign in with it. Nothing but a note about the team is sent yet."),
        widget=forms.EmailInput({"autocomplete": "off"}),
    )
    job_title = forms.CharField(label=_("Job title"), max_length=120, required=False)
    field_order = ("name", "email", "job_title", "since")
