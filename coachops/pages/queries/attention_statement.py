"""The statement that finds what needs somebody, and the parts of it that the desk reads too."""

from typing import Final

from clients.queries.oneself import NOT_ONESELF

# Each part names the practice itself, so that every index condition leads with it. A session is its
# coach's to confirm for ever; everything else is a matter of whoever coaches the client today.
COACHED: Final = """
WITH coached AS (
  SELECT e.practice_id, e.id, e.client_id, e.coach_id, e.state, e.starts_on, e.ends_on
  FROM clients_engagement e
  WHERE e.practice_id = %(practice)s AND e.coach_id = ANY(%(coaches)s)
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = e.practice_id AND assigned.client_id = e.client_id
        AND assigned.coach_id = e.coach_id AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date)
    )
)
"""
WAITING: Final = """
  SELECT 'outcome' AS kind, s.id AS subject_id, s.client_id, s.starts_at AS at, s.number AS number,
         coalesce(c.name, s.guest_name) AS who, 1 AS rank
  FROM scheduling_session s
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz - interval '90 days'
    AND s.ends_at <= %(now)s::timestamptz AND s.state = 'booked' AND s.outcome = ''
  UNION ALL
  SELECT 'request', s.id, s.client_id, s.starts_at, s.number, coalesce(c.name, s.guest_name), 0
  FROM scheduling_session s
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'requested'
  UNION ALL
  SELECT 'declined', s.id, s.client_id, s.starts_at, s.number,
         coalesce(seat.name, CASE WHEN lower(person.email) = reply.email THEN second.name END,
                  c.name, s.guest_name), 0
  FROM scheduling_session s
  JOIN scheduling_invitationreply reply ON reply.practice_id = s.practice_id
    AND reply.session_id = s.id AND reply.answer = 'declined' AND reply.settled_at IS NULL
  LEFT JOIN scheduling_seat seat ON seat.practice_id = s.practice_id
    AND seat.session_id = s.id AND lower(seat.email) = reply.email AND seat.state = 'booked'
  LEFT JOIN practices_membership second ON second.practice_id = s.practice_id
    AND second.id = s.second_coach_id
  LEFT JOIN practices_user person ON person.id = second.user_id
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
    AND (s.capacity = 1 OR seat.id IS NOT NULL OR lower(person.email) = reply.email)
    AND reply.sequence = CASE WHEN seat.part = 'participant' THEN seat.calendar_sequence
                              ELSE s.calendar_sequence END
  UNION ALL
  SELECT 'clock', coach.id, NULL, min(s.starts_at), count(*)::int, coach.name, 0
  FROM scheduling_session s
  JOIN practices_membership coach ON coach.practice_id = s.practice_id AND coach.id = s.coach_id
  WHERE s.practice_id = %(practice)s AND s.coach_id = ANY(%(coaches)s)
    AND s.starts_at > %(now)s::timestamptz AND s.state IN ('booked', 'requested')
    AND NOT (s.clock_shift = 0)
  GROUP BY coach.id, coach.name
  UNION ALL
  SELECT 'signature', e.id, e.client_id, p.proposed_at, p.level, c.name,
         CASE WHEN coach.id IS NULL THEN 0 ELSE 2 END
  FROM clients_disclosureproposal p
  JOIN coached e ON e.practice_id = p.practice_id AND e.id = p.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  LEFT JOIN clients_disclosuresignature coach ON coach.practice_id = p.practice_id
    AND coach.proposal_id = p.id AND coach.party = 'coach'
  WHERE p.practice_id = %(practice)s AND p.state = 'open'
  UNION ALL
  SELECT 'agreement', a.id, e.client_id, signer.asked_at,
         CASE signer.party WHEN 'client' THEN 1 WHEN 'sponsor' THEN 2 ELSE 0 END,
         coalesce(contact.name, CASE signer.party WHEN 'client' THEN c.name ELSE coach.name END)
         || chr(31) || c.name, CASE signer.party WHEN 'coach' THEN 0 ELSE 2 END
  FROM clients_agreement a
  JOIN coached e ON e.practice_id = a.practice_id AND e.id = a.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  JOIN practices_membership coach ON coach.practice_id = e.practice_id AND coach.id = e.coach_id
  JOIN clients_agreementsigner signer ON signer.practice_id = a.practice_id
    AND signer.agreement_id = a.id AND signer.state = 'asked'
  LEFT JOIN clients_sponsorcontact contact ON contact.practice_id = signer.practice_id
    AND contact.id = signer.contact_id
  WHERE a.practice_id = %(practice)s AND a.state = 'sent'
    AND (signer.party = 'coach'
      OR signer.asked_at < %(now)s::timestamptz - %(unsigned)s * interval '1 day')
  UNION ALL
  SELECT 'agreement_declined', a.id, e.client_id, a.settled_at, NULL, c.name, 1
  FROM clients_agreement a
  JOIN coached e ON e.practice_id = a.practice_id AND e.id = a.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE a.practice_id = %(practice)s AND a.state = 'declined' AND e.state = 'active'
    AND NOT EXISTS (
      SELECT FROM clients_agreement later
      WHERE later.practice_id = a.practice_id AND later.replaces_id = a.id)
  UNION ALL
  SELECT 'report_' || r.state, r.id, e.client_id, r.due_on::timestamptz, r.number, c.name, 1
  FROM tracking_progressreport r
  JOIN coached e ON e.practice_id = r.practice_id AND e.id = r.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE r.practice_id = %(practice)s AND r.state IN ('due', 'drafted', 'checked', 'approved')
    AND r.due_on <= %(report_horizon)s::date
  UNION ALL
  SELECT 'overdue', c.id, c.id, min(a.due_on)::timestamptz, count(*)::int, c.name, 3
  FROM tracking_actionitem a
  JOIN coached e ON e.practice_id = a.practice_id AND e.id = a.engagement_id
  JOIN clients_client c ON c.practice_id = a.practice_id AND c.id = a.client_id
  WHERE a.practice_id = %(practice)s AND a.due_on < %(today)s::date
    AND a.done_at IS NULL AND a.dropped_at IS NULL AND e.state = 'active'
  GROUP BY c.id, c.name
  UNION ALL
  SELECT 'intake', i.id, c.id, i.asked_at, r.answered::int, c.name, 2
  FROM clients_intake i
  JOIN questionnaires_response r ON r.practice_id = i.practice_id AND r.id = i.response_id
  JOIN clients_client c ON c.practice_id = i.practice_id AND c.id = i.client_id
  WHERE i.practice_id = %(practice)s AND i.closed_at IS NULL AND c.archived_at IS NULL
    AND (i.due_on < %(today)s::date
      OR i.asked_at < %(now)s::timestamptz - %(intake)s * interval '1 day')
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = i.practice_id AND assigned.client_id = i.client_id
        AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'not_asked', c.id, c.id, min(e.starts_on)::timestamptz, NULL, c.name, 3
  FROM coached e
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE e.practice_id = %(practice)s AND e.state = 'active' AND c.archived_at IS NULL
    AND e.starts_on > %(today)s::date
    AND e.starts_on <= %(today)s::date + %(beginning)s::int
    AND EXISTS (
      SELECT FROM questionnaires_questionnaire q
      JOIN questionnaires_questionnaireversion v ON v.practice_id = q.practice_id
        AND v.questionnaire_id = q.id
      WHERE q.practice_id = e.practice_id AND q.kind = 'intake' AND q.archived_at IS NULL)
    AND NOT EXISTS (
      SELECT FROM clients_intake asked
      WHERE asked.practice_id = e.practice_id AND asked.client_id = e.client_id)
  GROUP BY c.id, c.name
  UNION ALL
  SELECT 'bounced', c.id, c.id, bounce.bounced_at, NULL, c.name, 1
  FROM correspondence_addressbounce bounce
  JOIN clients_client c ON c.practice_id = bounce.practice_id AND c.id = bounce.client_id
    AND lower(c.email) = bounce.address AND c.archived_at IS NULL
  WHERE bounce.practice_id = %(practice)s AND EXISTS (
    SELECT FROM clients_coachassignment assigned
    WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
      AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
      AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'message', t.id, c.id, t.unanswered_at, (t.coach_id IS NOT NULL)::int, c.name, 1
  FROM clients_messagethread t
  JOIN clients_client c ON c.practice_id = t.practice_id AND c.id = t.client_id
  WHERE t.practice_id = %(practice)s AND t.unanswered_at IS NOT NULL
    AND t.answer_due_at < %(now)s::timestamptz AND c.archived_at IS NULL
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = t.practice_id AND assigned.client_id = t.client_id
        AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'unbooked', c.id, c.id, max(s.starts_at), NULL, c.name, 2
  FROM coached e
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  LEFT JOIN LATERAL (
    SELECT booked.starts_at FROM scheduling_session booked
    WHERE booked.practice_id = e.practice_id AND booked.engagement_id = e.id
      AND booked.state = 'booked'
    ORDER BY booked.starts_at DESC LIMIT 1) s ON true
  WHERE e.practice_id = %(practice)s AND e.state = 'active'
    AND e.starts_on <= %(today)s::date AND e.ends_on > %(today)s::date
    AND NOT EXISTS (
      SELECT FROM scheduling_schedulingrequest r
      WHERE r.practice_id = e.practice_id AND r.engagement_id = e.id AND r.state = 'open'
        AND r.asked_at < %(now)s::timestamptz - %(asked)s * interval '1 day'
    )
  GROUP BY c.id, c.name
  HAVING coalesce(max(s.starts_at), '-infinity')
    < %(now)s::timestamptz - %(unbooked)s * interval '1 day'
  UNION ALL
  SELECT 'onboarding', e.id, e.client_id, min(step.due_on)::timestamptz, count(*)::int, c.name, 2
  FROM clients_onboardingstep step
  JOIN coached e ON e.practice_id = step.practice_id AND e.id = step.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE step.practice_id = %(practice)s AND step.settled_at IS NULL
    AND step.due_on < %(today)s::date AND step.kind NOT IN ('agreement', 'intake', 'kickoff')
    AND e.state IN ('proposed', 'active')
  GROUP BY e.id, e.client_id, c.name
  UNION ALL
  SELECT 'asked', r.id, e.client_id, r.asked_at, r.nudges::int, c.name, 2
  FROM scheduling_schedulingrequest r
  JOIN coached e ON e.practice_id = r.practice_id AND e.id = r.engagement_id
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE r.practice_id = %(practice)s AND r.state = 'open' AND e.state = 'active'
    AND r.asked_at < %(now)s::timestamptz - %(asked)s * interval '1 day'
    AND NOT EXISTS (
      SELECT FROM scheduling_session s
      WHERE s.practice_id = r.practice_id AND s.engagement_id = e.id
        AND s.planned_session_id = r.planned_session_id AND s.state <> 'cancelled'
    )
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, coalesce(c.name, s.guest_name), 0
  FROM practices_membership gone
  JOIN scheduling_session s ON s.practice_id = gone.practice_id AND s.coach_id = gone.id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  LEFT JOIN clients_engagement e ON e.practice_id = s.practice_id AND e.id = s.engagement_id
  LEFT JOIN clients_client c ON c.practice_id = s.practice_id AND c.id = s.client_id
  WHERE gone.practice_id = %(practice)s AND gone.audience = 'staff' AND gone.ended_at IS NOT NULL
    AND (%(is_owner)s OR e.coach_id = ANY(%(coaches)s))
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, c.name, 0
  FROM coached e
  JOIN scheduling_session s ON s.practice_id = e.practice_id AND s.engagement_id = e.id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  JOIN practices_membership former ON former.practice_id = s.practice_id
    AND former.id = s.coach_id AND former.ended_at IS NULL
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE e.practice_id = %(practice)s AND s.coach_id <> e.coach_id
  UNION ALL
  SELECT 'handover', s.id, s.client_id, s.starts_at, s.number, c.name, 0
  FROM coached e
  JOIN scheduling_poll poll ON poll.practice_id = e.practice_id AND poll.engagement_id = e.id
    AND poll.state = 'booked'
  JOIN scheduling_session s ON s.practice_id = poll.practice_id AND s.id = poll.session_id
    AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
  JOIN practices_membership former ON former.practice_id = s.practice_id
    AND former.id = s.coach_id AND (former.ended_at IS NULL OR NOT %(is_owner)s)
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE e.practice_id = %(practice)s AND s.coach_id <> e.coach_id
  UNION ALL
  SELECT 'enquiry', asked.id, NULL,
         coalesce(asked.next_on::timestamptz, asked.moved_at),
         CASE WHEN asked.next_on IS NULL THEN 0 ELSE 1 END,
         asked.next_step || chr(31) || asked.name, 2
  FROM clients_enquiry asked
  WHERE asked.practice_id = %(practice)s AND asked.state IN ('new', 'call', 'proposal')
    AND (asked.coach_id = ANY(%(coaches)s)
      OR (asked.coach_id IS NULL AND %(sees_unassigned)s))
    AND (asked.next_on <= %(today)s::date OR (asked.next_on IS NULL AND asked.state = 'new'))
  UNION ALL
  SELECT 'passes_on', asked.id, c.id, asked.asked_at, NULL, coach.name || chr(31) || c.name, 2
  FROM clients_handover asked
  JOIN clients_coachassignment later ON later.practice_id = asked.practice_id
    AND later.id = asked.assignment_id
    AND (later.ended_on IS NULL OR later.ended_on >= %(today)s::date)
  JOIN practices_membership coach ON coach.practice_id = later.practice_id
    AND coach.id = later.coach_id
  JOIN clients_client c ON c.practice_id = asked.practice_id AND c.id = asked.client_id
    AND c.archived_at IS NULL
  LEFT JOIN practices_membership own ON own.practice_id = c.practice_id
    AND own.id = c.membership_id AND own.ended_at IS NULL
  WHERE asked.practice_id = %(practice)s AND asked.answered_at IS NULL
    AND (own.id IS NOT NULL OR EXISTS (
      SELECT FROM clients_handoverlink way
      WHERE way.practice_id = asked.practice_id AND way.handover_id = asked.id
        AND way.closed_at IS NULL))
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
        AND assigned.coach_id = ANY(%(coaches)s) AND assigned.started_on <= %(today)s::date
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'brief_wanted', brief.id, c.id, brief.wanted_at,
         (brief.author_id = (SELECT app.membership_id()))::int, c.name, 1
  FROM clients_briefstanding brief
  JOIN clients_client c ON c.practice_id = brief.practice_id AND c.id = brief.client_id
    AND c.archived_at IS NULL
  WHERE brief.practice_id = %(practice)s AND brief.author_id = ANY(%(coaches)s)
    AND brief.wanted_at IS NOT NULL AND brief.declined_at IS NULL AND brief.shared_at IS NULL
    AND EXISTS (
      SELECT FROM clients_coachassignment assigned
      WHERE assigned.practice_id = c.practice_id AND assigned.client_id = c.id
        AND assigned.coach_id = brief.author_id
        AND (assigned.ended_on IS NULL OR assigned.ended_on >= %(today)s::date))
  UNION ALL
  SELECT 'brief_ready', handed.id, c.id, handed.given_at, NULL, c.name, 1
  FROM clients_handedon handed
  JOIN clients_coachassignment mine ON mine.practice_id = handed.practice_id
    AND mine.id = handed.assignment_id AND mine.coach_id = (SELECT app.membership_id())
    AND (mine.ended_on IS NULL OR mine.ended_on >= %(today)s::date)
  JOIN clients_client c ON c.practice_id = handed.practice_id AND c.id = handed.client_id
    AND c.archived_at IS NULL
  WHERE handed.practice_id = %(practice)s AND handed.kind = 'brief'
    AND handed.withdrawn_at IS NULL AND EXISTS (
      SELECT FROM clients_briefstanding brief
      WHERE brief.practice_id = handed.practice_id AND brief.client_id = handed.client_id
        AND brief.author_id <> mine.coach_id AND brief.shared_at <= handed.given_at)
    AND NOT EXISTS (
      SELECT FROM clients_contentread seen
      WHERE seen.practice_id = handed.practice_id AND seen.client_id = handed.client_id
        AND seen.reader_id = mine.coach_id AND seen.kind = 'brief for the next coach'
        AND seen.hour + interval '1 hour' > handed.given_at)
  UNION ALL
  SELECT 'coachless', e.id, e.client_id, NULL, NULL, c.name, 0
  FROM practices_membership gone
  JOIN clients_engagement e ON e.practice_id = gone.practice_id AND e.coach_id = gone.id
    AND e.state IN ('active', 'paused')
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  WHERE gone.practice_id = %(practice)s AND gone.audience = 'staff' AND gone.ended_at IS NOT NULL
    AND %(is_owner)s AND NOT EXISTS (
      SELECT FROM scheduling_session s
      WHERE s.practice_id = e.practice_id AND s.engagement_id = e.id AND s.coach_id = gone.id
        AND s.starts_at > %(now)s::timestamptz AND s.state = 'booked'
    )
"""
# Of the reader alone, as the independent person who was named: nobody reminds them of it.
SECOND_ASKED: Final = """
  SELECT 'second_asked', asked.id, asked.client_id, asked.asked_at, NULL,
         reader.name || chr(31) || c.name, 0
  FROM retention_secondperson person
  JOIN retention_breakglass asked ON asked.practice_id = person.practice_id
    AND asked.asked_of = 'second' AND asked.ended_at IS NULL
    AND asked.asked_at >= %(now)s::timestamptz - %(consent)s * interval '1 day'
    AND asked.reader_id <> person.member_id AND asked.coach_id <> person.member_id
  JOIN practices_membership reader ON reader.practice_id = asked.practice_id
    AND reader.id = asked.reader_id
  JOIN clients_client c ON c.practice_id = asked.practice_id AND c.id = asked.client_id
  WHERE person.practice_id = %(practice)s AND person.ended_at IS NULL
    AND person.member_id = (SELECT app.membership_id())
    AND NOT EXISTS (
      SELECT FROM retention_breakglassconsent given
      WHERE given.practice_id = asked.practice_id AND given.request_id = asked.id)
"""
# Of the reader alone, as the coach: whoever renews talks about it while something is left, and no
# more once it is agreed how it goes on.
RENEWAL: Final = """
  SELECT 'renewal', e.id, e.client_id, e.ends_on::timestamptz, account.remaining::int, c.name, 4
  FROM coached e
  JOIN clients_client c ON c.practice_id = e.practice_id AND c.id = e.client_id
  LEFT JOIN LATERAL (
    SELECT sum(entry.change) AS remaining FROM programs_ledgeraccount account
    JOIN programs_ledgerentry entry ON entry.practice_id = account.practice_id
      AND entry.account_id = account.id
    WHERE account.practice_id = e.practice_id AND account.engagement_id = e.id) account ON true
  WHERE e.practice_id = %(practice)s AND e.coach_id = (SELECT app.membership_id())
    AND e.state = 'active' AND e.starts_on <= %(today)s::date AND e.ends_on >= %(today)s::date
    AND (account.remaining <= %(renewal_sessions)s
      OR e.ends_on <= %(today)s::date + %(renewal_days)s::int)
    AND NOT EXISTS (
      SELECT FROM clients_engagement later
      WHERE later.practice_id = e.practice_id AND later.client_id = e.client_id
        AND later.starts_on > e.starts_on AND later.state IN ('proposed', 'active'))
"""
NEEDS: Final = f"""{COACHED}
SELECT * FROM (
{WAITING}
UNION ALL
{SECOND_ASKED}
UNION ALL
{RENEWAL}
) needs
WHERE {NOT_ONESELF}
ORDER BY rank, at NULLS FIRST, who
LIMIT %(limit)s
"""  # noqa: S608 -- our own words
