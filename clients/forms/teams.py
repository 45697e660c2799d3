"""A team as client, and who belongs to it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.forms.people import RecordForm
from clients.models import Client


class TeamForm(RecordForm):
    """A team's record."""

    field_order = ("name", "employer", "time_zone", "coach")
    name = forms.CharField(
        label=_("Name of the team"),
        max_length=120,
        help_text=_("As its members call it, for example “Leadership team Halden”."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Where most of them work. Each reads times in their own.")
    )


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
