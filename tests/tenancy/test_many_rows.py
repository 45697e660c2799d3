"""Many rows by one statement: as each would have been written, and in the practice alone."""

from collections.abc import Callable

import pytest

from clients.models import Client
from coachops.tenancy.models import uuid7
from coachops.tenancy.scope import ScopeError
from tests.cast import Cast, Person
from tests.contracts.counting import counted


def test_they_have_defaults_numbers_and_what_is_common(
    cast: Cast, acting: Callable[[Person], object]
) -> None:
    known, now = uuid7(), cast.carol_client.created_at
    rows = [{"name": f"Nova {n}", "email": f"n{n}@example.org"} for n in range(3)]
    with acting(cast.alice):
        with counted() as statements:
            Client.insert_all(rows, time_zone="UTC", created_at=now)
        Client.insert_all([{**rows[0], "email": "x@example.org", "id": str(known)}], created_at=now)
        Client.insert_all([])
        made = list(Client.objects.filter(name__startswith="Nova", time_zone="UTC").order_by("pk"))
        assert [each.name for each in made] == ["Nova 0", "Nova 1", "Nova 2"]
        assert {(each.kind, each.session_title, each.created_at) for each in made} == {
            ("person", "Meeting", now)
        }
        assert {each.practice_id for each in made} == {cast.practice.pk}
        assert Client.objects.get(pk=known).email == "x@example.org"
    assert len(statements) == 1


def test_what_is_no_column_is_refused_and_so_is_whoever_is_in_no_practice(cast: Cast) -> None:
    with pytest.raises(ScopeError):
        Client.insert_all([{"name": "Nova"}])
    with pytest.raises(KeyError):
        Client.insert_all([{"name": "Nova"}], horoscope="aries")
