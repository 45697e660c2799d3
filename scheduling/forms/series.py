"""The times of a series that were ticked."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.forms.answers import AnswersForm
from scheduling.policies.series import FEWEST, is_a_series
from scheduling.queries.picker import read_at
from scheduling.queries.series import RHYTHMS
from scheduling.queries.zones import is_zone


class SeriesForm(AnswersForm):
    """Every `at` that was chosen; a date that was left out sends nothing, or an empty one.

    What the offering asks is asked once for all of them.
    """

    rhythm = forms.ChoiceField(choices=list(RHYTHMS.items()))
    zone = forms.CharField(required=False)
    booking_key = forms.UUIDField()

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        return zone if is_zone(zone) else ""

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["starts"] = read_starts(self.data)
        return self.cleaned_data


def read_starts(data: Any) -> list[datetime]:
    """Every `at` that was ticked, in order of time. Raises ValidationError if it is no run."""
    sent = data.getlist("at") if hasattr(data, "getlist") else []
    starts = sorted(
        {at for at in (read_at(text) for text in sent if text) if isinstance(at, datetime)}
    )
    if not is_a_series(starts):
        raise forms.ValidationError(
            _("Choose at least %(n)d dates. For a single one, book one session."),
            params={"n": FEWEST},
        )
    return starts
