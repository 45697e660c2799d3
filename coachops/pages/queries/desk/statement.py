"""The two statements of the desk: what waits on somebody, and when they were last reminded of it.

What also stands on Today comes from the parts that Today reads; the rest is only the desk's.
"""

from typing import Final

from clients.queries.oneself import NOT_ONESELF
from coachops.pages.queries.attention_statement import COACHED, WAITING

# The same columns as the parts of Today: kind, subject, client, since when, a number, who, rank.
# What a line needs besides stands before the name, apart by a character no name has.
_ALSO: Final = """
  SELECT 'agreement_draft', a.id, e.client_id, a.created_at, NULL::int, c.name, 2
  FROM clients_agreement a
  JOIN coached e ON e.practice_id = a.practice_id AND e.id = a.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE a.practice_id = %(practice)s AND a.state = 'draft' AND e.state <> 'closed'
  UNION ALL
  SELECT 'step_' || step.kind, step.id, e.client_id, step.due_on::timestamptz, NULL,
         step.owner || chr(31) || e.id || chr(31) || step.title || chr(31) || c.name,
         CASE WHEN step.due_on < %(today)s::date THEN 1 ELSE 3 END
  FROM clients_onboardingstep step
  JOIN coached e ON e.practice_id = step.practice_id AND e.id = step.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE step.practice_id = %(practice)s AND step.settled_at IS NULL
    AND step.due_on <= %(today)s::date + %(soon)s::int
    AND e.state IN ('proposed', 'active') AND c.archived_at IS NULL
    AND CASE step.kind
      WHEN 'invitation' THEN c.membership_id IS NULL
      WHEN 'agreement' THEN NOT EXISTS (
        SELECT FROM clients_agreement a
        WHERE a.practice_id = e.practice_id AND a.engagement_id = e.id AND a.state <> 'void')
      WHEN 'intake' THEN NOT EXISTS (
        SELECT FROM clients_intake i
        WHERE i.practice_id = c.practice_id AND i.client_id = c.id AND i.closed_at IS NULL)
      WHEN 'kickoff' THEN NOT EXISTS (
        SELECT FROM scheduling_session s
        WHERE s.practice_id = e.practice_id AND s.engagement_id = e.id AND s.state <> 'cancelled')
        AND NOT EXISTS (
        SELECT FROM scheduling_schedulingrequest r
        WHERE r.practice_id = e.practice_id AND r.engagement_id = e.id AND r.state = 'open')
      ELSE true END
  UNION ALL
  SELECT 'preparation', p.id, c.id, p.asked_at, r.answered::int,
         to_char(s.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"+00:00"')
         || chr(31) || c.name, 1
  FROM tracking_sessionpreparation p
  JOIN scheduling_session s ON s.practice_id = p.practice_id AND s.id = p.session_id
    AND s.state = 'booked' AND s.starts_at > %(now)s::timestamptz
    AND s.coach_id = ANY(%(coaches)s)
  JOIN questionnaires_response r ON r.practice_id = p.practice_id AND r.id = p.response_id
    AND r.sent_at IS NULL
  JOIN clients_client c ON c.practice_id = p.practice_id AND c.id = p.client_id
    AND c.archived_at IS NULL
  WHERE p.practice_id = %(practice)s
  UNION ALL
  SELECT 'questionnaire', asked.id, coalesce(asked.team_id, c.id), asked.asked_at, r.answered::int,
         coalesce(asked.due_on::text, '') || chr(31) || version.title || chr(31) || c.name, 1
  FROM tracking_askedquestionnaire asked
  JOIN questionnaires_response r ON r.practice_id = asked.practice_id AND r.id = asked.response_id
  JOIN questionnaires_questionnaireversion version ON version.practice_id = r.practice_id
    AND version.id = r.version_id
  JOIN clients_client c ON c.practice_id = asked.practice_id AND c.id = asked.client_id
    AND c.archived_at IS NULL
  WHERE asked.practice_id = %(practice)s AND asked.closed_at IS NULL AND EXISTS (
    SELECT FROM clients_coachassignment assigned
    WHERE assigned.practice_id = c.practice_id
      AND assigned.client_id = coalesce(asked.team_id, c.id)
      AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
      AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'poll', poll.id, e.client_id, poll.created_at, count(*)::int,
         to_char(poll.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"+00:00"') || chr(31)
         || string_agg(voter.name, ', ' ORDER BY voter.name) || chr(31) || c.name, 1
  FROM scheduling_poll poll
  JOIN coached e ON e.practice_id = poll.practice_id AND e.id = poll.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  JOIN scheduling_pollvoter voter ON voter.practice_id = poll.practice_id
    AND voter.poll_id = poll.id AND voter.answered_at IS NULL
  WHERE poll.practice_id = %(practice)s AND poll.state = 'open'
    AND poll.closes_at > %(now)s::timestamptz
  GROUP BY poll.id, e.client_id, poll.created_at, poll.closes_at, c.name
  UNION ALL
  SELECT 'poll_closed', e.id, e.client_id, max(poll.closes_at), NULL, c.name, 1
  FROM scheduling_poll poll
  JOIN coached e ON e.practice_id = poll.practice_id AND e.id = poll.engagement_id
    AND e.state = 'active'
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE poll.practice_id = %(practice)s AND poll.state = 'closed'
    AND poll.closes_at BETWEEN %(now)s::timestamptz - interval '30 days' AND %(now)s::timestamptz
    AND NOT EXISTS (
      SELECT FROM scheduling_poll later
      WHERE later.practice_id = poll.practice_id AND later.engagement_id = poll.engagement_id
        AND later.created_at > poll.created_at)
  GROUP BY e.id, e.client_id, c.name
  UNION ALL
  SELECT 'invitation', c.id, c.id, member.invited_at, NULL, c.name, 3
  FROM clients_client c
  JOIN practices_membership member ON member.practice_id = c.practice_id
    AND member.id = c.membership_id AND member.joined_at IS NULL AND member.ended_at IS NULL
  WHERE c.practice_id = %(practice)s AND c.archived_at IS NULL AND EXISTS (
    SELECT FROM clients_coachassignment assigned
    WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
      AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
      AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'contact', contact.id, NULL::uuid, member.invited_at,
         (contact.kind = 'stakeholder')::int, company.id || chr(31) || company.name || chr(31)
         || contact.name, 3
  FROM clients_sponsorcontact contact
  JOIN practices_membership member ON member.practice_id = contact.practice_id
    AND member.id = contact.membership_id AND member.joined_at IS NULL AND member.ended_at IS NULL
  JOIN clients_sponsororganisation company ON company.practice_id = contact.practice_id
    AND company.id = contact.organisation_id
  WHERE contact.practice_id = %(practice)s AND contact.access_ended_at IS NULL AND EXISTS (
    SELECT FROM coached e
    JOIN clients_engagement run ON run.practice_id = e.practice_id AND run.id = e.id
      AND run.sponsor_organisation_id = contact.organisation_id
    WHERE e.state IN ('proposed', 'active', 'paused'))
  UNION ALL
  SELECT 'review', r.id, e.client_id, r.checked_at, NULL,
         to_char(r.review_ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"+00:00"')
         || chr(31) || c.name, 2
  FROM tracking_progressreport r
  JOIN coached e ON e.practice_id = r.practice_id AND e.id = r.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE r.practice_id = %(practice)s AND r.state = 'in_review'
  UNION ALL
  SELECT 'undelivered', letter.id, c.id, letter.created_at, letter.unsure::int,
         letter.kind || chr(31) || entry.subject || chr(31) || c.name, 0
  FROM outbox_message letter
  JOIN correspondence_maillogentry entry ON entry.practice_id = letter.practice_id
    AND entry.message_id = letter.id
  JOIN clients_client c ON c.practice_id = entry.practice_id AND c.id = entry.client_id
  WHERE letter.practice_id = %(practice)s AND letter.state = 'dead' AND EXISTS (
    SELECT FROM clients_coachassignment assigned
    WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
      AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
      AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'thread', t.id, c.id, t.unanswered_at, NULL, c.name,
         CASE WHEN t.answer_due_at < %(now)s::timestamptz THEN 0 ELSE 1 END
  FROM clients_messagethread t
  JOIN clients_client c ON c.practice_id = t.practice_id AND c.id = t.client_id
    AND c.archived_at IS NULL
  WHERE t.practice_id = %(practice)s AND t.coach_id IS NULL AND t.unanswered_at IS NOT NULL
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = t.practice_id AND assigned.client_id = t.client_id
        AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'time_off', s.id, s.client_id, s.starts_at, s.number,
         coalesce(c.name, nullif(s.guest_name, ''), offering.name), 0
  FROM scheduling_session s
  JOIN scheduling_offering offering ON offering.practice_id = s.practice_id
    AND offering.id = s.offering_id
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
    AND EXISTS (
      SELECT FROM scheduling_schedule hours
      JOIN scheduling_scheduleoverride off ON off.practice_id = hours.practice_id
        AND off.schedule_id = hours.id AND off.intervals = '[]'::jsonb
        AND off.on = (s.starts_at AT TIME ZONE hours.time_zone)::date
      WHERE hours.practice_id = s.practice_id AND hours.coach_id = s.coach_id)
    AND NOT EXISTS (
      SELECT FROM scheduling_schedule hours
      WHERE hours.practice_id = s.practice_id AND hours.coach_id = s.coach_id AND NOT EXISTS (
        SELECT FROM scheduling_scheduleoverride off
        WHERE off.practice_id = hours.practice_id AND off.schedule_id = hours.id
          AND off.intervals = '[]'::jsonb
          AND off.on = (s.starts_at AT TIME ZONE hours.time_zone)::date))
  UNION ALL
  SELECT 'enquiry_idle', asked.id, NULL::uuid, asked.moved_at, NULL, asked.name, 2
  FROM clients_enquiry asked
  WHERE asked.practice_id = %(practice)s AND asked.state IN ('call', 'proposal')
    AND asked.next_on IS NULL
    AND (asked.coach_id = ANY(%(coaches)s)
      OR (asked.coach_id IS NULL AND %(sees_unassigned)s))
  UNION ALL
  SELECT 'access_request', r.id, c.id, r.opened_at, NULL,
         r.due_on || chr(31) || r.kind || chr(31) || c.name, 1
  FROM retention_accessrequest r
  JOIN clients_client c ON c.practice_id = r.practice_id AND c.id = r.client_id
  WHERE r.practice_id = %(practice)s AND r.state = 'open' AND %(sees_requests)s AND EXISTS (
    SELECT FROM clients_coachassignment assigned
    WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
      AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
      AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
"""

# Fees sheets are there for whoever may see them. What onboarding says already is not said twice.
# `wanted` is one group's page; of the other groups the first lines tell how many there are.
DESK: Final = f"""{COACHED}, waiting AS (
{WAITING}
  UNION ALL
{_ALSO}
), meant AS (
  SELECT waiting.*, sorted.part,
    CASE WHEN waiting.kind IN ('agreement', 'signature') AND waiting.rank = 0 THEN 'coach'
         WHEN waiting.kind = 'agreement' AND waiting.number = 2 THEN 'sponsor'
         WHEN waiting.kind IN ('step_instrument', 'step_other')
           THEN split_part(waiting.who, chr(31), 1)
         ELSE sorted.turn END AS turn
  FROM waiting
  JOIN unnest(%(kinds)s::text[], %(parts)s::text[], %(turns)s::text[])
    AS sorted (kind, part, turn) ON sorted.kind = waiting.kind
  WHERE (%(sees_fees)s OR waiting.kind NOT LIKE 'agreement%%' OR NOT EXISTS (
      SELECT FROM clients_agreement hidden
      WHERE hidden.practice_id = %(practice)s AND hidden.id = waiting.subject_id
        AND hidden.kind = 'fees'))
    AND (waiting.kind NOT IN ('not_asked', 'unbooked') OR NOT EXISTS (
      SELECT FROM clients_onboardingstep step
      JOIN coached e ON e.practice_id = step.practice_id AND e.id = step.engagement_id
        AND e.client_id = waiting.client_id
      WHERE step.practice_id = %(practice)s AND step.settled_at IS NULL
        AND step.kind = CASE waiting.kind WHEN 'unbooked' THEN 'kickoff' ELSE 'intake' END))
), placed AS (
  SELECT meant.*, count(*) OVER (PARTITION BY part)::int AS every,
    row_number() OVER (
      PARTITION BY part ORDER BY rank, at NULLS FIRST, who, subject_id)::int AS place
  FROM meant WHERE (%(turn)s = '' OR meant.turn = %(turn)s) AND {NOT_ONESELF}
)
SELECT placed.kind, placed.subject_id, placed.client_id, placed.at, placed.number, placed.who,
       placed.rank, placed.part, placed.turn, placed.every, placed.place, coach.id, coach.name,
       placed.kind = 'agreement' AND EXISTS (
         SELECT FROM clients_agreementsigner signer
         WHERE signer.practice_id = %(practice)s AND signer.agreement_id = placed.subject_id
           AND signer.state = 'asked' AND signer.link_expires_at < %(now)s::timestamptz)
FROM placed
LEFT JOIN scheduling_session s ON s.practice_id = %(practice)s AND s.id = placed.subject_id
LEFT JOIN clients_enquiry asked ON asked.practice_id = %(practice)s AND asked.id = placed.subject_id
LEFT JOIN clients_briefstanding brief ON brief.practice_id = %(practice)s
  AND brief.id = placed.subject_id
LEFT JOIN LATERAL (
  SELECT assigned.coach_id FROM clients_coachassignment assigned
  WHERE assigned.practice_id = %(practice)s AND assigned.client_id = placed.client_id
    AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
    AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date)
  ORDER BY assigned.started_on DESC, assigned.coach_id LIMIT 1
) theirs ON true
LEFT JOIN practices_membership coach ON coach.practice_id = %(practice)s
  AND coach.id = coalesce(s.coach_id, asked.coach_id, brief.author_id, theirs.coach_id)
WHERE CASE WHEN %(part)s = '' THEN placed.place <= %(first)s
           WHEN placed.part = %(part)s THEN placed.place > %(from)s AND placed.place <= %(until)s
           ELSE false END
   OR placed.place = 1
ORDER BY placed.part, placed.place
"""  # noqa: S608 -- our own words

# Mails speak of what they are about, which for some lines is not the line's own subject.
REMINDED: Final = """
SELECT about.line, max(letter.due_at)
FROM (
  SELECT line, line AS subject FROM unnest(%(subjects)s::uuid[]) AS line
  UNION ALL
  SELECT signer.agreement_id, signer.id FROM clients_agreementsigner signer
  WHERE signer.practice_id = %(practice)s AND signer.agreement_id = ANY(%(subjects)s)
    AND signer.state = 'asked'
  UNION ALL
  SELECT voter.poll_id, voter.id FROM scheduling_pollvoter voter
  WHERE voter.practice_id = %(practice)s AND voter.poll_id = ANY(%(subjects)s)
    AND voter.answered_at IS NULL
  UNION ALL
  SELECT proposal.engagement_id, proposal.id FROM clients_disclosureproposal proposal
  WHERE proposal.practice_id = %(practice)s AND proposal.engagement_id = ANY(%(subjects)s)
    AND proposal.state = 'open'
) about
JOIN outbox_message letter ON letter.practice_id = %(practice)s
  AND letter.subject_id = about.subject AND letter.kind = ANY(%(kinds)s)
WHERE letter.due_at <= %(now)s::timestamptz AND letter.state IN ('pending', 'sending', 'sent')
GROUP BY about.line
"""
