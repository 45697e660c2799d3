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

__all__ = [
    "ClientForm",
    "ContactForm",
    "DelegateForm",
    "OrganisationForm",
    "ProposeForm",
    "SignForm",
    "zone_choices",
]
