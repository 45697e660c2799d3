"""Which part of a client's story is looked at for what returns."""

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.queries.patterns import Period

USUAL = timedelta(days=365)
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)


class PatternsForm(forms.Form):
    """A period of days, both of them included, and a theme."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput, required=False)
    last = forms.DateField(label=_("To"), widget=forms.DateInput, required=False)
    theme = forms.TypedChoiceField(label=_("Theme"), required=False, coerce=UUID, empty_value=None)

    def __init__(self, *args: Any, themes: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["theme"]
        field.choices = [("", _("All themes")), *themes]  # type: ignore[attr-defined]
        if not themes:
            del self.fields["theme"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        for name in ("first", "last"):
            day = values.get(name)
            if day and not FIRST <= day <= LAST:
                self.add_error(name, _("Choose a day of this century."))
        if first and last and first > last:
            self.add_error("last", _("This is before the first day."))
        return values

    def period(self, *, today: date, zone: tzinfo) -> Period:
        """The year until now where nothing else is asked for, or what was asked is no period."""
        asked = self.cleaned_data if self.is_valid() else {}
        first = asked.get("first") or (asked.get("last") or today) - USUAL
        last = asked.get("last") or max(today, first)
        return Period(
            start=datetime.combine(first, time(), zone),
            end=datetime.combine(last + timedelta(days=1), time(), zone),
            theme_id=asked.get("theme"),
        )
