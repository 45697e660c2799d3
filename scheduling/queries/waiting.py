"""What waits for a client's word: a session to book, or times of a meeting of three.

The questions come along with the client's sessions, so that no page asks the database once more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from coachops.tenancy.scope import current_practice_id
from scheduling.queries.facts import both
from scheduling.queries.session_rows import Brought
from scheduling.queries.sessions import SessionLine, sessions_of_client_with
from scheduling.queries.standing import IS_STOOD_FOR, LEFT_TO_BOOK

# What is due first of all that the client is being asked about; under the same conditions under
# which the mails about it go out. It depends on no row around it, so it runs once.
_WAITING: Final = f"""(
SELECT json_build_object(
  'id', asked.id, 'coach_id', coach.id, 'coach_name', coach.name, 'offering_id', bookable.id,
  'number', planned.number, 'opens_on', planned.opens_on, 'due_on', planned.due_on,
  'asked_at', asked.asked_at, 'nudges', asked.nudges)
FROM scheduling_schedulingrequest asked
JOIN clients_engagement engagement ON engagement.practice_id = asked.practice_id
  AND engagement.id = asked.engagement_id AND engagement.state = 'active'
JOIN practices_membership coach ON coach.practice_id = engagement.practice_id
  AND coach.id = engagement.coach_id AND coach.ended_at IS NULL
JOIN programs_plannedsession planned ON planned.practice_id = asked.practice_id
  AND planned.id = asked.planned_session_id
JOIN LATERAL (
  SELECT offering.id FROM scheduling_offering offering
  WHERE offering.practice_id = coach.practice_id AND offering.coach_id = coach.id
    AND offering.kind = 'individual' AND offering.archived_at IS NULL
  ORDER BY offering.name, offering.id LIMIT 1
) bookable ON true
WHERE asked.practice_id = %(practice)s AND asked.client_id = %(asked_client)s
  AND asked.state = 'open' AND asked.asked_at <= %(asked_by)s
  AND NOT EXISTS (
    SELECT FROM scheduling_reminderpolicy policy
    WHERE policy.practice_id = asked.practice_id AND NOT policy.asks_to_book
  )
  AND NOT {IS_STOOD_FOR} AND {LEFT_TO_BOOK} > 0
ORDER BY planned.due_on, asked.id LIMIT 1
)"""  # noqa: S608 -- our own words
_POLLS: Final = """(
SELECT json_agg(asked_now.line ORDER BY asked_now.closes_at) FROM (
  SELECT poll.closes_at, json_build_object(
    'id', poll.id, 'coach_name', coach.name, 'second_name', second.name,
    'closes_at', poll.closes_at, 'has_answered', voter.answered_at IS NOT NULL) AS line
  FROM scheduling_pollvoter voter
  JOIN scheduling_poll poll ON poll.practice_id = voter.practice_id AND poll.id = voter.poll_id
    AND poll.state = 'open' AND poll.closes_at > %(asked_by)s
  JOIN practices_membership coach
    ON coach.practice_id = poll.practice_id AND coach.id = poll.coach_id
  JOIN scheduling_offering offering
    ON offering.practice_id = poll.practice_id AND offering.id = poll.offering_id
  LEFT JOIN practices_membership second
    ON second.practice_id = offering.practice_id AND second.id = offering.second_coach_id
  WHERE voter.practice_id = %(practice)s AND voter.client_id = %(asked_client)s
  ORDER BY poll.closes_at LIMIT 20
) asked_now
)"""
_QUESTIONS: Final = f"json_build_object('to_book', {_WAITING}, 'polls', {_POLLS})"


@dataclass(frozen=True, slots=True)
class WaitingRequest:
    """The client was asked and has not booked. `window` says when, in words."""

    id: UUID
    coach_id: UUID
    coach_first_name: str
    number: int
    window: str
    asked_at: datetime
    nudges: int
    query: str
    """What an address of the booking page needs to open on the first day that is meant."""


@dataclass(frozen=True, slots=True)
class VoterLine:
    """Times that wait for the client's word, or have it and are not settled yet."""

    poll_id: UUID
    coach_name: str
    closes_at: datetime
    has_answered: bool


def sessions_and_request(
    client_id: UUID, now: datetime, *, limit: int = 100
) -> tuple[list[SessionLine], WaitingRequest | None]:
    """A client's sessions, newest first, and what they are asked to book. One statement.

    Two for somebody who has no session yet.
    """
    lines, found = _asked(client_id, now, _WAITING, limit, with_waiting=False)
    return lines, _request(found, timezone.localdate(now)) if found else None


def sessions_and_questions(
    client_id: UUID, now: datetime
) -> tuple[list[SessionLine], WaitingRequest | None, tuple[VoterLine, ...]]:
    """The same for the client, with the groups they wait for, and the times they are asked about.

    As many statements.
    """
    lines, found = _asked(client_id, now, _QUESTIONS, 100, with_waiting=True)
    to_book, polls = found["to_book"], found["polls"] or ()
    return (
        lines,
        _request(to_book, timezone.localdate(now)) if to_book else None,
        tuple(
            VoterLine(
                poll_id=UUID(poll["id"]),
                coach_name=both(poll["coach_name"], poll["second_name"] or ""),
                closes_at=datetime.fromisoformat(poll["closes_at"]),
                has_answered=poll["has_answered"],
            )
            for poll in polls
        ),
    )


def _asked(
    client_id: UUID, now: datetime, question: str, limit: int, *, with_waiting: bool
) -> tuple[list[SessionLine], Any]:
    values: dict[str, Any] = {
        "practice": current_practice_id(),
        "asked_client": client_id,
        "asked_by": now,
    }
    lines, found = sessions_of_client_with(
        client_id, Brought(question, values), limit, with_waiting=with_waiting
    )
    if not lines:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {question}", values)
            found = cursor.fetchall()[0][0]
    return lines, found


def _request(found: Mapping[str, Any], today: date) -> WaitingRequest:
    opens_on, due_on = (date.fromisoformat(found[name]) for name in ("opens_on", "due_on"))
    month = f"{max(opens_on, today):%Y-%m}"
    return WaitingRequest(
        id=UUID(found["id"]),
        coach_id=UUID(found["coach_id"]),
        coach_first_name=found["coach_name"].split()[0],
        number=found["number"],
        window=_window(opens_on, due_on, today),
        asked_at=datetime.fromisoformat(found["asked_at"]),
        nudges=found["nudges"],
        query=urlencode({"offering": found["offering_id"], "month": month}),
    )


def _window(opens_on: date, due_on: date, today: date) -> str:
    """`between 3 and 17 December` is a translator's matter, so both days are named in full."""
    days = {"first": date_format(opens_on, "j F"), "last": date_format(due_on, "j F")}
    if due_on < today:
        return _("It was due on %(last)s.") % days
    if opens_on <= today:
        return _("Best by %(last)s.") % days
    return _("Best between %(first)s and %(last)s.") % days
