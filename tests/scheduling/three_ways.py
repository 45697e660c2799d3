"""Bob, Carol and Stella look for a time: what the tests about it begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clients.models import Engagement, SponsorContact
from coachops.tenancy.scope import scope
from scheduling.models import Offering, Poll, PollOption, PollVoter
from scheduling.services.offerings import create_offering
from scheduling.services.polls import Proposal, answer_poll, propose_times
from tests.scheduling.conftest import NOW, Desk

MONDAY_NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TIMES = tuple(MONDAY_NINE + timedelta(days=n) for n in range(3))
"""Monday, Tuesday and Wednesday of next week, nine o'clock in Berlin."""
CLOSES = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
ALL = (0, 1, 2)


@dataclass(frozen=True)
class Question:
    """A poll, with a hand to answer in anybody's name."""

    desk: Desk
    offering: Offering
    poll: Poll

    def voter(self, name: str) -> PollVoter:
        with self.as_link():
            return PollVoter.objects.select_related("poll").get(
                poll=self.poll, name__startswith=name
            )

    def answer(self, name: str, *numbers: int, now: datetime = NOW) -> Poll:
        """Those of the times, counted from 0, that suit Carol or Stella."""
        with self.as_link():
            options = list(PollOption.objects.filter(poll=self.poll).order_by("starts_at"))
            return answer_poll(
                voter=self.voter(name),
                suits=[options[number].pk for number in numbers],
                time_zone="America/New_York" if name == "Stella" else "Europe/Berlin",
                now=now,
            )

    def as_link(self):
        return scope(self.desk.cast.bob.scope())


def ask(desk: Desk, starts: Sequence[datetime] = TIMES, *, people: str = "Stella") -> Question:
    """Bob proposes times to Carol and Stella (or all whose names are given)."""
    cast = desk.cast
    with scope(cast.bob.scope()):
        offering = Offering.objects.filter(kind=Offering.Kind.THREE_WAY).first()
        offering = offering or create_offering(
            coach=cast.bob.membership,
            name="Three-way check-in",
            kind=Offering.Kind.THREE_WAY,
            bookers=Offering.Bookers.SECRET,
            now=NOW,
            duration=60,
            place_details="https://rooms.example/bob",
        )
        Engagement.objects.filter(pk=cast.carol_engagement.pk).update(disclosure_level=0)
        contacts = SponsorContact.objects.select_related("membership__user").order_by("name")
        poll = propose_times(
            engagement=cast.carol_engagement,
            offering=Offering.objects.select_related("schedule").get(pk=offering.pk),
            proposal=Proposal(
                starts=starts,
                contacts=[each for each in contacts if each.name.split()[0] in people],
                closes_at=CLOSES,
                agenda="Where the team feels the change",
            ),
            now=NOW,
        )
    return Question(desk, offering, poll)
