"""Inviting members and changing what they may do."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from coachops.practices.models import Membership
from coachops.practices.queries.members import ROLE_NAMES
from coachops.practices.roles import Role

STAFF_ROLES = (Role.OWNER, Role.COACH, Role.SUPERVISOR, Role.ASSISTANT)
WHOLE_PRACTICE = "everybody"


class RolesForm(forms.Form):
    """Roles, and for assistants whom they work for. `chosen_coaches` is None for everybody."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role, ROLE_NAMES[role]) for role in STAFF_ROLES],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Roles open functions. What a client says or writes opens only to the coach who is"
            " assigned to them, whatever the role."
        ),
    )
    works_for = forms.MultipleChoiceField(
        label=_("Works for, as an assistant"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, coaches: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coaches = {str(coach.pk): coach for coach in coaches}
        field = cast("forms.MultipleChoiceField", self.fields["works_for"])
        field.choices = [
            (WHOLE_PRACTICE, _("The whole practice")),
            *((pk, coach.name) for pk, coach in self.coaches.items()),
        ]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if Role.ASSISTANT in values.get("roles", []) and not values.get("works_for"):
            self.add_error("works_for", _("Choose at least one coach, or the whole practice."))
        return values

    @property
    def chosen_roles(self) -> frozenset[Role]:
        return frozenset(Role(role) for role in self.cleaned_data["roles"])

    @property
    def chosen_coaches(self) -> list[Membership] | None:
        chosen = self.cleaned_data["works_for"]
        if WHOLE_PRACTICE in chosen:
            return None
        return [self.coaches[pk] for pk in chosen]


class InviteForm(RolesForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["name", "email", "roles", "works_for"]
