"""Papers on a client's timeline: agreements, the intake, steps of onboarding, files. States alone.

What was answered and what a file holds stays where it is; here stands that it is there.
"""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coachops.web.timeline import Found, Readers, Reading, Source, Strand, Told

# What happens to one thing at one moment is told apart by an id of its own, so that no page of the
# timeline loses it. Fees are told to whoever may read them: see `clients.access.agreements`.
_AGREEMENTS: Final = """
SELECT event.at, md5(agreement.id || event.name)::uuid AS id, engagement.id AS engagement_id,
  jsonb_build_object('event', event.name, 'title', agreement.title, 'of', agreement.id) AS facts,
  NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN clients_agreement agreement
  ON agreement.practice_id = engagement.practice_id AND agreement.engagement_id = engagement.id
CROSS JOIN LATERAL (VALUES ('sent', agreement.sent_at),
  (agreement.state, agreement.settled_at)) event (name, at)
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
  AND event.at IS NOT NULL AND agreement.kind {kinds} 'fees'
"""
# Nobody is watched while they read; whoever asks for the code to sign has opened the page.
_SIGNERS: Final = """
SELECT event.at, md5(signer.id || event.name)::uuid AS id, engagement.id AS engagement_id,
  jsonb_build_object('event', event.name, 'title', agreement.title, 'party', signer.party,
    'of', agreement.id, 'name', coalesce(signature.signed_name, '')) AS facts,
  NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN clients_agreement agreement
  ON agreement.practice_id = engagement.practice_id AND agreement.engagement_id = engagement.id
JOIN clients_agreementsigner signer
  ON signer.practice_id = agreement.practice_id AND signer.agreement_id = agreement.id
LEFT JOIN clients_agreementsignature signature
  ON signature.practice_id = agreement.practice_id AND signature.agreement_id = agreement.id
  AND signature.signer_id = signer.id
CROSS JOIN LATERAL (VALUES ('opened', signer.code_sent_at), ('signed', signature.signed_at))
  event (name, at)
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
  AND event.at IS NOT NULL AND agreement.kind {kinds} 'fees'
"""
_INTAKES: Final = """
SELECT event.at, md5(intake.id || event.name)::uuid AS id, NULL::uuid AS engagement_id,
  jsonb_build_object('event', event.name, 'title', version.title, 'of', intake.id) AS facts,
  NULL::bytea AS sealed
FROM clients_intake intake
JOIN questionnaires_response response
  ON response.practice_id = intake.practice_id AND response.id = intake.response_id
JOIN questionnaires_questionnaireversion version
  ON version.practice_id = response.practice_id AND version.id = response.version_id
CROSS JOIN LATERAL (VALUES ('asked', intake.asked_at), ('sent', response.sent_at),
  ('withdrawn', intake.withdrawn_at)) event (name, at)
WHERE intake.practice_id = %(practice)s AND intake.client_id = %(client)s AND event.at IS NOT NULL
"""
_STEPS: Final = """
SELECT step.settled_at AS at, step.id, engagement.id AS engagement_id, jsonb_build_object(
    'title', step.title, 'skipped', step.is_skipped, 'by', coalesce(settler.name, '')) AS facts,
  NULL::bytea AS sealed
FROM clients_engagement engagement
JOIN clients_onboardingstep step
  ON step.practice_id = engagement.practice_id AND step.engagement_id = engagement.id
  AND step.settled_at IS NOT NULL
LEFT JOIN practices_membership settler
  ON settler.practice_id = step.practice_id AND settler.id = step.settled_by_id
WHERE engagement.practice_id = %(practice)s AND engagement.client_id = %(client)s
"""
# The wall says whose answers are the reader's: not what somebody said for the sake of a team.
_ANSWER_FILES: Final = """
SELECT max(file.added_at) AS at, response.id, NULL::uuid AS engagement_id, jsonb_build_object(
    'title', version.title, 'count', count(*)) AS facts,
  NULL::bytea AS sealed
FROM clients_clientkey owner
JOIN questionnaires_response response
  ON response.practice_id = owner.practice_id AND response.subject_id = owner.client_id
  AND response.sent_at IS NOT NULL
JOIN questionnaires_questionnaireversion version
  ON version.practice_id = response.practice_id AND version.id = response.version_id
JOIN questionnaires_answerfile file
  ON file.practice_id = response.practice_id AND file.response_id = response.id
WHERE owner.practice_id = %(practice)s AND owner.client_id = %(client)s
  AND EXISTS (SELECT FROM questionnaires_responseanswer answer
    WHERE answer.practice_id = response.practice_id AND answer.response_id = response.id)
GROUP BY response.id, version.title
"""
# The wall lets a coach find their own thread alone.
_MESSAGE_FILES: Final = """
SELECT message.sent_at AS at, message.id, NULL::uuid AS engagement_id,
  jsonb_build_object('by_client', message.is_from_client) AS facts, message.sealed_name AS sealed
FROM clients_coachingmessage message
WHERE message.practice_id = %(practice)s AND message.client_id = %(client)s
  AND message.coach_id = %(reader)s AND message.stored_as <> '' AND message.deleted_at IS NULL
  AND message.sealed_name IS NOT NULL
"""
_AGREEMENT_SYMBOLS: Final = {
    "sent": "send",
    "signed": "file-check",
    "declined": "circle-x",
    "void": "ban",
}


def _tell_agreement(found: Found, reading: Reading) -> Told:
    facts = found.facts
    titles = {
        "sent": _("%(title)s was sent to be signed"),
        "signed": _("%(title)s is signed by everybody"),
        "declined": _("%(title)s was declined"),
        "void": _("%(title)s is void"),
    }
    return Told(
        title=titles.get(facts["event"], titles["void"]) % {"title": facts["title"]},
        symbol=_AGREEMENT_SYMBOLS.get(facts["event"], "file-text"),
        readers=Readers.ORGANISERS,
        url=reverse("coach:agreement", args=[reading.practice_slug, facts["of"]]),
    )


def _tell_signer(found: Found, reading: Reading) -> Told:
    facts = found.facts
    who = facts["name"] or {
        "client": reading.first_name,
        "coach": _("The coach"),
        "sponsor": _("The sponsor’s signer"),
    }.get(facts["party"], "")
    is_signed = facts["event"] == "signed"
    title = _("%(who)s signed %(title)s") if is_signed else _("%(who)s opened %(title)s to sign it")
    return Told(
        title=title % {"who": who, "title": facts["title"]},
        symbol="signature" if is_signed else "eye",
        readers=Readers.ORGANISERS,
        url=reverse("coach:agreement", args=[reading.practice_slug, facts["of"]]),
    )


def _tell_intake(found: Found, reading: Reading) -> Told:
    titles = {
        "asked": _("%(name)s was asked: %(title)s"),
        "sent": _("%(name)s answered: %(title)s"),
        "withdrawn": _("No longer asked: %(title)s"),
    }
    symbols = {"asked": "mail", "sent": "clipboard-check", "withdrawn": "x"}
    page = reverse("coach:intake", args=[reading.practice_slug, reading.client_id])
    words = {"name": reading.first_name, "title": found.facts["title"]}
    return Told(
        title=titles[found.facts["event"]] % words,
        symbol=symbols[found.facts["event"]],
        readers=Readers.ORGANISERS,
        url=f"{page}?of={found.facts['of']}",
        is_news=found.facts["event"] == "sent",
    )


def _tell_step(found: Found, reading: Reading) -> Told:
    facts = found.facts
    return Told(
        title=facts["title"],
        text=_("By %(name)s.") % {"name": facts["by"]} if facts["by"] else "",
        symbol="circle-check",
        readers=Readers.ORGANISERS,
        url=reverse(
            "coach:engagement_onboarding", args=[reading.practice_slug, found.engagement_id]
        ),
        state=_("Not needed") if facts["skipped"] else _("Onboarding"),
    )


def _tell_answer_file(found: Found, reading: Reading) -> Told:
    facts = found.facts
    title = ngettext(
        "A file came with “%(title)s”", "%(n)s files came with “%(title)s”", facts["count"]
    )
    return Told(
        title=title % {"n": facts["count"], "title": facts["title"]},
        symbol="paperclip",
        readers=Readers.PAIR,
    )


def _tell_message_file(found: Found, reading: Reading) -> Told:
    by_client = _("%(name)s sent a file") % {"name": reading.first_name}
    return Told(
        title=by_client if found.facts["by_client"] else _("You sent a file"),
        text=reading.unseal(found.sealed or b"", found.id),
        symbol="paperclip",
        readers=Readers.PAIR,
        url=reverse("coach:client_messages", args=[reading.practice_slug, reading.client_id]),
    )


SOURCES: Final = (
    Source(Strand.AGREEMENTS, False, _AGREEMENTS.format(kinds="<>"), _tell_agreement),
    Source(Strand.AGREEMENTS, True, _AGREEMENTS.format(kinds="="), _tell_agreement),
    Source(Strand.AGREEMENTS, False, _SIGNERS.format(kinds="<>"), _tell_signer),
    Source(Strand.AGREEMENTS, True, _SIGNERS.format(kinds="="), _tell_signer),
    Source(Strand.FORMS, False, _INTAKES, _tell_intake),
    Source(Strand.FRAME, False, _STEPS, _tell_step),
    Source(Strand.FILES, True, _ANSWER_FILES, _tell_answer_file),
    Source(Strand.FILES, True, _MESSAGE_FILES, _tell_message_file),
)
