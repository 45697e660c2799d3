"""What needs somebody today: who, what, why, and the one action that resolves it. One query.

States and dates only, so assistants and owners may see it as well as coaches.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from coachops.pages.queries.attention_statement import NEEDS
from coachops.pages.queries.needs import Need, of_handover, renewal, second_asked, unanswered
from coachops.tenancy.scope import current_practice_id

MOST_NEEDS = 30
UNIT = chr(31)
REPORT_NOTICE_DAYS = 14
UNBOOKED_AFTER_DAYS = 7
ASKED_BEFORE_DAYS = 3
INTAKE_AFTER_DAYS = 5
BEGINS_WITHIN_DAYS = 21
UNSIGNED_AFTER_DAYS = 3
# A renewal is talked about while there is still something left of what is renewed.
RENEWAL_SESSIONS, RENEWAL_DAYS = 2, 60
# So long consent can be given, as coachops.retention has it.
CONSENT_WITHIN_DAYS = 14


def needs_of(
    coach_ids: list[UUID],
    *,
    practice_slug: str,
    now: datetime,
    is_owner: bool = False,
    is_assistant: bool = False,
) -> tuple[Need, ...]:
    """The most urgent first, at most thirty. Owners also see what coaches who left have left;
    owners and assistants, the enquiries that nobody answers yet."""
    today = timezone.localdate(now)
    with connection.cursor() as cursor:
        cursor.execute(
            NEEDS,
            {
                "practice": current_practice_id(),
                "coaches": coach_ids,
                "is_owner": is_owner,
                "sees_unassigned": is_owner or is_assistant,
                "now": now,
                "today": today,
                "report_horizon": today + timedelta(days=REPORT_NOTICE_DAYS),
                "unbooked": UNBOOKED_AFTER_DAYS,
                "asked": ASKED_BEFORE_DAYS,
                "intake": INTAKE_AFTER_DAYS,
                "beginning": BEGINS_WITHIN_DAYS,
                "unsigned": UNSIGNED_AFTER_DAYS,
                "consent": CONSENT_WITHIN_DAYS,
                "renewal_sessions": RENEWAL_SESSIONS,
                "renewal_days": RENEWAL_DAYS,
                "limit": MOST_NEEDS,
            },
        )
        rows = cursor.fetchall()
    return tuple(need_of(row, practice_slug, today) for row in rows)


def need_of(row: tuple[Any, ...], slug: str, today: date) -> Need:
    """A row of the statement in words."""
    kind, subject_id, client_id, at, number, who, rank = row
    if kind in {"passes_on", "brief_wanted", "brief_ready"}:
        return of_handover(kind, client_id, at, who, slug, is_mine=bool(number))
    if kind.startswith("report_"):
        return _report(kind.removeprefix("report_"), subject_id, at, who, slug)
    words: dict[str, Callable[[], Need]] = {
        "handover": lambda: _left_behind(kind, subject_id, client_id, at, who, slug),
        "coachless": lambda: _left_behind(kind, subject_id, client_id, at, who, slug),
        "outcome": lambda: _outcome(subject_id, at, who, slug),
        "declined": lambda: _declined(subject_id, at, who, slug),
        "request": lambda: _request(subject_id, at, who, slug),
        "clock": lambda: _clock(at, number, who, slug),
        "agreement": lambda: _agreement(subject_id, at, who, slug, waits_for_coach=rank == 0),
        "agreement_declined": lambda: _agreement_declined(subject_id, at, who, slug),
        "signature": lambda: _signature(subject_id, who, slug, waits_for_coach=rank == 0),
        "intake": lambda: _intake(client_id, at, number, who, slug),
        "not_asked": lambda: _not_asked(client_id, at, who, slug),
        "message": lambda: unanswered(client_id, at, who, slug, is_logistics=not number),
        "overdue": lambda: _overdue(client_id, at, number, who, slug, today),
        "asked": lambda: _asked(subject_id, at, number, who, slug),
        "onboarding": lambda: _onboarding(subject_id, at, number, who, slug),
        "enquiry": lambda: _enquiry(subject_id, at, who, slug, has_step=number == 1),
        "renewal": lambda: renewal(subject_id, at, number, who, slug),
        "second_asked": lambda: second_asked(at, who, slug),
        "bounced": lambda: _bounced(client_id, at, who, slug),
        "unbooked": lambda: _unbooked(client_id, at, who, slug),
    }
    return words[kind]()


def _enquiry(enquiry_id: UUID, at: datetime, who: str, slug: str, *, has_step: bool) -> Need:
    """Nobody has answered yet, or the day of the next step has come."""
    step, _separator, name = who.partition(UNIT)
    due = _("The next step is due since %(day)s.") % {"day": date_format(at, "D j M")}
    return Need(
        kind="enquiry",
        who=name,
        what=step if has_step else _("New enquiry"),
        why=due if has_step else _("Asked on %(day)s, not answered yet.") % {"day": _day(at)},
        action=_("Open it"),
        url=reverse("coach:enquiry", args=[slug, enquiry_id]),
        symbol="inbox",
        tone="warn",
    )


def _onboarding(engagement_id: UUID, at: datetime, number: int, who: str, slug: str) -> Need:
    """Steps that somebody has to take; what is signed, answered or booked has lines of its own."""
    words = ngettext("Onboarding: %(n)s step is late", "Onboarding: %(n)s steps are late", number)
    return Need(
        kind="onboarding",
        who=who,
        what=words % {"n": number},
        why=_("It was due on %(day)s.") % {"day": date_format(at, "D j M")},
        action=_("See the steps"),
        url=reverse("coach:engagement_onboarding", args=[slug, engagement_id]),
        symbol="clipboard-check",
        tone="warn",
    )


def _bounced(client_id: UUID, at: datetime, who: str, slug: str) -> Need:
    """Nothing but confirmations is sent there until somebody looks."""
    return Need(
        kind="bounced",
        who=who,
        what=_("Mail comes back"),
        why=_("Since %(day)s. Reminders do not reach them.") % {"day": _day(at)},
        action=_("Correct the address"),
        url=reverse("coach:client_mail", args=[slug, client_id]),
        symbol="mail",
        tone="risk",
    )


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "D j M")


def _outcome(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="outcome",
        who=who,
        what=_("Session not confirmed"),
        why=_("It was on %(day)s. Was it held?") % {"day": _day(at)},
        action=_("Confirm"),
        url=reverse("coach:unconfirmed", args=[slug]),
        symbol="calendar-check",
        tone="warn",
    )


def _request(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="request",
        who=who,
        what=_("Asks for a time"),
        why=_("It is kept on %(day)s until you say yes or no.") % {"day": _day(at)},
        action=_("Answer"),
        url=reverse("coach:booking", args=[slug, session_id]),
        symbol="calendar-plus",
        tone="warn",
    )


def _declined(session_id: UUID, at: datetime, who: str, slug: str) -> Need:
    """Their calendar said no; nothing happens until the coach decides."""
    return Need(
        kind="declined",
        who=who,
        what=_("Invitation declined"),
        why=_("Their calendar said no to %(day)s. It is still booked.") % {"day": _day(at)},
        action=_("Decide"),
        url=reverse("coach:session_reply", args=[slug, session_id]),
        symbol="calendar-x",
        tone="risk",
    )


def _clock(at: datetime, number: int, who: str, slug: str) -> Need:
    """A country changed its clocks after these were booked; nothing was moved."""
    return Need(
        kind="clock",
        who=who,
        what=ngettext(
            "A clock change concerns one session",
            "A clock change concerns %(n)s sessions",
            number,
        )
        % {"n": number},
        why=_("The first is on %(day)s. It shows another time than it was booked for.")
        % {"day": _day(at)},
        action=_("Decide"),
        url=reverse("coach:zone_changes", args=[slug]),
        symbol="clock",
        tone="warn",
    )


def _left_behind(
    kind: str, session_id: UUID, client_id: UUID, at: datetime | None, who: str, slug: str
) -> Need:
    """A session that its engagement's coach does not hold, or an engagement that nobody leads."""
    if kind == "handover" and at is not None:
        return Need(
            kind=kind,
            who=who,
            what=_("Booked with another coach"),
            why=_("Whoever was to hold it on %(day)s can no longer do so.") % {"day": _day(at)},
            action=_("Hand over or cancel"),
            url=reverse("coach:session_hand_over", args=[slug, session_id]),
            symbol="calendar-x",
            tone="risk",
        )
    return Need(
        kind=kind,
        who=who,
        what=_("Nobody leads the engagement"),
        why=_("Its coach has left the practice."),
        action=_("Assign a coach"),
        url=reverse("coach:client_edit", args=[slug, client_id]),
        symbol="user-cog",
        tone="risk",
    )


def _signature(engagement_id: UUID, who: str, slug: str, *, waits_for_coach: bool) -> Need:
    return Need(
        kind="signature",
        who=who,
        what=_("What the sponsor sees is not agreed"),
        why=_("The coach has not signed yet.")
        if waits_for_coach
        else _("The coach has signed; somebody else has not."),
        action=_("Open it") if waits_for_coach else _("See who is missing"),
        url=reverse("coach:disclosure", args=[slug, engagement_id]),
        symbol="file-pen-line",
        tone="risk" if waits_for_coach else "warn",
    )


def _agreement(
    agreement_id: UUID, at: datetime, who: str, slug: str, *, waits_for_coach: bool
) -> Need:
    """Whose turn it is comes before the client's name, apart by a character no name has."""
    signer, _separator, client = who.partition(UNIT)
    waiting = _("Waiting for %(name)s since %(day)s.") % {"name": signer, "day": _day(at)}
    return Need(
        kind="agreement",
        who=client,
        what=_("Agreement unsigned"),
        why=_("It is the coach’s turn to sign.") if waits_for_coach else waiting,
        action=_("Sign") if waits_for_coach else _("Chase"),
        url=reverse("coach:agreement", args=[slug, agreement_id]),
        symbol="signature",
        tone="risk" if waits_for_coach else "warn",
    )


def _agreement_declined(agreement_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="agreement_declined",
        who=who,
        what=_("Agreement declined"),
        why=_("On %(day)s. The reason stands beside it.") % {"day": _day(at)},
        action=_("Read why"),
        url=reverse("coach:agreement", args=[slug, agreement_id]),
        symbol="file-signature",
        tone="risk",
    )


_REPORT_STEPS = {
    "due": (gettext_noop("Progress report due"), gettext_noop("Draft it")),
    "drafted": (gettext_noop("Report drafted"), gettext_noop("Check it")),
    "checked": (gettext_noop("Report checked"), gettext_noop("Send for review")),
    "approved": (gettext_noop("Report approved"), gettext_noop("Issue it")),
}


def _report(state: str, report_id: UUID, at: datetime, who: str, slug: str) -> Need:
    what, action = _REPORT_STEPS[state]
    return Need(
        kind="report",
        who=who,
        what=_(what),
        why=_("Due to the sponsor on %(day)s.") % {"day": date_format(at, "D j M")},
        action=_(action),
        url=reverse("coach:report", args=[slug, report_id]),
        symbol="file-text",
        tone="warn",
    )


def _overdue(client_id: UUID, at: datetime, number: int, who: str, slug: str, today: date) -> Need:
    days = (today - at.date()).days
    return Need(
        kind="overdue",
        who=who,
        what=ngettext("One action overdue", "%(number)s actions overdue", number)
        % {"number": number},
        why=ngettext("The oldest is one day late.", "The oldest is %(days)s days late.", days)
        % {"days": days},
        action=_("Review"),
        url=reverse("coach:client", args=[slug, client_id]),
        symbol="list-checks",
        tone="plain",
    )


def _intake(client_id: UUID, at: datetime, answered: int, who: str, slug: str) -> Need:
    """Asked some days ago, or due, and not sent."""
    begun = ngettext("One question is answered.", "%(n)s questions are answered.", answered)
    why = _("Asked on %(day)s.") % {"day": _day(at)}
    if answered:
        why = f"{why} {begun % {'n': answered}}"
    return Need(
        kind="intake",
        who=who,
        what=_("Intake not sent yet"),
        why=why,
        action=_("Remind"),
        url=reverse("coach:intake", args=[slug, client_id]),
        symbol="clipboard-list",
        tone="warn",
    )


def _not_asked(client_id: UUID, at: datetime, who: str, slug: str) -> Need:
    return Need(
        kind="intake",
        who=who,
        what=_("Intake not asked for"),
        why=_("The coaching begins on %(day)s.") % {"day": date_format(at, "D j M")},
        action=_("Ask"),
        url=reverse("coach:intake", args=[slug, client_id]),
        symbol="clipboard-list",
        tone="plain",
    )


def _unbooked(client_id: UUID, at: datetime | None, who: str, slug: str) -> Need:
    why = (
        _("The last one was on %(day)s.") % {"day": _day(at)}
        if at
        else _("No session has been booked yet.")
    )
    return Need(
        kind="unbooked",
        who=who,
        what=_("Nothing booked"),
        why=why,
        action=_("Book a session"),
        url=reverse("coach:book_for_client", args=[slug, client_id]),
        symbol="calendar-plus",
        tone="warn",
    )


def _asked(request_id: UUID, at: datetime, nudges: int, who: str, slug: str) -> Need:
    why = _("Asked on %(day)s.") % {"day": _day(at)}
    if nudges:
        again = ngettext("Reminded once since.", "Reminded %(times)s times since.", nudges)
        why = f"{why} {again % {'times': nudges}}"
    return Need(
        kind="asked",
        who=who,
        what=_("Asked to book, nothing booked yet"),
        why=why,
        action=_("Remind or book"),
        url=reverse("coach:scheduling_request", args=[slug, request_id]),
        symbol="calendar-clock",
        tone="warn",
    )
