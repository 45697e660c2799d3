"""The statements behind every listing: an offering's rules, and the time that is taken."""

from collections.abc import Iterable

# One row for each coach who gives the offering: its own coach, who leads it together with them, and
# those who share it. Who shares a pooled offering is in its list alone, so its own coach can step
# out of the pool.
RULES = """
SELECT json_build_object(
  'resource', member.user_id, 'coach', member.id, 'part', shared.part,
  'room', offering.room_id, 'schedule', schedule.id, 'zone', schedule.time_zone,
  'country', schedule.holiday_country, 'region', schedule.holiday_region,
  'duration', offering.duration, 'step', offering.step,
  'before', offering.buffer_before, 'after', offering.buffer_after,
  'notice', offering.notice, 'horizon', offering.horizon_days,
  'per_day', offering.max_per_day, 'per_week', offering.max_per_week,
  'weekly', COALESCE((
    SELECT json_agg(json_build_array(rule.weekday, rule.start_minute, rule.end_minute))
    FROM scheduling_schedulerule rule
    WHERE rule.practice_id = schedule.practice_id AND rule.schedule_id = schedule.id), '[]'),
  'overrides', COALESCE((
    SELECT json_agg(json_build_array(special.on, special.intervals))
    FROM scheduling_scheduleoverride special
    WHERE special.practice_id = schedule.practice_id AND special.schedule_id = schedule.id
      AND special.on >= %(since)s::date), '[]'),
  'travel', COALESCE((
    SELECT json_agg(json_build_array(journey.starts_on, journey.ends_on, journey.time_zone))
    FROM scheduling_scheduletravel journey
    WHERE journey.practice_id = schedule.practice_id AND journey.schedule_id = schedule.id
      AND journey.ends_on >= %(since)s::date), '[]')
)
FROM scheduling_offering offering
JOIN (
  SELECT practice_id, id AS offering_id, coach_id, schedule_id, 'own' AS part
  FROM scheduling_offering
  UNION ALL
  SELECT practice_id, id, second_coach_id, second_schedule_id, 'second'
  FROM scheduling_offering WHERE second_coach_id IS NOT NULL
  UNION ALL
  SELECT practice_id, offering_id, coach_id, schedule_id, 'shared'
  FROM scheduling_offeringcoach
) shared ON shared.practice_id = offering.practice_id AND shared.offering_id = offering.id
JOIN scheduling_schedule schedule
  ON schedule.practice_id = offering.practice_id AND schedule.id = shared.schedule_id
JOIN practices_membership member
  ON member.practice_id = offering.practice_id AND member.id = shared.coach_id
WHERE offering.practice_id = %(practice)s::uuid AND offering.id = %(offering)s::uuid
  AND (shared.part <> 'shared' OR (offering.pooling <> '' AND member.ended_at IS NULL))
ORDER BY shared.part = 'own' DESC, member.name, member.id
"""

# Bare times of people and a room, in whatever practice they are taken: no column that says more
# may be selected. What a session is beside its time is joined from the active practice alone.
CLAIMS = """
SELECT array_position(%(people)s::uuid[], claim.resource_id) AS who, 1 AS kind,
       extract(epoch FROM claim.starts_at)::bigint AS starts,
       extract(epoch FROM claim.ends_at)::bigint AS ends,
       claim.buffer_before AS before, claim.buffer_after AS after,
       extract(epoch FROM claim.expires_at)::bigint AS expires,
       group_session.capacity AS capacity, group_session.taken AS taken, 1 AS sessions
FROM scheduling_claim claim
LEFT JOIN scheduling_session group_session
  ON group_session.practice_id = %(practice)s::uuid AND group_session.id = claim.session_id
  AND group_session.capacity > 1 AND group_session.offering_id = %(offering)s::uuid
  AND group_session.client_id IS NULL
WHERE claim.resource_id = ANY(%(people)s::uuid[]) AND claim.state IN ('held', 'confirmed')
  AND claim.starts_at >= to_timestamp(%(earliest)s::bigint)
  AND claim.starts_at < to_timestamp(%(end)s::bigint)
  AND claim.ends_at > to_timestamp(%(start)s::bigint)
  AND (%(moving)s::uuid IS NULL OR (claim.id <> %(moving)s::uuid
       AND claim.session_id IS DISTINCT FROM %(moving)s::uuid))
  AND (%(hold)s::uuid IS NULL OR claim.hold_key IS DISTINCT FROM %(hold)s::uuid)
"""

# For a listing, sessions with no room for another between them are one: nothing can begin in a gap
# that is shorter than the session, and a full calendar becomes a few rows. Where a limit counts
# them by the day, a run ends with the day.
CLAIMS_IN_RUNS = f"""
WITH claims AS MATERIALIZED ({CLAIMS}),
dated AS (
  SELECT claims.*, width_bucket(starts, %(date_changes)s::bigint[]) AS day FROM claims
  WHERE expires IS NULL AND capacity IS NULL),
spaced AS (
  SELECT dated.*, starts - lag(ends) OVER neighbours >= %(duration)s AS is_far FROM dated
  WINDOW neighbours AS (PARTITION BY who, before, after, day ORDER BY starts)),
runs AS (
  SELECT spaced.*, count(*) FILTER (WHERE is_far) OVER (
    PARTITION BY who, before, after, day ORDER BY starts) AS run
  FROM spaced)
SELECT who, 1, min(starts), max(ends), before, after, NULL::bigint, NULL::int, NULL::int,
       count(*)::int
FROM runs GROUP BY who, before, after, day, run
UNION ALL
SELECT * FROM claims WHERE expires IS NOT NULL OR capacity IS NOT NULL
"""  # noqa: S608 -- made of constants

BUSY = """
UNION ALL
SELECT array_position(%(people)s::uuid[], block.resource_id), 2,
       extract(epoch FROM block.starts_at)::bigint, extract(epoch FROM block.ends_at)::bigint,
       NULL, NULL, NULL, NULL, NULL, NULL
FROM scheduling_busyblock block
WHERE block.resource_id = ANY(%(people)s::uuid[])
  AND block.starts_at >= to_timestamp(%(earliest)s::bigint)
  AND block.starts_at < to_timestamp(%(end)s::bigint)
  AND block.ends_at > to_timestamp(%(start)s::bigint)
"""

# A session that one of the people has in the room keeps them from nothing but itself; where several
# have it together, it is the first one's.
ROOM_TAKEN = """
UNION ALL
SELECT (
    SELECT min(array_position(%(people)s::uuid[], theirs.resource_id))
    FROM scheduling_claim theirs
    WHERE theirs.practice_id = claim.practice_id AND theirs.session_id = claim.session_id
      AND theirs.state <> 'released' AND theirs.resource_id = ANY(%(people)s::uuid[])), 3,
  extract(epoch FROM claim.starts_at)::bigint, extract(epoch FROM claim.ends_at)::bigint,
  NULL, NULL, NULL, NULL, NULL, NULL
FROM scheduling_claim claim
WHERE claim.resource_id = %(room)s::uuid AND claim.state IN ('held', 'confirmed')
  AND (claim.expires_at IS NULL OR claim.expires_at > %(now)s)
  AND claim.starts_at >= to_timestamp(%(earliest)s::bigint)
  AND claim.starts_at < to_timestamp(%(end)s::bigint)
  AND claim.ends_at > to_timestamp(%(start)s::bigint)
  AND (%(moving)s::uuid IS NULL OR (claim.id <> %(moving)s::uuid
       AND claim.session_id IS DISTINCT FROM %(moving)s::uuid))
  AND (%(hold)s::uuid IS NULL OR claim.hold_key IS DISTINCT FROM %(hold)s::uuid)
"""


def one_by_one(statement: str, array: str, names: Iterable[str]) -> str:
    """The statement with a parameter for each member of an array, instead of one for all.

    Of one for all PostgreSQL would expect ten members, find that dear, and plan the statement anew
    whenever it is sent; which takes ten times as long as to run it.
    """
    places = ", ".join(f"%({name})s" for name in names)
    return statement.replace(f"%({array})s", f"ARRAY[{places}]")
