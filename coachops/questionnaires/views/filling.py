"""Answering a questionnaire: the page for whoever the asking app has let in.

One address does it all, so that it works in the portal and behind a signed link alike: GET shows,
POST saves, attaches, sends, takes back or comments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh
from django_stubs_ext import StrOrPromise

from coachops.practices.guards import PracticeRequest
from coachops.questionnaires.forms.answers import PROBLEMS, Posted, read_posted
from coachops.questionnaires.models import AnswerFile
from coachops.questionnaires.policies.answers import Problem, visible
from coachops.questionnaires.policies.questions import Asks
from coachops.questionnaires.queries.answers import (
    Field,
    Sheet,
    Stored,
    build_sheet,
    reading_of,
    sheet_of,
    stored_answers,
    values_of,
    words_of,
)
from coachops.questionnaires.queries.opening import Opened
from coachops.questionnaires.services.comments import (
    LONGEST_COMMENT,
    NotAQuestion,
    comment_on,
    remove_comment,
)
from coachops.questionnaires.services.files import forget_files, keep_file, read_file
from coachops.questionnaires.services.responses import (
    AlreadySent,
    Given,
    Incomplete,
    Saved,
    lock_unsent,
    save_answers,
    submit,
    take_back,
)
from coachops.web.pages import is_partial_request, render_page
from coachops.web.uploads import REFUSAL_WORDS, UploadRefused, check_upload, download

SAVED = "questionnaires/parts/saved.html"
UNPROCESSABLE, CONFLICT = HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Asked:
    """What the asking app says about a response: its page, and what happens once it was sent.

    `template` gets `sheet` (to answer) or `reading` (sent), and everything of `context`.
    """

    opened: Opened
    address: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    may_change: bool = True
    # Instead of the page, after sending; for links that are spent by it.
    then: Callable[[], HttpResponse] | None = None


@dataclass(slots=True)
class _Outcome:
    """What became of a form."""

    saved: Saved
    problems: dict[str, StrOrPromise]
    posted: Posted


def fill(request: PracticeRequest, asked: Asked) -> HttpResponse:
    """The page to answer on, and once it is sent, what was sent."""
    file = request.GET.get("file")
    if file is not None:
        return answer_file(asked.opened, file)
    if asked.opened.response.sent_at is not None:
        return _sent(request, asked)
    if request.method != "POST":
        return _page(request, asked, sheet_of(asked.opened))
    try:
        outcome = _save(request, asked)
    except AlreadySent:
        return _again(request, asked)
    if request.POST.get("act") == "send" and not outcome.problems:
        return _send(request, asked, outcome)
    return _saved(request, asked, outcome)


def answer_file(opened: Opened, key: str) -> HttpResponse:
    """The file of an answer as a download. Raises 404."""
    answer = stored_answers(opened).get(key)
    if answer is None or not isinstance(answer.value, dict) or "file" not in answer.value:
        raise Http404
    try:
        content, media_type = read_file(opened=opened, file_id=UUID(str(answer.value["file"])))
    except (AnswerFile.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    return download(content, name=str(answer.value["name"]), media_type=media_type)


def discuss(request: PracticeRequest, opened: Opened) -> None:
    """Write or take away a remark below an answer."""
    now = timezone.now()
    act, _colon, subject = request.POST.get("act", "").partition(":")
    if act == "comment":
        try:
            text = request.POST.get(f"comment-{subject}", "")[:LONGEST_COMMENT]
            comment_on(opened=opened, question=subject, text=text, now=now)
        except NotAQuestion:
            messages.error(request, _("There was nothing to say yet. Write a sentence first."))
    elif act == "uncomment":
        try:
            remove_comment(opened=opened, comment_id=UUID(subject), now=now)
        except ValueError:
            raise Http404 from None


def _save(request: PracticeRequest, asked: Asked) -> _Outcome:
    """Keep what can be kept, and gather why the rest could not."""
    opened, now = asked.opened, timezone.now()
    posted = read_posted(request.POST, opened.content)
    problems: dict[str, StrOrPromise] = {
        key: PROBLEMS[problem] for key, (_text, problem) in posted.refused.items()
    }
    with transaction.atomic():
        # Before a file is kept or forgotten: what was sent meanwhile keeps its own.
        lock_unsent(opened=opened)
        files = _files(request, opened, problems)
        saved = save_answers(opened=opened, given=[*posted.given, *files], now=now)
    for key in saved.conflicts:
        problems[key] = _("This was also changed somewhere else, perhaps in another tab.")
    return _Outcome(saved, problems, posted)


def _files(
    request: PracticeRequest, opened: Opened, problems: dict[str, StrOrPromise]
) -> list[Given]:
    """Files that were chosen, checked and kept; one that was taken away."""
    found, now = [], timezone.now()
    act, _colon, subject = request.POST.get("act", "").partition(":")
    for question in opened.content.questions:
        if question.kind != Asks.FILE:
            continue
        upload = request.FILES.get(f"q-{question.key}")
        if act == "detach" and subject == question.key:
            forget_files(response=opened.response, only=question.key, now=now)
            found.append(Given(question.key, {}, None))
        elif upload is not None:
            try:
                clean = check_upload(upload)
            except UploadRefused as refused:
                problems[question.key] = REFUSAL_WORDS[refused.reason]
                continue
            kept = keep_file(opened=opened, question=question.key, upload=clean, now=now)
            found.append(Given(question.key, kept, None))
    return found


def _send(request: PracticeRequest, asked: Asked, outcome: _Outcome) -> HttpResponse:
    try:
        submit(opened=asked.opened, now=timezone.now())
    except Incomplete as incomplete:
        for question in incomplete.questions:
            outcome.problems[question.key] = PROBLEMS[Problem.MISSING]
        return _saved(request, asked, outcome)
    except AlreadySent:
        return _again(request, asked)
    if asked.then is not None:
        return asked.then()
    messages.success(request, _("Sent. Your coach can read it now."))
    return redirect(asked.address)


def _saved(request: PracticeRequest, asked: Asked, outcome: _Outcome) -> HttpResponse:
    """Say what was kept; beside each answer that was not, why and what can be done."""
    stored = outcome.saved.stored
    sheet = build_sheet(asked.opened, stored, _typed(asked.opened, outcome))
    status = HTTPStatus.OK
    if outcome.problems:
        status = CONFLICT if outcome.saved.conflicts else UNPROCESSABLE
    if is_partial_request(request):
        shown = outcome.posted.shown
        turned = [each for each in sheet.fields if each.is_shown != (each.question.key in shown)]
        kept = [each for each in sheet.fields if each.is_shown and each.question.key in shown]
        context = {"sheet": sheet, "turned": turned, "kept": kept, "at": timezone.now()}
        return render(request, SAVED, context, status=status)
    if outcome.problems:
        return _page(request, asked, sheet, status=status)
    messages.success(request, _("Saved. You can go on whenever you like."))
    return redirect(asked.address)


def _typed(opened: Opened, outcome: _Outcome) -> dict[str, Field]:
    """The fields that were not kept, as they were typed."""
    content, stored = opened.content, outcome.saved.stored
    shown = {question.key for question in visible(content, values_of(stored))}
    given = {each.question: each for each in outcome.posted.given}
    found = {}
    for key, problem in outcome.problems.items():
        question = content.question(key)
        if question is None or key not in shown:
            continue
        known = stored.get(key) or Stored(opened.response.pk, "", 0, timezone.now())
        plain = Field(question, True, known.value, known.version, problem)
        if key in outcome.saved.conflicts:
            plain = replace(
                plain,
                value=given[key].value,
                version=given[key].version or 0,
                other=words_of(question, known.value) or _("Nothing: it was emptied."),
                other_version=known.version,
            )
        elif key in outcome.posted.refused:
            plain = replace(plain, value=outcome.posted.refused[key][0])
        found[key] = plain
    return found


def _sent(request: PracticeRequest, asked: Asked) -> HttpResponse:
    """What was sent, with its threads; it can be taken back to change it, as long as it may."""
    opened = asked.opened
    if request.method != "POST":
        context = {**asked.context, "asked": asked, "reading": reading_of(opened)}
        return render_page(request, asked.template, context)
    if request.POST.get("act") == "change" and asked.may_change:
        take_back(response=opened.response, by=opened.by, now=timezone.now())
        messages.success(request, _("Taken back. Nobody else reads it until you send it again."))
    elif "act" in request.POST:
        discuss(request, opened)
    return _again(request, asked)


def _again(request: PracticeRequest, asked: Asked) -> HttpResponse:
    if is_partial_request(request):
        return HttpResponseClientRefresh()
    return redirect(asked.address)


def _page(
    request: PracticeRequest, asked: Asked, sheet: Sheet, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    context = {**asked.context, "asked": asked, "sheet": sheet}
    return render_page(request, asked.template, context, status=status)
