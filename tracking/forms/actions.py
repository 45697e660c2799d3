"""Action items."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracking.models import ActionItem
from tracking.policies.actions import LONGEST_TEXT


class ActionForm(forms.Form):
    """Something to do, for somebody, by a day."""

    text = forms.CharField(
        label=_("What will be done"),
        max_length=LONGEST_TEXT,
        error_messages={
            "required": _("Write what will be done."),
            "max_length": _("Keep it to %(limit_value)d characters, so that it can be done."),
        },
    )
    owner = forms.ChoiceField(label=_("Who"), choices=ActionItem.Owner.choices)
    due_on = forms.DateField(label=_("By when"), required=False, widget=forms.DateInput)
    session = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, first_name: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first_name:
            owners = [(ActionItem.Owner.CLIENT, first_name), (ActionItem.Owner.COACH, _("You"))]
            self.fields["owner"].choices = owners  # type: ignore[attr-defined]


class OwnActionForm(ActionForm):
    """The client's own; whose it is is not asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["owner"], self.fields["session"]
        self.fields["text"].label = _("What will you do?")
