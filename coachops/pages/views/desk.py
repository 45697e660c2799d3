"""The desk of whoever organises: what waits on whom, who is asked again, and the mails before."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clients.access.agreements import sees_fees
from coachops.mail.previewing import MailPreview, mails_of
from coachops.outbox.models import Message
from coachops.pages.access import MOST_LINES, lines_of_desk
from coachops.pages.queries.desk import Reader, Wanted, desk_of
from coachops.pages.queries.desk.boundary import boundary_of
from coachops.pages.queries.desk.kinds import PARTS, TURNS, Part, Turn, may_read_before
from coachops.pages.services.desk import Asked, NothingToSend, ask_again, ask_all_again
from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission, Role
from coachops.web.pages import render_page
from coachops.web.returning import way_back
from scheduling.access import coaches_for_member


@dataclass(frozen=True, slots=True)
class Letters:
    """What one line would send; none where nothing goes out today."""

    key: str
    mails: tuple[MailPreview, ...]


@require_safe
@coach_page(Permission.MANAGE_CLIENTS)
def desk(request: PracticeRequest) -> HttpResponse:
    """Everything that waits on somebody, across all coaches the member works for."""
    coaches, wanted, now = coaches_for_member(request), _wanted(request), timezone.now()
    chosen = [coach.pk for coach in coaches if wanted.coach_id in (None, coach.pk)]
    reader = _reader(request)
    found = desk_of(chosen, wanted, reader, practice_slug=request.practice.slug, now=now)
    context = {
        "active": "desk",
        "desk": found,
        "is_empty": not any(pile.lines for pile in found.piles),
        "wanted": wanted,
        "coaches": [(coach.pk, coach.name) for coach in coaches],
        "parts": [(part, PARTS[part][0]) for part in Part],
        "turns": [(turn, TURNS[turn]) for turn in Turn],
        "boundary": boundary_of(reader),
        "before": wanted.page - 1 if wanted.page > 1 else 0,
        "after": wanted.page + 1 if wanted.page < found.pages else 0,
    }
    return render_page(request, "pages/coach/desk.html", context)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def desk_preview(request: PracticeRequest) -> HttpResponse:
    """The mails that would go out, to whom and what they say. Nothing is sent by looking."""
    keys, now = _keys(request), timezone.now()
    if not keys:
        return _back(request)
    asked = lines_of_desk(request, keys)
    letters = [_letters(request, key, each, now) for key, each in asked.items()]
    going = [each for each in letters if each.mails]
    context = {
        "active": "desk",
        "letters": going,
        "count": sum(len(each.mails) for each in going),
        "resting": len(keys) - len(going),
        "next": way_back(request, _home(request)),
    }
    return render_page(request, "pages/coach/desk_preview.html", context)


@require_POST
@coach_page(Permission.MANAGE_CLIENTS)
def desk_send(request: PracticeRequest) -> HttpResponse:
    """Asks again, each thing at most once a day."""
    keys = _keys(request)
    if not keys:
        return _back(request)
    asked = list(lines_of_desk(request, keys).values())
    sent = ask_all_again(asked=asked, by=request.membership, now=timezone.now())
    if sent:
        words = ngettext("Sent.", "Sent, for %(n)s lines.", sent)
        messages.success(request, words % {"n": sent})
    if sent < len(keys):
        words = ngettext(
            "One was left out: it was asked for today already, or is there by now.",
            "%(n)s were left out: they were asked for today already, or are there by now.",
            len(keys) - sent,
        )
        messages.info(request, words % {"n": len(keys) - sent})
    return _back(request)


def _letters(request: PracticeRequest, key: str, asked: Asked, now: datetime) -> Letters:
    if isinstance(asked.subject, Message) and not may_read_before(asked.subject.kind):
        return Letters(key, ())
    act = partial(ask_again, asked=asked, by=request.membership, now=now)
    with suppress(NothingToSend):
        return Letters(key, mails_of(act, now=now))
    return Letters(key, ())


def _keys(request: PracticeRequest) -> list[str]:
    """The lines that the form names; says so if there is none."""
    keys = list(dict.fromkeys(request.POST.getlist("line")))[:MOST_LINES]
    if not keys:
        messages.info(request, _("Choose at least one line."))
    return keys


def _reader(request: PracticeRequest) -> Reader:
    roles = request.membership.roles
    return Reader(
        id=request.membership.pk,
        is_owner=Role.OWNER in roles,
        is_assistant=Role.ASSISTANT in roles,
        is_coach=Role.COACH in roles,
        sees_fees=sees_fees(request),
        prepares_reports=Permission.PREPARE_REPORTS in request.permissions,
    )


def _wanted(request: PracticeRequest) -> Wanted:
    """What stands in the address; anything that makes no sense is as if it were not there."""
    asked = request.GET
    coach_id: UUID | None = None
    with suppress(ValueError):
        coach_id = UUID(asked.get("coach", ""))
    part, turn, page = asked.get("do", ""), asked.get("turn", ""), asked.get("page", "")
    return Wanted(
        coach_id=coach_id,
        part=part if part in set(Part) else "",
        turn=turn if turn in set(Turn) else "",
        page=max(int(page), 1) if page.isdecimal() and len(page) < len("1000000") else 1,
    )


def _home(request: PracticeRequest) -> str:
    return reverse("coach:desk", args=[request.practice.slug])


def _back(request: PracticeRequest) -> HttpResponse:
    return redirect(way_back(request, _home(request)))
