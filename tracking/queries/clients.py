"""Whose session it is."""

from uuid import UUID

from scheduling.models import Session


def client_id_of(session: Session) -> UUID:
    """The client of a session. Raises ValueError for a guest's, which has no record to open."""
    if session.client_id is None:
        raise ValueError("a guest's session has no client")
    return session.client_id
