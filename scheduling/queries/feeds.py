"""What stands in a calendar feed. An unchanged feed is recognised by one statement."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.queries.oneself import records_of
from coachops.practices.models import Membership
from scheduling.calendars.writing import Entry
from scheduling.models import CalendarFeed
from scheduling.queries.facts import join_url, place_in_words
from scheduling.queries.together import client_is_coached_by

BACK: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=365)
CANCELLED_STAY: Final = timedelta(days=30)
MOST: Final = 5000
_FORMAT: Final = "1"
"""Part of every ETag: raise it when feeds are written in another way."""

# Whose sessions: a coach's own, and those led together with another coach, in which the client's
# name is the first one unless the reader coaches them too; those of the coaches whom an assistant
# works for, or of all where the assignment names nobody; of all coaches for an owner who does not
# coach. A client's own, and the groups in which they have a seat, each with the revision of the
# reader's own invitation.
_FEED: Final = (
    """
WITH feed AS (
  SELECT feed.id, feed.kind, feed.membership_id, feed.practice_id, member.audience, member.roles,
         member.user_id, person.language, practice.name AS practice_name,
         (%(now)s AT TIME ZONE practice.time_zone)::date AS today
  FROM scheduling_calendarfeed feed
  JOIN practices_membership member ON member.practice_id = feed.practice_id
    AND member.id = feed.membership_id AND member.ended_at IS NULL
  JOIN practices_user person ON person.id = member.user_id
  JOIN practices_practice practice ON practice.id = feed.practice_id
  WHERE feed.practice_id = %(practice)s AND feed.secret_hash = %(secret)s
    AND feed.revoked_at IS NULL
), works_for AS (
  SELECT duty.coach_id FROM practices_assistantassignment duty
  JOIN feed ON duty.practice_id = feed.practice_id AND duty.assistant_id = feed.membership_id
  WHERE 'assistant' = ANY(feed.roles) AND duty.started_on <= feed.today
    AND (duty.ended_on IS NULL OR duty.ended_on >= feed.today)
), coaches AS (
  SELECT member.id FROM practices_membership member
  JOIN feed ON member.practice_id = feed.practice_id AND feed.audience = 'staff'
  WHERE member.audience = 'staff' AND (
    (member.id = feed.membership_id AND 'coach' = ANY(feed.roles))
    OR member.id IN (SELECT coach_id FROM works_for)
    OR EXISTS (SELECT FROM works_for WHERE coach_id IS NULL)
    OR ('owner' = ANY(feed.roles) AND NOT 'coach' = ANY(feed.roles)))
), shown AS (
  SELECT session.id, session.calendar_uid AS uid, session.calendar_sequence AS sequence,
    session.revised_at, session.starts_at, session.ends_at, session.state = 'cancelled' AS is_over,
    session.cancelled_at, offering.name AS offering_name, session.topic,
    CASE WHEN known.fully THEN session.guest_name ELSE split_part(session.guest_name, ' ', 1) END
      AS guest_name,
    CASE WHEN known.fully THEN client.name ELSE split_part(client.name, ' ', 1) END
      AS client_name, coalesce(client.session_title, '') AS own_title,
    coach.name AS coach_name, session.place, {where_it_is}
  FROM scheduling_session session
  JOIN feed ON session.practice_id = feed.practice_id
  JOIN scheduling_offering offering
    ON offering.practice_id = session.practice_id AND offering.id = session.offering_id
  JOIN practices_membership coach
    ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
  LEFT JOIN clients_client client
    ON client.practice_id = session.practice_id AND client.id = session.client_id
  CROSS JOIN LATERAL (
    SELECT session.coach_id IN (SELECT id FROM coaches)
      OR {is_assigned} AS fully
  ) known
  WHERE (session.coach_id IN (SELECT id FROM coaches)
         OR session.second_coach_id IN (SELECT id FROM coaches)) AND session.state <> 'requested'
    AND (session.client_id IS NULL OR session.client_id NOT IN ({own_records}))
    AND session.starts_at >= %(since)s AND session.starts_at < %(until)s
  UNION ALL
  SELECT session.id, session.calendar_uid, session.calendar_sequence, session.revised_at,
    session.starts_at, session.ends_at, session.state = 'cancelled', session.cancelled_at, '', '',
    '', '', client.session_title, coach.name, session.place, {where_it_is}
  FROM feed
  JOIN clients_client client ON client.practice_id = feed.practice_id
    AND client.membership_id = feed.membership_id AND feed.audience = 'client'
  JOIN scheduling_session session
    ON session.practice_id = client.practice_id AND session.client_id = client.id
  JOIN practices_membership coach
    ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
  WHERE 'client' = ANY(feed.roles) AND session.state <> 'requested'
    AND session.starts_at >= %(since)s AND session.starts_at < %(until)s
  UNION ALL
  SELECT session.id, session.calendar_uid, seat.calendar_sequence, seat.revised_at,
    session.starts_at, session.ends_at, session.state = 'cancelled' OR seat.state = 'cancelled',
    coalesce(session.cancelled_at, seat.revised_at), '', '', '', '', client.session_title,
    coach.name, session.place, {where_it_is}
  FROM feed
  JOIN clients_client client ON client.practice_id = feed.practice_id
    AND client.membership_id = feed.membership_id AND feed.audience = 'client'
  JOIN scheduling_seat seat ON seat.practice_id = client.practice_id AND seat.client_id = client.id
  JOIN scheduling_session session
    ON session.practice_id = seat.practice_id AND session.id = seat.session_id
  JOIN practices_membership coach
    ON coach.practice_id = session.practice_id AND coach.id = session.coach_id
  WHERE 'client' = ANY(feed.roles) AND seat.state <> 'waiting' AND session.state <> 'requested'
    AND session.client_id IS DISTINCT FROM client.id
    AND session.starts_at >= %(since)s AND session.starts_at < %(until)s
), entries AS (
  SELECT * FROM shown WHERE NOT is_over OR cancelled_at > %(kept)s
  ORDER BY starts_at, id LIMIT %(most)s
)
""".replace("{own_records}", records_of("(SELECT user_id FROM feed)"))
    .replace("{is_assigned}", client_is_coached_by("IN (SELECT id FROM coaches)", "%(now)s"))
    .replace(
        "{where_it_is}",
        # The room of a coach who left before it began is no place; see policies.awaits_coach.
        "CASE WHEN session.starts_at >= coach.ended_at AND session.outcome = '' THEN ''"
        " ELSE session.place_details END AS place_details",
    )
)
_SUMMARY: Final = """
SELECT id, kind, language, practice_name,
  (SELECT md5(coalesce(string_agg(entries::text, E'\\n' ORDER BY starts_at, id), ''))
   FROM entries)
FROM feed
"""
_ENTRIES: Final = """
SELECT uid, sequence, revised_at, starts_at, ends_at, is_over, offering_name, topic, guest_name,
  client_name, own_title, place, place_details
FROM entries ORDER BY starts_at, id
"""


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed that is open, and what its answer is called while nothing changes."""

    id: UUID
    kind: str
    language: str
    practice_name: str
    etag: str


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One kind of feed on the page where they are made."""

    kind: str
    title: str
    text: str
    made_at: datetime | None


_TITLES: Final = {
    CalendarFeed.Kind.FULL: gettext_lazy("Your sessions"),
    CalendarFeed.Kind.BUSY: gettext_lazy("Busy times only"),
}
_TEXTS_FOR_STAFF: Final = {
    CalendarFeed.Kind.FULL: gettext_lazy("With names and places, for your own calendar."),
    CalendarFeed.Kind.BUSY: gettext_lazy(
        "Says when, and nothing else. For a calendar that others can see."
    ),
}
_TEXTS_FOR_CLIENTS: Final = {
    CalendarFeed.Kind.FULL: gettext_lazy(
        "Under the neutral title you chose, with the link to the call."
    ),
    CalendarFeed.Kind.BUSY: gettext_lazy(
        "Says when you are busy, and nothing else. For a calendar at work."
    ),
}


def open_feed(practice_id: UUID, secret_hash: bytes, now: datetime) -> Feed | None:
    """The feed behind an address, with the name of its present content. One statement."""
    rows = _rows(_FEED + _SUMMARY, practice_id, secret_hash, now)
    if not rows:
        return None
    feed_id, kind, language, name, digest = rows[0]
    named = f"{_FORMAT}:{feed_id}:{kind}:{language}:{name}:{digest}"
    return Feed(
        id=feed_id,
        kind=kind,
        language=language,
        practice_name=name,
        etag=f'"{hashlib.sha256(named.encode()).hexdigest()[:32]}"',
    )


def entries_of(feed: Feed, practice_id: UUID, secret_hash: bytes, now: datetime) -> list[Entry]:
    """What stands in it, oldest first, in the active language. One statement."""
    rows = _rows(_FEED + _ENTRIES, practice_id, secret_hash, now)
    return [_entry(row, names=feed.kind == CalendarFeed.Kind.FULL) for row in rows]


def _rows(sql: str, practice_id: UUID, secret_hash: bytes, now: datetime) -> list[tuple[Any, ...]]:
    parameters: dict[str, UUID | bytes | datetime | int] = {
        "practice": practice_id,
        "secret": secret_hash,
        "now": now,
        "since": now - BACK,
        "until": now + AHEAD,
        "kept": now - CANCELLED_STAY,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _entry(row: tuple[Any, ...], *, names: bool) -> Entry:
    uid, sequence, revised_at, starts_at, ends_at, is_over, *words = row
    offering, topic, guest, client, own_title, place, details = words
    who = client or guest
    what = own_title or topic or offering
    title = f"{who} · {what}" if who else what
    where = join_url(place, details) or place_in_words(place, details)
    return Entry(
        uid=uid,
        sequence=sequence,
        stamped_at=revised_at,
        starts_at=starts_at,
        ends_at=ends_at,
        title=title if names else _("Busy"),
        place=where if names else "",
        is_cancelled=is_over,
    )


def feed_lines(membership: Membership, *, for_client: bool) -> list[FeedLine]:
    """Both kinds, made or not. One statement."""
    made = dict(
        CalendarFeed.objects.filter(membership=membership, revoked_at=None).values_list(
            "kind", "created_at"
        )
    )
    texts = _TEXTS_FOR_CLIENTS if for_client else _TEXTS_FOR_STAFF
    return [
        FeedLine(
            kind=kind.value,
            title=str(_TITLES[kind]),
            text=str(texts[kind]),
            made_at=made.get(kind.value),
        )
        for kind in CalendarFeed.Kind
    ]
