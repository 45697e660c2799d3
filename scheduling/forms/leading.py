"""Who leads a booked session together with its coach."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

NOBODY = "nobody"


class SecondCoachForm(forms.Form):
    """`seconds` are the coaches who can be chosen beside nobody, as (id, name)."""

    second_coach = forms.ChoiceField(
        label=_("Who leads it too?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose somebody, or nobody."),
            "invalid_choice": _("Choose somebody from the list, or nobody."),
        },
    )

    def __init__(
        self, *args: Any, nobody: str, seconds: Sequence[tuple[UUID, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NOBODY, nobody), *((str(key), name) for key, name in seconds)]
        field: Any = self.fields["second_coach"]
        field.choices = choices

    def chosen(self) -> UUID | None:
        answer = self.cleaned_data["second_coach"]
        return None if answer == NOBODY else UUID(answer)
