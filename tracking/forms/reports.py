"""What coach and client say about a report."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracking.forms.texts import TextField
from tracking.policies.reports import (
    LONGEST_NARRATIVE,
    LONGEST_REQUEST,
    LONGEST_STATEMENT,
    OptionalPart,
)

PART_LABELS: dict[str, str | Promise] = {
    OptionalPart.GOALS: _("the goals"),
    OptionalPart.NARRATIVE: _("what your coach wrote"),
    OptionalPart.ATTENDANCE: _("the session dates"),
}


class NarrativeForm(forms.Form):
    """The coach's text as its page posts it. `keep` answers a conflict; `seen` is what was seen."""

    text = TextField(
        required=False,
        max_length=LONGEST_NARRATIVE,
        error_messages={
            "max_length": _(
                "This is longer than %(limit_value)s characters, so it was not saved. It is still"
                " here: take some of it out and save again."
            )
        },
    )
    version = forms.IntegerField(min_value=0)
    seen = forms.IntegerField(min_value=0, required=False)
    keep = forms.ChoiceField(choices=[("mine", "mine"), ("both", "both")], required=False)


class ReviewForm(forms.Form):
    """What the client leaves out and adds before the report goes out."""

    struck = forms.MultipleChoiceField(
        label=_("Leave out"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("The sponsor does not learn that something was left out."),
    )
    statement = forms.CharField(
        label=_("In your own words"),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST_STATEMENT,
        required=False,
        help_text=_("It stands in the report with your name. You need not write anything."),
    )

    def __init__(
        self,
        *args: Any,
        parts: Sequence[OptionalPart],
        with_statement: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["struck"].choices = [(part, PART_LABELS[part]) for part in parts]  # type: ignore[attr-defined]
        if not parts:
            del self.fields["struck"]
        if not with_statement:
            del self.fields["statement"]


class ChangesForm(forms.Form):
    """What the client would like to be different; the coach alone reads it."""

    changes = forms.CharField(
        label=_("What should be different?"),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST_REQUEST,
        error_messages={"required": _("Say in a few words what should change.")},
        help_text=_("Only your coach reads this."),
    )
