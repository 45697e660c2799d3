"""What a booker reads right after booking: when, on both clocks, where, and what comes next."""

from dataclasses import dataclass

from coachops.web.clocks import city
from scheduling.invitations.links import CalendarLinks
from scheduling.models import Session
from scheduling.queries.calendar_links import calendar_links
from scheduling.queries.facts import OfferingFacts, clocks_differ, facts_of_offering
from scheduling.queries.sessions import SessionLine, line_of

MINUTE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class BookedPage:
    """`coach_zone` is empty where both clocks show the same, `links` where nothing is booked."""

    session: SessionLine
    booker_zone: str
    zone_city: str
    coach_zone: str
    coach_city: str
    facts: OfferingFacts
    links: CalendarLinks | None


def booked_page(session: Session) -> BookedPage:
    """Needs the session with its offering and coach."""
    length = int((session.ends_at - session.starts_at).total_seconds() // MINUTE_SECONDS)
    differ = clocks_differ(session)
    return BookedPage(
        session=line_of(session),
        booker_zone=session.booker_time_zone,
        zone_city=city(session.booker_time_zone),
        coach_zone=session.coach_time_zone if differ else "",
        coach_city=city(session.coach_time_zone) if differ else "",
        facts=facts_of_offering(session.offering, duration=length),
        links=calendar_links(session),
    )
