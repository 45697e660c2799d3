"""A second factor for tests that add clients, and the sponsor's contact of the cast."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from clients.models import SponsorContact
from coachops.practices.guards import DEMO_ENTRY
from coachops.tenancy.scope import scope
from tests.cast import Cast, Person


@pytest.fixture
def protected(visit: Callable[[Person], Browser]) -> Callable[[Person], Browser]:
    """A browser of somebody whose sign-in counts as strong."""

    def signed_in(person: Person) -> Browser:
        browser = visit(person)
        session = browser.session
        session[DEMO_ENTRY] = True
        session.save()
        return browser

    return signed_in


@pytest.fixture
def hr(cast: Cast) -> SponsorContact:
    """Sam, who signs for Acme."""
    with scope(cast.sam.scope()):
        return SponsorContact.objects.select_related("organisation").get(
            membership=cast.sam.membership
        )
