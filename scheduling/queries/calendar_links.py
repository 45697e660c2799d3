"""Ways to put one session into a calendar by hand."""

from scheduling.invitations.links import CalendarLinks, links_for
from scheduling.models import Session
from scheduling.queries.facts import is_without_coach, neutral_title, way_in, where_in_words


def calendar_links(session: Session, *, title: str = "") -> CalendarLinks | None:
    """With the title and the place of its invitation; None where there is nothing to add.

    Needs the session with its offering and coach, and with its client unless the title is given.
    """
    if session.state != Session.State.BOOKED or is_without_coach(session):
        return None
    return links_for(
        title=title or neutral_title(session),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=way_in(session) or where_in_words(session),
    )
