"""Every address for every person: opened by whom the table says, the same 404 for all others.

What opens keeps the rules of every page.
"""

import pytest

from tests.again import rows_written
from tests.contracts.addresses import (
    CLIENTS,
    EVERYBODY,
    PETRA,
    SPONSORS,
    STAFF,
    TABLE,
    Address,
    addresses,
    names_in_resolver,
)
from tests.contracts.page_rules import broken_rules
from tests.contracts.visitor import ANONYMOUS, Answer, Visitor
from tests.contracts.world import HARBOUR, LAGOON, World

OPENED = {200, 302}
# Without a worker and a broker, which no test has, these are not well.
HEALTH = {"health_ready", "health_worker"}
SIGNS_OUT = {"prove_again"}
SENT = {200, 204, 302, 409, 422}
NOT_FOUND, WRONG_METHOD, UNWELL = 404, 405, 503
PEOPLE = sorted({*STAFF, *CLIENTS, *SPONSORS, *PETRA, "mallory", "erin", "gwen", "xaver"})
# Who comes in at each door; for all others it is shut before any view is asked.
DOORS = {"coach": STAFF, "portal": CLIENTS | PETRA, "sponsor": SPONSORS}
SIGN_IN = "/accounts/login/"


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    names = names_in_resolver()
    assert sorted(set(names) - set(TABLE)) == []
    assert sorted(set(TABLE) - set(names)) == []


@pytest.mark.parametrize("name", PEOPLE)
def test_person_opens_what_the_table_says_and_nothing_else(name: str, world: World) -> None:
    visitor, reader = Visitor(world, name), Visitor(world, name, watch=rows_written)
    wrong = [
        f"{address.name}: {finding}"
        for address in addresses()
        for finding in (
            _may(visitor, reader, address, world)
            if name in address.may
            else _may_not(visitor, address, world)
        )
    ]
    assert not wrong, "\n".join(wrong)
    assert visitor.leaks | reader.leaks == set()


def test_strangers_are_asked_to_sign_in(world: World) -> None:
    visitor, reader = Visitor(world, ANONYMOUS), Visitor(world, ANONYMOUS, watch=rows_written)
    wrong = []
    for address in addresses():
        path = address.at(HARBOUR, world.things[HARBOUR])
        if not address.is_for_members:
            wrong += _may(visitor, reader, address, world) if address.may else []
            continue
        wrong += [
            f"{address.name}: {answer}"
            for answer in (visitor.get(path), visitor.post(path))
            if not answer.location.startswith(SIGN_IN) and answer.status != WRONG_METHOD
        ]
    assert not wrong, "\n".join(wrong)
    assert visitor.leaks | reader.leaks == set()


@pytest.mark.parametrize("name", ["bob", "carol", "sam"])
def test_nobody_gets_into_the_other_practice(name: str, world: World) -> None:
    visitor = Visitor(world, name)
    wrong = []
    for address in addresses():
        if not address.is_for_members or "practice" not in address.parameters:
            continue
        path = address.at(LAGOON, world.things[LAGOON])
        wrong += [f"{address.name}: {each}" for each in _hides(visitor, path, methods=1)]
    assert not wrong, "\n".join(wrong)


def _may(visitor: Visitor, reader: Visitor, address: Address, world: World) -> list[str]:
    """What is wrong for somebody who may: not opened, or opened with ids that are not theirs.

    The same person twice: what the `reader` gets, keeps the rules of every page.
    """
    path = address.at(HARBOUR, world.things[HARBOUR])
    answer = reader.get(path)
    wrong = list(broken_rules(address.name, answer))
    if address.name in HEALTH:
        return wrong if answer.status in {*OPENED, UNWELL} else [*wrong, f"GET {answer}"]
    if answer.status == WRONG_METHOD:
        answer = visitor.post(path, address.form(world.things[HARBOUR]))
        if answer.status not in SENT:
            wrong.append(f"POST {answer}")
    elif answer.status not in OPENED:
        wrong.append(f"GET {answer}")
    elif (sent := visitor.post(path)).status not in {*SENT, WRONG_METHOD}:
        wrong.append(f"empty POST {sent}")
    if answer.location.startswith(SIGN_IN) and address.name not in SIGNS_OUT:
        wrong.append("asked to sign in")
    # A token names its own practice, and is good for whoever has it.
    if address.names_a_thing and "token" not in address.parameters:
        wrong += _hides(visitor, address.at(HARBOUR, world.things[LAGOON]))
        wrong += _hides(visitor, address.with_unknown(HARBOUR))
    return wrong


def _may_not(visitor: Visitor, address: Address, world: World) -> list[str]:
    """What is wrong for somebody who may not: anything but what an unknown id gets."""
    at_the_door = DOORS.get(address.tree, EVERYBODY)
    methods = 2 if visitor.name in at_the_door else 1
    return _hides(visitor, address.at(HARBOUR, world.things[HARBOUR]), methods=methods)


def _hides(visitor: Visitor, path: str, *, methods: int = 2) -> list[str]:
    """Answers 404, word for word as for an address that does not exist.

    Both methods; one of them is enough where the door itself is shut.
    """
    answers = [("GET", visitor.get(path))]
    if methods > 1 or answers[0][1].status == WRONG_METHOD:
        answers.append(("POST", visitor.post(path)))
    return [f"{method} {each}" for method, each in answers if not _is_nothing(each, visitor)]


def _is_nothing(answer: Answer, visitor: Visitor) -> bool:
    if answer.status == WRONG_METHOD:
        return answer.body == b""
    return answer.status == NOT_FOUND and answer.body == visitor.nothing.body
