"""Notes, summaries and reflections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.policies.texts import LONGEST, TextTooLong, tidy

TOO_LONG = _(
    "This text is longer than %(limit)s characters, so it was not saved. It is still here: take"
    " some of it out and save again."
)


class TextField(forms.CharField):
    """Kept as typed: nothing is stripped, line ends are made one character."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        try:
            return tidy(super().to_python(value) or "")
        except TextTooLong:
            raise forms.ValidationError(
                TOO_LONG, code="too_long", params={"limit": f"{LONGEST:,}"}
            ) from None


class PadForm(forms.Form):
    """A pad as its page posts it. `keep` answers a conflict; `seen` is the version seen then."""

    text = TextField(required=False)
    version = forms.IntegerField(min_value=0)
    seen = forms.IntegerField(min_value=0, required=False)
    keep = forms.ChoiceField(choices=[("mine", "mine"), ("both", "both")], required=False)


class ReflectionForm(forms.Form):
    text = TextField(
        label=_("What is on your mind?"),
        widget=forms.Textarea({"rows": 6}),
        error_messages={"required": _("Write a few words first.")},
    )
    share = forms.BooleanField(required=False)
