"""What may be typed about the units of a company."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import SponsorContact
from clients.queries.units import UnitChoice, UnitLine


class UnitForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the unit"),
        max_length=80,
        help_text=_("A division or a location, as the company calls it."),
    )


class JoinForm(forms.Form):
    """Which unit takes everything over."""

    into = forms.ChoiceField(label=_("Join it to"))

    def __init__(self, *args: Any, others: Iterable[UnitLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.id), each.name) for each in others]
        self.fields["into"].choices = choices  # type: ignore[attr-defined]


class PlaceForm(forms.Form):
    """The unit that an engagement belongs to."""

    unit = forms.ChoiceField(label=_("Unit"), required=False)

    def __init__(self, *args: Any, units: Iterable[UnitChoice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("No unit")), *((str(each.id), each.name) for each in units)]
        self.fields["unit"].choices = choices  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    """The units whose engagements an HR contact sees."""

    units = forms.MultipleChoiceField(
        label=_("Sees only these units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a tick they see the whole company."),
    )

    def __init__(self, *args: Any, units: Iterable[UnitChoice] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(each.id), each.name) for each in units]
        self.fields["units"].choices = choices  # type: ignore[attr-defined]


def may_be_limited(contact: SponsorContact) -> bool:
    """A line manager sees linked engagements alone, whatever the unit."""
    return contact.kind == SponsorContact.Kind.SPONSOR
