"""What every page keeps out: scripts in the page itself, and ids of another practice in forms."""

import pytest

from clients.models import Client, Engagement, SponsorContact
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.models import Session
from tests.contracts.addresses import addresses
from tests.contracts.page_rules import inline_parts
from tests.contracts.visitor import Visitor
from tests.contracts.world import HARBOUR, World


def test_inline_parts_are_found() -> None:
    """Also on a page that looks much like one seen before, and where quotes hide a tag's end."""
    tags = '<style></style><p style="a" onclick="b"><script>1</script><a href="javascript:x">'
    found = {
        "inline <style>",
        "<p style>",
        "<p onclick>",
        "inline <script>",
        "<a href> runs a script",
    }
    for page in (tags, f"<p>{tags}", f"<p>{tags}", f'<a title="<p>">{tags}'):
        assert set(inline_parts(page)) == found
    assert inline_parts('<p title="a > b" onclick="c">') == ["<p onclick>"]
    assert inline_parts('<p title="onclick=">onclick=</p>') == []


# ---- one id of the other practice in a form ---------------------------------------------------

FIELDS = ("client", "coach", "contact", "engagement", "offering", "organisation", "session")


@pytest.mark.parametrize("name", ["bob", "carol"])
def test_forms_do_not_take_ids_of_the_other_practice(name: str, world: World) -> None:
    """Every form is sent everything it might ask for, by id of Lagoon; nothing is written there."""
    foreign = {field: str(world.things["lagoon"][_thing(field)]) for field in FIELDS}
    foreign |= {"practice": str(world.cast.other_practice.pk), "roles": "owner"}
    visitor = Visitor(world, name, watch=lambda: _rows_of_lagoon(world))
    wrong = [
        f"{address.name}: {answer}"
        for address in addresses()
        if name in address.may and address.is_for_members
        for answer in [visitor.post(address.at(HARBOUR, world.things[HARBOUR]), foreign)]
        if answer.status >= 500 or answer.after != answer.before
    ]
    assert not wrong, "\n".join(wrong)
    assert visitor.leaks == set()


def _thing(field: str) -> str:
    return "member" if field == "coach" else field


def _rows_of_lagoon(world: World) -> dict[str, int]:
    with scope(system_scope(world.cast.other_practice.pk)):
        return {
            model.__name__: model.objects.filter(practice=world.cast.other_practice).count()
            for model in (Client, Engagement, Session, SponsorContact, Membership)
        }
