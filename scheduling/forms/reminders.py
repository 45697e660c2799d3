"""How the practice reminds: any lead times, quiet hours, and what coaches are told and asked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.web.widgets import SwitchInput
from scheduling.models import ReminderPolicy
from scheduling.policies.reminders import LONGEST_LEAD, MOST_REMINDERS

UNITS: Final = [(1, _("minutes")), (60, _("hours")), (1440, _("days"))]
SHORTEST_LEAD: Final = 5
_ROW = re.compile(r"lead-(\d)-amount")
_TIME = {"invalid": _("Write a time such as 21:00.")}


class LeadForm(forms.Form):
    """How long before the start. An empty row is no reminder."""

    amount = forms.IntegerField(label=_("How long"), min_value=1, max_value=999, required=False)
    unit = forms.TypedChoiceField(label=_("Of what"), choices=UNITS, coerce=int)

    def minutes(self) -> int | None:
        """The lead, or None for an empty row."""
        amount, unit = self.cleaned_data.get("amount"), self.cleaned_data.get("unit")
        return None if amount is None or unit is None else int(amount * unit)

    def clean(self) -> dict[str, Any]:
        minutes = self.minutes()
        if minutes is not None and not SHORTEST_LEAD <= minutes <= LONGEST_LEAD:
            self.add_error("amount", _("From 5 minutes to 30 days."))
        return self.cleaned_data


class ReminderPolicyForm(forms.Form):
    """Rows are added and removed on the server, so it works without scripts."""

    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, error_messages=_TIME)
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, error_messages=_TIME)
    sends_preparation = forms.BooleanField(
        label=_("The evening before, tell coaches what they have tomorrow"),
        required=False,
        widget=SwitchInput,
        help_text=_("With a link to each session’s page. Nothing is sent before an empty day."),
    )
    preparation_at = forms.TimeField(
        label=_("At what time"), help_text=_("On the coach’s clock."), error_messages=_TIME
    )
    asks_outcome = forms.BooleanField(
        label=_("After a session, ask its coach what became of it"),
        required=False,
        widget=SwitchInput,
        help_text=_("By e-mail, a quarter of an hour later, unless it has been noted by then."),
    )
    asks_to_book = forms.BooleanField(
        label=_("Ask clients to book what their program says is due"),
        required=False,
        widget=SwitchInput,
        help_text=_("By e-mail when it can be booked, and at most three times after that."),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        leads: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.rows = [self._row(number, lead) for number, lead in enumerate(leads[:MOST_REMINDERS])]
        self.can_add = len(self.rows) < MOST_REMINDERS

    @classmethod
    def of(cls, policy: ReminderPolicy) -> Self:
        """The form as it shows what is stored."""
        names = (
            "quiet_from",
            "quiet_until",
            "sends_preparation",
            "preparation_at",
            "asks_outcome",
            "asks_to_book",
        )
        initial = {name: getattr(policy, name) for name in names}
        return cls(leads=[_in_units(each) for each in policy.minutes_before], initial=initial)

    def _row(self, number: int, lead: tuple[str, str]) -> LeadForm:
        prefix, (amount, unit) = f"lead-{number}", lead
        if self.is_bound:
            return LeadForm({f"{prefix}-amount": amount, f"{prefix}-unit": unit}, prefix=prefix)
        return LeadForm(initial={"amount": amount, "unit": unit}, prefix=prefix)

    def clean(self) -> dict[str, Any]:
        begins, ends = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_until")
        if begins is not None and ends is None and "quiet_until" not in self.errors:
            self.add_error("quiet_until", _("Until when?"))
        if ends is not None and begins is None and "quiet_from" not in self.errors:
            self.add_error("quiet_from", _("From when?"))
        if begins is not None and begins == ends:
            self.add_error("quiet_until", _("This would be quiet all day. Choose another time."))
        if not all(row.is_valid() for row in self.rows):
            raise forms.ValidationError(_("A reminder needs another look. What you typed is here."))
        leads = {minutes for row in self.rows if (minutes := row.minutes()) is not None}
        self.cleaned_data["minutes_before"] = sorted(leads, reverse=True)
        return self.cleaned_data


def typed_leads(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The posted rows as they were typed, after a press on add or remove."""
    numbers = sorted(int(match[1]) for name in data if (match := _ROW.fullmatch(name)))
    leads = [
        (str(data.get(f"lead-{n}-amount", "")), str(data.get(f"lead-{n}-unit", "")))
        for n in numbers
        if str(n) != data.get("remove")
    ]
    return [*leads, ("", "60")] if "add" in data else leads


def _in_units(minutes: int) -> tuple[str, str]:
    """`48` hours rather than 2 days, as coaches say it; minutes that come out even as hours."""
    if minutes % 1440 == 0 and minutes > 2880:
        return str(minutes // 1440), "1440"
    return (str(minutes // 60), "60") if minutes % 60 == 0 else (str(minutes), "1")
