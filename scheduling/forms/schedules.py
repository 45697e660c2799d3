"""A coach's schedules: their names, and the offerings that use them. And why a time is missing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from scheduling.models import Offering


class ScheduleForm(forms.Form):
    """The name, and which offerings are given at these hours."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("Only your practice reads it.")
    )
    offerings = forms.MultipleChoiceField(
        label=_("Offerings that use these hours"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, offerings: Iterable[Offering], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self._offerings = {str(each.pk): each for each in offerings}
        field = cast("forms.MultipleChoiceField", self.fields["offerings"])
        field.choices = [
            (pk, _("%(name)s (archived)") % {"name": each.name} if each.archived_at else each.name)
            for pk, each in self._offerings.items()
        ]
        if not self._offerings:
            del self.fields["offerings"]

    def chosen(self) -> list[Offering]:
        return [self._offerings[pk] for pk in self.cleaned_data.get("offerings", [])]


class WhyForm(forms.Form):
    """A time on the coach's own clock, which may not exist: that is an answer, not an error."""

    offering = forms.ChoiceField(label=_("Offering"))
    day = forms.DateField(label=_("Day"), widget=forms.DateInput)
    time = forms.TimeField(
        label=_("Time"), error_messages={"invalid": _("Write a time such as 9:00.")}
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, offerings: Iterable[Offering]
    ) -> None:
        super().__init__(data)
        self._offerings = {str(each.pk): each for each in offerings}
        field = cast("forms.ChoiceField", self.fields["offering"])
        field.choices = [(pk, str(each)) for pk, each in self._offerings.items()]

    def offering_chosen(self) -> Offering:
        return self._offerings[self.cleaned_data["offering"]]

    def wall_time(self) -> datetime:
        """Naive, on the coach's clock."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])
