"""Which engagement a contact is linked to."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.queries.links import LinkLine


class LinkForm(forms.Form):
    engagement = forms.ChoiceField(label=_("Engagement"))

    def __init__(self, *args: Any, engagements: Iterable[LinkLine] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (str(each.engagement_id), f"{each.client_name}, {each.title}") for each in engagements
        ]
        self.fields["engagement"].choices = choices  # type: ignore[attr-defined]
