"""The steps of booking for a client, alike for everybody who takes them: look, keep, confirm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from clients.models import Client, Engagement
from scheduling.models import Offering, Session
from scheduling.queries.booking_page import (
    BookingDesk,
    BookingPage,
    Person,
    booking_page,
    open_desk,
    taken_in_words,
)
from scheduling.queries.standing import engagement_for_booking
from scheduling.queries.turns import Turn, turn_of
from scheduling.services.answers import GivenAnswer
from scheduling.services.booking import (
    BookerClient,
    Details,
    SlotTaken,
    book_session,
    check_is_bookable,
)
from scheduling.services.holds import hold_time, key_of_client, key_of_helper, release_hold
from scheduling.services.typed import forget_typed


@dataclass(frozen=True, slots=True)
class BookedBy:
    """The member who takes the steps, and whose hold a kept time is."""

    member_id: UUID | None
    hold_key: UUID
    is_coach: bool = False

    @classmethod
    def themself(cls, client: Client) -> Self:
        return cls(client.membership_id, key_of_client(client))

    @classmethod
    def helper(cls, member_id: UUID, client: Client, *, is_coach: bool = False) -> Self:
        """Somebody who books for the client: their own assistant, or the coach's side."""
        return cls(member_id, key_of_helper(member_id, client), is_coach)


@dataclass(frozen=True, slots=True)
class ClientVisit:
    """What is booked for which client and by whom, found once for one request.

    `turn` is which of the engagement's sessions it is; the coach's side does not ask. `offerings`
    is all there is to choose from, for pages that name it.
    """

    client: Client
    engagement: Engagement | None
    turn: Turn | None
    desk: BookingDesk
    by: BookedBy
    offerings: tuple[Offering, ...] = ()

    @property
    def offering(self) -> Offering:
        return self.desk.offering

    @property
    def booker(self) -> BookerClient:
        return BookerClient(self.client, self.engagement)

    def details(self, answers: tuple[GivenAnswer, ...] = ()) -> Details:
        """What is asked for beside the time."""
        return Details(
            duration=self.desk.duration,
            coach_id=self.desk.coach_id,
            hold_key=self.by.hold_key,
            booked_by_id=self.by.member_id,
            answers=answers,
        )


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the last step says. `zone` is the clock that the time was read on; "": the client's."""

    at: datetime
    booking_key: UUID
    zone: str = ""
    answers: tuple[GivenAnswer, ...] = ()


def open_visit(
    *,
    client: Client,
    offering: Offering,
    person: Person,
    asked: Mapping[str, str],
    by: BookedBy,
    now: datetime,
) -> ClientVisit:
    """The page for this client as the address describes it; `person` without hold and days.

    The coach's side sees the client's clock beside its own, and is not kept to agreed days.
    """
    engagement = engagement_for_booking(client, offering)
    turn = None
    if engagement is not None and not by.is_coach:
        turn = turn_of(engagement, offering.schedule.time_zone)
    person = replace(person, hold_key=by.hold_key, span=turn.span if turn else None)
    desk = open_desk(offering, asked, person, now)
    if by.is_coach:
        setting = replace(desk.setting, other_name=client.first_name, other_zone=client.time_zone)
        desk = replace(desk, setting=setting)
    return ClientVisit(client, engagement, turn, desk, by)


def check_visit(visit: ClientVisit) -> None:
    """Raises NotBookable when no time at all can be booked."""
    check_is_bookable(offering=visit.offering, booker=visit.booker, by_coach=visit.by.is_coach)


def keep_time(*, visit: ClientVisit, starts_at: datetime) -> None:
    """Keep a time while the last step is read. Raises SlotTaken or NotBookable."""
    check_visit(visit)
    hold_time(
        offering=visit.offering,
        starts_at=starts_at,
        details=visit.details(),
        hold_key=visit.by.hold_key,
        now=visit.desk.now,
    )


def let_go(*, visit: ClientVisit) -> None:
    """Going back: what was kept is free again."""
    release_hold(hold_key=visit.by.hold_key)


def confirm(*, visit: ClientVisit, confirmed: Confirmed) -> Session:
    """Book it, or ask for it. Raises SlotTaken or NotBookable."""
    session = book_session(
        offering=visit.offering,
        starts_at=confirmed.at,
        booker=visit.booker,
        booking_key=confirmed.booking_key,
        booker_time_zone=confirmed.zone or visit.client.time_zone,
        now=visit.desk.now,
        by_coach=visit.by.is_coach,
        details=visit.details(confirmed.answers),
    )
    if confirmed.answers:
        forget_typed(whose=visit.by.hold_key, offering_id=visit.offering.pk)
    return session


def page_of(visit: ClientVisit, taken: SlotTaken | None) -> BookingPage:
    """What the page shows; if the time that was wanted is taken, why and what is near it."""
    if taken is None:
        return booking_page(visit.desk)
    coach = visit.offering.coach.name.split()[0]
    words = taken_in_words(taken.reasons, coach=coach)
    return booking_page(visit.desk, taken=words, alternatives=taken.alternatives)
