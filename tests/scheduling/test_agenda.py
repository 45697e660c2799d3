"""What coaches have before them: the first of each day, however many the practice has."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from clients.models import Client
from coachops.practices.models import Membership
from coachops.tenancy.scope import scope, system_scope
from scheduling.queries.agenda import MOST_A_DAY, MOST_TODAY, Agenda, agenda_of_coaches
from tests.cast import Cast
from tests.scheduling.conftest import NOW
from tests.tracking.factories import make_session

MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)
FRIDAY_NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def _agenda(cast: Cast, *coaches: Membership) -> Agenda:
    midnight = datetime(2026, 11, 15, 23, 0, tzinfo=UTC)
    with scope(cast.alice.scope()), timezone.override("Europe/Berlin"):
        return agenda_of_coaches(
            [coach.pk for coach in coaches],
            midnight,
            midnight + timedelta(days=14),
            now=FRIDAY_NOON,
        )


def _every_hour(coach: Membership, day: int, number: int) -> None:
    """From midnight in Berlin on."""
    midnight = datetime(2026, 11, day - 1, 23, tzinfo=UTC)
    guest = {"guest_name": "Gina Guest", "guest_email": "gina@new.example"}
    with scope(system_scope(coach.practice_id)):
        for hour in range(number):
            make_session(None, None, coach, now=midnight + timedelta(hours=hour), **guest)


def test_each_day_tells_its_first_and_how_many_there_are(cast: Cast) -> None:
    bob, olga = cast.bob.membership, cast.olga.membership
    _every_hour(bob, 16, 9)
    _every_hour(olga, 16, 3)
    _every_hour(bob, 20, 2)
    agenda = _agenda(cast, bob, olga)
    assert agenda.booked == {MONDAY: 12, FRIDAY: 2}
    on_monday = [line for line in agenda.lines if line.starts_at < NOW + timedelta(days=1)]
    assert len(on_monday) == MOST_A_DAY
    assert len(agenda.lines) == MOST_A_DAY + 2


def test_of_a_long_day_what_is_still_to_come_is_told(cast: Cast) -> None:
    _every_hour(cast.bob.membership, 20, 24)
    _every_hour(cast.olga.membership, 20, 20)
    agenda = _agenda(cast, cast.bob.membership, cast.olga.membership)
    assert len(agenda.lines) == MOST_TODAY
    to_come = [line for line in agenda.lines if line.ends_at > FRIDAY_NOON]
    assert len(to_come) == agenda.left[FRIDAY] == 20
    assert agenda.booked[FRIDAY] == 44


def test_nobodys_days_are_empty(cast: Cast) -> None:
    _every_hour(cast.bob.membership, 16, 1)
    agenda = _agenda(cast, cast.olga.membership)
    assert (agenda.lines, agenda.booked, agenda.left) == ((), {}, {})


def test_who_is_coached_here_does_not_meet_themself(cast: Cast) -> None:
    with scope(system_scope(cast.practice.pk)):
        make_session(cast.carol_client, None, cast.bob.membership, now=FRIDAY_NOON)
    assert _agenda(cast, cast.bob.membership).booked == {FRIDAY: 1}
    with scope(system_scope(cast.practice.pk)):
        Client.objects.filter(pk=cast.carol_client.pk).update(email=cast.alice.user.email.upper())
    assert _agenda(cast, cast.bob.membership).booked == {}
