"""What may be typed about records."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from coachops.practices.models import Membership
from coachops.retention.models import AccessRequest, BreakGlass, Erasure, LegalHold, NotesDecision
from coachops.retention.policies import Kind, periods
from coachops.retention.queries.over import KIND_LABELS

LONGEST_NOTE = 50_000


class PeriodsForm(forms.Form):
    """One number of months for each kind of data."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, period in periods().items():
            self.fields[kind] = forms.IntegerField(
                label=KIND_LABELS[kind][0],
                min_value=period.least,
                max_value=period.most,
                help_text=_("Months, from %(least)s to %(most)s.")
                % {"least": period.least, "most": period.most},
            )

    @property
    def months(self) -> dict[Kind, int]:
        return {kind: self.cleaned_data[kind] for kind in Kind}


class SecondPersonForm(forms.Form):
    """Who may consent in a client's place."""

    member: "forms.ModelChoiceField[Membership]" = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Independent second person"),
        empty_label=_("Nobody"),
        help_text=_(
            "Counts two weeks after it was named. Never the person who wants to read. Coaches and"
            " owners are told by mail, and clients see it under “Your data”."
        ),
    )

    def __init__(self, *args: Any, members: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = members

    @property
    def chosen(self) -> Membership | None:
        return self.cleaned_data["member"]  # type: ignore[no-any-return]


class HoldForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why"), choices=LegalHold.Reason.choices)


class PlanForm(forms.Form):
    basis = forms.ChoiceField(
        label=_("Why"),
        choices=[
            (Erasure.Basis.ASKED.value, Erasure.Basis.ASKED.label),
            (Erasure.Basis.NO_LONGER_NEEDED.value, Erasure.Basis.NO_LONGER_NEEDED.label),
        ],
    )


class ConfirmForm(forms.Form):
    """The name, typed: nobody erases somebody by a slip."""

    name = forms.CharField(label=_("Type the client’s name"), max_length=120)

    def __init__(self, *args: Any, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client = client

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name.casefold() != self.client.name.strip().casefold():
            raise forms.ValidationError(
                _("That is not the name on the record. Type it as it stands above.")
            )
        return name


class OpeningForm(forms.Form):
    """Why, how long, and who is asked for consent."""

    reason = forms.CharField(
        label=_("Why it has to be opened"),
        min_length=20,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The client and the coach read this."),
    )
    hours = forms.IntegerField(label=_("For how many hours"), min_value=1, max_value=72, initial=24)
    consent = forms.ChoiceField(
        label=_("Who is asked"),
        choices=[
            ("client", _("The client")),
            ("second", _("The independent second person")),
        ],
        initial="client",
        help_text=_(
            "The second person only where the client has not answered within two weeks, or cannot"
            " be reached; never once the client has said no."
        ),
    )
    delay = forms.ChoiceField(
        label=_("The notice has to wait"),
        required=False,
        choices=[("", _("No: coach and client are told at once")), *BreakGlass.Delay.choices],
        help_text=_(
            "Thirty days at most. All owners and coaches are told at once that it waits, and “Who"
            " looked” shows every look."
        ),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("delay") and data.get("consent") == "client":
            self.add_error(
                "delay", _("A client who is asked is told. Choose the second person instead.")
            )
        return data


class AskForm(forms.Form):
    """A request in a client's name."""

    client: "forms.ModelChoiceField[Client]" = forms.ModelChoiceField(
        queryset=None, label=_("Client"), empty_label=_("Choose a client")
    )
    kind = forms.ChoiceField(label=_("What they ask for"), choices=AccessRequest.Kind.choices)

    def __init__(self, *args: Any, clients: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["client"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = clients


class RefuseForm(forms.Form):
    refusal = forms.ChoiceField(label=_("Why"), choices=AccessRequest.Refusal.choices)


class WithholdForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[
            choice
            for choice in NotesDecision.Withheld.choices
            if choice[0] != NotesDecision.Withheld.SEALED
        ],
    )
