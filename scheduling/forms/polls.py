"""Times for three to choose from, what each of them answers, and what they agree on."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clients.queries.sponsors import ContactFacts
from scheduling.models import Offering
from scheduling.policies.polls import FEWEST, MOST
from scheduling.queries.picker import read_at
from scheduling.queries.zones import is_zone

END_OF_DAY = time(18)
MOST_LINES = 10


class TimesForm(forms.Form):
    """Some of the coach's free times, and until when people may answer."""

    starts = forms.CharField(required=False)
    closes_on = forms.DateField(
        label=_("Answers until"),
        help_text=_("In the evening of that day the times are free again."),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, fewest: int = FEWEST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.fewest = zone, fewest

    @property
    def sent(self) -> list[str]:
        """The times as they were ticked, whatever they are."""
        return _all(self, "starts") if self.is_bound else []

    def clean_starts(self) -> list[datetime]:
        starts = [at for at in map(read_at, self.sent[: 2 * MOST]) if at is not None]
        if len(starts) < self.fewest:
            raise ValidationError(
                _("Choose at least %(fewest)d times, so that there is a choice.")
                if self.fewest > 1
                else _("Choose a time."),
                params={"fewest": self.fewest},
            )
        return starts

    def closes_at(self) -> datetime:
        """Six in the evening on the coach's clock; before the first time, if that is that day."""
        day: date = self.cleaned_data["closes_on"]
        evening = datetime.combine(day, END_OF_DAY, tzinfo=self.zone)
        first = min(self.cleaned_data["starts"])
        return first if first.astimezone(self.zone).date() == day and first < evening else evening


class ProposalForm(TimesForm):
    """The same with who is asked, and what is to be talked about."""

    field_order = ("offering", "contacts", "agenda", "closes_on")

    offering = forms.ChoiceField(label=_("What is booked"))
    contacts = forms.MultipleChoiceField(
        label=_("Who takes part for the company?"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They and the client get a mail with the times. No account is needed."),
    )
    agenda = forms.CharField(
        label=_("Agenda"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("All three read it, so write nothing that was said in a session."),
    )

    def __init__(
        self,
        *args: Any,
        offerings: Iterable[Offering],
        people: Iterable[ContactFacts],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offerings = {str(each.pk): each for each in offerings}
        choices: Any = self.fields["offering"]
        choices.choices = [(key, each.name) for key, each in self.offerings.items()]
        asked: Any = self.fields["contacts"]
        asked.choices = [(str(each.id), f"{each.name}, {each.kind_label}") for each in people]

    def offering_chosen(self) -> Offering:
        return self.offerings[self.cleaned_data["offering"]]


class AnswerForm(forms.Form):
    """Which times suit, on which clock they were read. Nothing ticked says that none does."""

    zone = forms.CharField(required=False)

    @property
    def ticked(self) -> list[str]:
        return _all(self, "suits")[:MOST]

    def suits(self) -> list[UUID]:
        found = []
        for each in self.ticked:
            try:
                found.append(UUID(each))
            except ValueError:
                continue
        return found

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if is_zone(zone) else ""


class SharesForm(forms.Form):
    """What the client wants to bring: one short line each."""

    shares = forms.CharField(
        label=_("What I agree to share"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One thing a line. You and your coach see this list, your company does not."),
    )

    def lines(self) -> list[str]:
        """At most ten lines; empty ones are dropped."""
        text: str = self.cleaned_data["shares"]
        return [line.strip() for line in text.splitlines() if line.strip()][:MOST_LINES]


class PointForm(forms.Form):
    """One thing the three agreed on."""

    text = forms.CharField(label=_("We agreed"), max_length=500)


def _all(form: forms.Form, name: str) -> list[str]:
    """Every value that was sent under one name; a form without a list has none."""
    data = form.data
    return [str(each) for each in data.getlist(name)] if isinstance(data, QueryDict) else []
