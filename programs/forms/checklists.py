"""What may be typed about a program's onboarding and the limits of its health."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import StepKind, StepOwner
from programs.policies import ChecklistLine

MOST_LINES = 20
EMPTY_LINES = 3
FURTHEST_DAYS = 120


class ChecklistLineForm(forms.Form):
    """A line without a title is left out."""

    title = forms.CharField(label=_("What is to be done"), max_length=120, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=StepKind.choices, initial=StepKind.OTHER)
    owner = forms.ChoiceField(
        label=_("Whose step it is"), choices=StepOwner.choices, initial=StepOwner.ASSISTANT
    )
    days = forms.IntegerField(
        label=_("Days from the start"),
        min_value=-FURTHEST_DAYS,
        max_value=FURTHEST_DAYS,
        initial=0,
        help_text=_("Negative is before it."),
    )


_Lines = forms.formset_factory(
    ChecklistLineForm,
    extra=EMPTY_LINES,
    max_num=MOST_LINES,
    validate_max=True,
    absolute_max=MOST_LINES + EMPTY_LINES,
)


class ChecklistForms(_Lines):  # type: ignore[misc, valid-type]
    """All lines; they are kept in the order of their days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="line", **kwargs)

    def clean(self) -> None:
        super().clean()
        if not any(self.errors) and not self.lines():
            raise forms.ValidationError(_("A checklist needs at least one step."))

    def lines(self) -> list[ChecklistLine]:
        """What was typed, the earliest first."""
        given = [form.cleaned_data for form in self.forms]
        lines = [
            ChecklistLine(each["kind"], each["title"], each["owner"], each["days"])
            for each in given
            if each.get("title")
        ]
        return sorted(lines, key=lambda line: line.days)


class LimitsForm(forms.Form):
    """Two numbers for each sign; the second is never below the first."""

    behind_at_risk = forms.IntegerField(label=_("At risk from"), min_value=1, max_value=50)
    behind_off_track = forms.IntegerField(label=_("Off track from"), min_value=1, max_value=50)
    gap_at_risk = forms.IntegerField(label=_("At risk from"), min_value=1, max_value=365)
    gap_off_track = forms.IntegerField(label=_("Off track from"), min_value=1, max_value=365)
    overdue_at_risk = forms.IntegerField(label=_("At risk from"), min_value=1, max_value=50)
    overdue_off_track = forms.IntegerField(label=_("Off track from"), min_value=1, max_value=50)
    forms_at_risk = forms.IntegerField(label=_("At risk from"), min_value=1, max_value=50)
    forms_off_track = forms.IntegerField(label=_("Off track from"), min_value=1, max_value=50)

    SIGNS = (
        ("gap", _("Days without a session, while none is booked")),
        ("behind", _("Sessions fewer than planned by now")),
        ("overdue", _("Commitments of the client that are overdue")),
        ("forms", _("Forms that have not come back")),
    )

    def pairs(self) -> list[tuple[Any, forms.BoundField, forms.BoundField]]:
        """For each sign its words and its two fields."""
        return [
            (words, self[f"{key}_at_risk"], self[f"{key}_off_track"]) for key, words in self.SIGNS
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for key, _unused in self.SIGNS:
            first, second = given.get(f"{key}_at_risk"), given.get(f"{key}_off_track")
            if first is not None and second is not None and second < first:
                self.add_error(
                    f"{key}_off_track", _("This cannot be fewer than the number before it.")
                )
        return given
