"""What may be typed about clients, companies, consent and agreements; see the modules."""

from clients.forms.people import (
    ClientForm,
    ContactForm,
    DelegateForm,
    OrganisationForm,
    ProposeForm,
    SignForm,
    zone_choices,
)
from clients.forms.teams import JoinForm, NewMemberForm, TeamForm

__all__ = [
    "ClientForm",
    "ContactForm",
    "DelegateForm",
    "JoinForm",
    "NewMemberForm",
    "OrganisationForm",
    "ProposeForm",
    "SignForm",
    "TeamForm",
    "zone_choices",
]
