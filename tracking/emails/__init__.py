"""What the mails about reports and summaries say: that something waits, never what is in it."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import SponsorContact
from clients.queries.clients import address_of, coaches_of, has_portal, person_for
from coachops.mail.message import Reader, render_mail, send_mail
from coachops.outbox.registry import ClaimedMessage, Delivery
from coachops.practices.emails import absolute, reader_of, sender_of
from coachops.practices.models import Membership, Practice
from coachops.practices.queries.members import reply_address
from coachops.tenancy.scope import current_practice_id
from scheduling.models import Session
from tracking.models import ProgressReport, ReportFile, SessionPreparation
from tracking.policies.reports import ReportState


@dataclass(frozen=True, slots=True)
class _Notice:
    """A mail to the client or the coach, and the states in which it is still true."""

    template: str
    page: str
    true_in: frozenset[ReportState]


_NOTICES = {
    "review": _Notice("report_review", "portal:report", frozenset({ReportState.IN_REVIEW})),
    "reminder": _Notice("report_reminder", "portal:report", frozenset({ReportState.IN_REVIEW})),
    "issued": _Notice("report_issued_client", "portal:report", frozenset({ReportState.ISSUED})),
    "released": _Notice("report_released", "coach:report", frozenset({ReportState.APPROVED})),
    "silence": _Notice("report_silence", "coach:report", frozenset({ReportState.APPROVED})),
    "changes": _Notice(
        "report_changes", "coach:report", frozenset({ReportState.DRAFTED, ReportState.DUE})
    ),
    "sent": _Notice("report_sent", "coach:report", frozenset({ReportState.ISSUED})),
}

# By the tree that the mail's link leads into.
_REASONS: Final = {
    "coach": gettext_lazy("Sent because you coach at %(practice)s."),
    "portal": gettext_lazy("Sent because you are coached at %(practice)s."),
    "sponsor": gettext_lazy(
        "Sent because you look after coaching for %(organisation)s at %(practice)s."
    ),
}


def prepare_notice(message: ClaimedMessage) -> Delivery | None:
    """To the client or a coach; nothing once the report has moved on or the coach has gone."""
    report = _load(message.subject_id)
    notice = _NOTICES[message.payload["what"]]
    if report is None or report.state not in notice.true_in:
        return None
    to_client = message.payload["to"] == "client"
    coach_id = None if to_client else UUID(message.payload["coach"])
    person = person_for(report.client)
    own = person.membership if person is not None else None
    membership = own if coach_id is None else _coach(report, coach_id)
    if membership is None or membership.ended_at is not None:
        return None
    if to_client and (person is None or not has_portal(person)):
        return None
    coach = report.engagement.coach
    reply_to = reply_address(coach) if to_client else address_of(report.client)
    return _delivery(
        message,
        report,
        template=notice.template,
        page=(notice.page, report.pk),
        reader=reader_of(membership.user),
        reply_to=reply_to,
    )


def _coach(report: ProgressReport, coach_id: UUID) -> Membership | None:
    """None for somebody who does not coach the client today."""
    today = timezone.localdate(timezone=Practice.objects.get(pk=current_practice_id()).zone)
    coaches = coaches_of([report.client_id], today).get(report.client_id, ())
    if coach_id not in {coach.id for coach in coaches}:
        return None
    return Membership.objects.select_related("user").get(pk=coach_id)


def prepare_issued(message: ClaimedMessage) -> Delivery | None:
    """To a contact of the sponsor: a link to sign in with, never the file."""
    report = _load(message.subject_id)
    contact = (
        SponsorContact.objects.select_related("membership__user")
        .filter(pk=message.payload["contact"], membership__ended_at=None)
        .exclude(membership=None)
        .first()
    )
    if report is None or contact is None:
        return None
    if not ReportFile.objects.filter(report=report).exists():
        return None
    return _delivery(
        message,
        report,
        template="report_issued",
        page=("sponsor:report", report.pk),
        reader=reader_of(contact.membership.user),
        reply_to=reply_address(report.engagement.coach),
    )


def prepare_summary_shared(message: ClaimedMessage) -> Delivery | None:
    """To the client: there is something to read. Nothing for somebody who cannot sign in."""
    session: Session | None = (
        Session.objects.select_related("client__membership__user", "coach__user")
        .filter(pk=message.subject_id)
        .first()
    )
    if session is None or session.client is None or not has_portal(session.client):
        return None
    reader = reader_of(session.client.membership.user)
    practice = Practice.objects.get(pk=current_practice_id())
    with translation.override(reader.language):
        reason = _("Sent because you are coached at %(practice)s.") % {"practice": practice.name}
    mail = render_mail(
        name="tracking/summary_shared",
        context={
            "coach": session.coach,
            "client": session.client,
            "met_at": session.starts_at,
            "url": absolute(reverse("portal:summaries", args=[practice.slug])),
        },
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(session.coach)),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)


def prepare_preparation(message: ClaimedMessage) -> Delivery | None:
    """Asks the client about a session; not once it was answered, moved into the past or called off.

    Nothing for somebody who cannot sign in.
    """
    asked: SessionPreparation | None = (
        SessionPreparation.objects.select_related(
            "session__coach__user", "client__membership__user", "response"
        )
        .filter(pk=message.subject_id, response__sent_at=None)
        .first()
    )
    if asked is None or not has_portal(asked.client):
        return None
    session: Session = asked.session
    if session.state != Session.State.BOOKED or session.starts_at <= timezone.now():
        return None
    reader = reader_of(asked.client.membership.user)
    practice = Practice.objects.get(pk=current_practice_id())
    with translation.override(reader.language):
        reason = _("Sent because you have a session at %(practice)s.") % {"practice": practice.name}
    mail = render_mail(
        name="tracking/preparation",
        context={
            "coach": session.coach,
            "client": asked.client,
            "meets_at": session.starts_at,
            "url": absolute(reverse("portal:preparation", args=[practice.slug, session.pk])),
        },
        reader=reader,
        sender=sender_of(practice, reply_to=reply_address(session.coach)),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)


def _load(report_id: UUID | None) -> ProgressReport | None:
    return (  # type: ignore[no-any-return]
        ProgressReport.objects.select_related(
            "client__membership__user",
            "engagement__coach__user",
            "engagement__sponsor_organisation",
        )
        .filter(pk=report_id)
        .first()
    )


def _delivery(
    message: ClaimedMessage,
    report: ProgressReport,
    *,
    template: str,
    page: tuple[str, UUID],
    reader: Reader,
    reply_to: str,
) -> Delivery:
    practice = Practice.objects.get(pk=current_practice_id())
    organisation = report.engagement.sponsor_organisation
    with translation.override(reader.language):
        reason = _REASONS[page[0].partition(":")[0]] % {
            "practice": practice.name,
            "organisation": organisation.name if organisation is not None else "",
        }
    context: dict[str, Any] = {
        "practice_name": practice.name,
        "organisation": organisation,
        "coach": report.engagement.coach,
        "client": report.client,
        "report": report,
        "url": absolute(reverse(page[0], args=[practice.slug, page[1]])),
    }
    mail = render_mail(
        name=f"tracking/{template}",
        context=context,
        reader=reader,
        sender=sender_of(practice, reply_to=reply_to),
        reason=reason,
    )
    return partial(send_mail, mail, message_id=message.id)
