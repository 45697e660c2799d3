"""What a client and the practice wrote to each other, signed and arranged."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from clients.models import (
    Agreement,
    AgreementFile,
    AgreementSignature,
    AgreementSigner,
    Client,
    CoachAssignment,
    CoachingMessage,
    Delegation,
    DisclosureProposal,
    Enquiry,
    HandedOn,
    Handover,
    LogisticsMessage,
    OnboardingStep,
    StepOwner,
    TeamMember,
)
from clients.queries.agreements import KIND_LABELS, STATE_LABELS, name_of_signer
from clients.queries.handover import shared_briefs
from clients.queries.safes import Safe, safe_of
from coachops.correspondence.models import MailPreference
from coachops.correspondence.queries.log import logged, logged_mail
from tracking.models import (
    ActionItem,
    FileConsent,
    GoalWording,
    SessionSummary,
    SessionTheme,
)
from tracking.queries.file_summaries import file_entries

type Rows = list[dict[str, Any]]
type File = tuple[str, bytes]
_MOST = 5000


def own_messages(client_id: UUID, safe: Safe) -> Rows:
    """With coaches, and about dates and places; of deleted ones that they were there."""
    coaching = CoachingMessage.objects.select_related("author", "coach").filter(client=client_id)
    logistics = LogisticsMessage.objects.select_related("author").filter(client=client_id)
    rows = [
        {
            "thread": row.coach.name,
            "by": row.author.name,
            "sent_at": row.sent_at,
            "text": "" if row.deleted_at else safe.open(bytes(row.sealed_body), row_id=row.pk),
            "file": _place(row, safe) if row.stored_as else "",
            "deleted_at": row.deleted_at,
        }
        for row in coaching.iterator(chunk_size=500)
    ]
    rows += [
        {
            "thread": "",
            "by": row.author.name,
            "sent_at": row.sent_at,
            "text": "" if row.deleted_at else row.body,
            "file": "",
            "deleted_at": row.deleted_at,
        }
        for row in logistics.iterator(chunk_size=500)
    ]
    return sorted(rows, key=lambda row: (row["thread"], row["sent_at"]))


def own_message_files(client_id: UUID, safe: Safe) -> Iterator[File]:
    """Files and clips; one that is lost is left out."""
    yield from _files(CoachingMessage.objects.filter(client=client_id), safe)
    for member in TeamMember.objects.present().filter(client=client_id).order_by("pk"):
        since = CoachingMessage.objects.filter(client=member.team_id, sent_at__gte=member.joined_at)
        yield from _files(since, safe_of(member.team_id))


def _files(rows: QuerySet[CoachingMessage], safe: Safe) -> Iterator[File]:
    for row in rows.exclude(stored_as="").order_by("pk"):
        if default_storage.exists(row.stored_as):
            with default_storage.open(row.stored_as, "rb") as file:
                sealed = file.read()
            yield _place(row, safe), safe.open_bytes(sealed, row_id=row.pk)


def own_agreements(client_id: UUID) -> Rows:
    """What was sent, with who signed it; the sealed PDFs lie beside it."""
    found = list(_agreements(client_id))
    signed = AgreementSignature.objects.filter(agreement__in=found)
    when = {row.signer_id: row for row in signed}
    signers = AgreementSigner.objects.select_related("contact").filter(agreement__in=found)
    people: dict[UUID, Rows] = {}
    for signer in signers.order_by("position"):
        agreement = next(each for each in found if each.pk == signer.agreement_id)
        signature = when.get(signer.pk)
        people.setdefault(signer.agreement_id, []).append(
            {
                "name": name_of_signer(signer, agreement),
                "state": signer.state,
                "signed_at": signature.signed_at if signature else None,
                "consent": signature.consent_text if signature else "",
            }
        )
    return [
        {
            "title": row.title,
            "kind": str(KIND_LABELS[row.kind]),
            "state": str(STATE_LABELS[row.state]),
            "sent_at": row.sent_at,
            "settled_at": row.settled_at,
            "void_because": row.void_reason,
            "text": row.text,
            "signers": people.get(row.pk, []),
        }
        for row in found
    ]


def own_agreement_files(client_id: UUID) -> Iterator[File]:
    """As they were sealed, byte for byte."""
    files = AgreementFile.objects.filter(agreement__in=_agreements(client_id)).order_by("pk")
    for row in files.select_related("agreement"):
        name = str(row.file.name)
        if default_storage.exists(name):
            with default_storage.open(name, "rb") as file:
                yield f"agreements/agreement {row.agreement_id.hex[-8:]}.pdf", file.read()


def own_proposals(client_id: UUID) -> Rows:
    """What a company was to see, and what became of it."""
    rows = DisclosureProposal.objects.filter(engagement__client=client_id).order_by("proposed_at")
    return list(rows.values("level", "state", "proposed_at", "settled_at"))


def own_file_summaries(client_id: UUID) -> Rows:
    """What was written for the file."""
    return [
        {
            "session_at": each.session_starts_at,
            "by": each.author_name,
            "text": each.text,
            "saved_at": each.saved_at,
        }
        for each in reversed(file_entries(client_id, limit=_MOST))
    ]


def own_themes(client_id: UUID) -> Rows:
    """What sessions were about, as their coaches chose."""
    rows = SessionTheme.objects.filter(client=client_id).order_by("session__starts_at", "pk")
    return list(rows.values("session__starts_at", "theme__name", "author__name", "chosen_at"))


def own_mail(client: Client) -> Rows:
    """Subjects and states, never what a mail said: that is not kept."""
    found = []
    for entry in logged(client).iterator(chunk_size=500):
        mail = logged_mail(entry)
        found.append(
            {
                "at": mail.at,
                "to": mail.address,
                "subject": mail.subject,
                "state": str(mail.state),
                "is_copy": mail.is_copy,
            }
        )
    return found


def own_choices(client: Client) -> dict[str, Any]:
    """What they let others do and see, and which mail they get."""
    delegations = Delegation.objects.select_related("membership").filter(client=client)
    consent = FileConsent.objects.filter(client=client).first()
    mail = MailPreference.objects.filter(client=client).first()
    return {
        "summaries_for_the_file_open_to_assistants_since": consent.given_at if consent else None,
        "assistants_of_their_own": [
            {"name": row.membership.name, "from": row.started_on, "until": row.ended_on}
            for row in delegations.order_by("started_on", "pk")
        ],
        "mail": {"off": mail.off, "reminders": mail.reminders, "digest": mail.digest}
        if mail
        else {},
    }


def own_coaches(client_id: UUID) -> Rows:
    """Who has coached them, and until when."""
    rows = CoachAssignment.objects.filter(client=client_id).order_by("started_on", "pk")
    return list(rows.values("coach__name", "started_on", "ended_on"))


def own_handovers(client_id: UUID, safe: Safe) -> Rows:
    """What was written for the next coach, and what passed on to whom, from when until when."""
    briefs: Rows = [
        {"brief_by": brief.author, "shared_at": brief.shared_at, "text": brief.text}
        for brief in shared_briefs(client_id, safe)
    ]
    asked = Handover.objects.filter(client=client_id).order_by("asked_at", "pk")
    given = HandedOn.objects.filter(client=client_id).order_by("given_at", "pk")
    return [
        *briefs,
        *asked.values("assignment__coach__name", "asked_at", "answered_at"),
        *given.values("assignment__coach__name", "kind", "given_at", "withdrawn_at"),
    ]


def own_teams(client_id: UUID) -> Rows:
    """Of which teams they were, and what the team shared with them; the wall decides what.

    Of messages those of the teams they are in, since they joined.
    """
    rows = TeamMember.objects.select_related("team").filter(client=client_id)
    return [
        {
            "team": row.team.name,
            "joined_at": row.joined_at,
            "left_at": row.left_at,
            "is_speaker": row.is_speaker,
            **_of_team(row),
        }
        for row in rows.order_by("joined_at", "pk")
    ]


def _of_team(member: TeamMember) -> dict[str, Rows]:
    team_id, is_present = member.team_id, member.left_at is None
    safe = safe_of(team_id)
    messages = CoachingMessage.objects.select_related("author").filter(
        client=team_id, sent_at__gte=member.joined_at, deleted_at=None
    )
    logistics = LogisticsMessage.objects.filter(
        client=team_id, sent_at__gte=member.joined_at, deleted_at=None
    )
    goals = GoalWording.objects.filter(client=team_id).order_by("goal", "number")
    actions = ActionItem.objects.filter(client=team_id).order_by("created_at", "pk")
    summaries = SessionSummary.objects.filter(client=team_id).exclude(shared_at=None)
    return {
        "goals": [
            {"text": safe.open(row.sealed_text, row_id=row.pk), "worded_at": row.worded_at}
            for row in (goals if is_present else ())
        ],
        "actions": list(actions.values("text", "owner", "due_on", "done_at")) if is_present else [],
        "summaries": [
            {"text": safe.open(row.sealed_body, row_id=row.pk), "shared_at": row.shared_at}
            for row in summaries.order_by("shared_at", "pk")
        ],
        "messages": [
            {
                "by": _signed(row),
                "sent_at": row.sent_at,
                "text": safe.open(bytes(row.sealed_body), row_id=row.pk),
                "file": _place(row, safe) if row.stored_as else "",
            }
            for row in (messages.order_by("sent_at", "pk")[:_MOST] if is_present else ())
        ],
        "logistics": [
            {"by": _signed(row), "sent_at": row.sent_at, "text": row.body}
            for row in (
                logistics.select_related("author").order_by("sent_at", "pk")[:_MOST]
                if is_present
                else ()
            )
        ],
    }


def _signed(row: CoachingMessage | LogisticsMessage) -> str:
    """In a team people know each other by first name."""
    name: str = row.author.name
    return name.partition(" ")[0] if row.is_from_client else name


def own_enquiry(client_id: UUID) -> Rows:
    """What they wrote before they were a client."""
    rows = Enquiry.objects.filter(client=client_id).order_by("created_at")
    return list(rows.values("name", "email", "wish", "created_at"))


def own_steps(client_id: UUID) -> Rows:
    """What was theirs to do at the beginning."""
    rows = OnboardingStep.objects.filter(engagement__client=client_id, owner=StepOwner.CLIENT)
    return list(rows.order_by("due_on", "pk").values("title", "due_on", "settled_at", "is_skipped"))


def _agreements(client_id: UUID) -> Any:
    """What the client was asked to sign; a draft is nobody's yet."""
    asked = AgreementSigner.objects.filter(party=AgreementSigner.Party.CLIENT)
    rows = Agreement.objects.select_related(
        "engagement__client", "engagement__coach", "engagement__sponsor_organisation"
    ).filter(engagement__client=client_id, pk__in=asked.values("agreement_id"))
    return rows.exclude(sent_at=None).order_by("sent_at", "pk")


def _place(row: CoachingMessage, safe: Safe) -> str:
    name = safe.open(bytes(row.sealed_name), row_id=row.pk) if row.sealed_name else "file"
    return f"messages/{row.pk.hex[-8:]}-{name.replace('/', '_').replace(chr(92), '_')}"
