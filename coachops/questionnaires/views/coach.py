"""Building questionnaires on the dashboard. Every step is a form, and works without scripts."""

from collections.abc import Callable
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.questionnaires.access import (
    may_put_to_use,
    questionnaire_for_member,
    questionnaire_to_put_to_use,
)
from coachops.questionnaires.forms.answers import read_posted
from coachops.questionnaires.forms.building import (
    ASKS_LABELS,
    NewQuestionnaireForm,
    QuestionForm,
    TitleForm,
)
from coachops.questionnaires.models import Questionnaire
from coachops.questionnaires.policies import editing
from coachops.questionnaires.policies.questions import (
    CHOOSING,
    Asks,
    Choice,
    Content,
    Kind,
    Question,
    Section,
)
from coachops.questionnaires.queries.building import desk_of, flaw_lines
from coachops.questionnaires.queries.questionnaires import (
    preview_of,
    questionnaire_rows,
    unpublished_changes,
    versions_of,
)
from coachops.questionnaires.queries.starters import blank_content, starter, starters
from coachops.questionnaires.services.questionnaires import (
    ChangedMeanwhile,
    NothingNew,
    NotPublishable,
    archive,
    change_draft,
    create_questionnaire,
    new_key,
    publish,
    restore,
)
from coachops.web.pages import render_page

STEPS = {"up": -1, "down": 1}
MANAGE = Permission.MANAGE_CLIENTS

type Change = Callable[[Content], Content]


@coach_page(MANAGE)
@require_safe
def questionnaires(request: PracticeRequest) -> HttpResponse:
    is_archive = request.GET.get("archived") == "1"
    return render_page(
        request,
        "questionnaires/coach/questionnaires.html",
        {
            "active": "questionnaires",
            "rows": questionnaire_rows(archived=is_archive),
            "is_archive": is_archive,
            "may_rule": Permission.MANAGE_PRACTICE in request.permissions,
        },
    )


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire_new(request: PracticeRequest) -> HttpResponse:
    form = NewQuestionnaireForm(
        request.POST if request.method == "POST" else None, starters=starters()
    )
    if form.is_valid():
        answer = form.cleaned_data
        begun = starter(answer["start"])
        made = create_questionnaire(
            kind=begun.kind if begun else Kind(answer["kind"]),
            title=answer["title"].strip() or (begun.title if begun else ""),
            content=begun.content if begun else blank_content(),
            by=request.membership,
            now=timezone.now(),
        )
        return redirect("coach:questionnaire", request.practice.slug, made.pk)
    return render_page(
        request,
        "questionnaires/coach/new.html",
        {"active": "questionnaires", "form": form},
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK,
    )


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The draft; POST changes its title, or takes one step with a section or a question."""
    found = questionnaire_for_member(request, pk)
    if request.method != "POST":
        return _desk(request, found, None)
    act, _colon, key = request.POST.get("act", "").partition(":")
    if act == "title":
        return _title(request, found)
    change = _step(request, act, key)
    address = reverse("coach:questionnaire", args=[request.practice.slug, found.pk])
    if change is None or not _changed(request, found, change):
        return redirect(address)
    return redirect(f"{address}#{'section' if 'section' in act else 'question'}-{key}")


def _title(request: PracticeRequest, found: Questionnaire) -> HttpResponse:
    form = TitleForm(request.POST)
    if not form.is_valid():
        return _desk(request, found, form)
    content = Content.from_json(found.draft)
    changed = Content(form.cleaned_data["intro"], content.sections)
    if _changed(request, found, lambda _old: changed, title=form.cleaned_data["title"]):
        messages.success(request, _("Saved."))
    return redirect("coach:questionnaire", request.practice.slug, found.pk)


def _step(request: PracticeRequest, act: str, key: str) -> Change | None:
    """What a button asks for; None for what no button says."""
    post = request.POST
    title, help_text = post.get("title", "")[:120].strip(), post.get("help", "")[:500].strip()
    order = [tuple(pair.split(":", 1)) for pair in post.get("order", "").split(",") if ":" in pair]
    steps: dict[str, Change] = {
        "up": lambda content: editing.move_question(content, key, -1),
        "down": lambda content: editing.move_question(content, key, 1),
        "copy": lambda content: editing.copy_question(content, key, new_key=new_key()),
        "remove": lambda content: editing.remove_question(content, key),
        "arrange": lambda content: editing.arrange(content, [(a, b) for a, b in order]),
        "section_add": lambda content: editing.add_section(content, Section(new_key(), title)),
        "section_set": lambda content: editing.set_section(
            content, key, title=title, help_text=help_text
        ),
        "section_up": lambda content: editing.move_section(content, key, -1),
        "section_down": lambda content: editing.move_section(content, key, 1),
        "section_remove": lambda content: editing.remove_section(content, key),
    }
    return steps.get(act)


def _changed(
    request: PracticeRequest, found: Questionnaire, change: Change, *, title: str | None = None
) -> bool:
    """Whether it could be done; otherwise why not is said."""
    revision = request.POST.get("revision", "")
    try:
        change_draft(
            questionnaire=found,
            content=change(Content.from_json(found.draft)),
            revision=int(revision) if revision.isdecimal() else 0,
            title=title,
        )
    except ChangedMeanwhile:
        messages.error(
            request,
            _("Somebody changed it meanwhile. This is how it stands now; please do it once more."),
        )
    except editing.TooMany:
        messages.error(request, _("That is as much as there can be. Take something away first."))
    else:
        return True
    return False


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def question_new(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """A new question of the kind that the address names, for one of the sections."""
    found = questionnaire_for_member(request, pk)
    try:
        kind = Asks(request.GET.get("kind", Asks.LONG))
    except ValueError:
        raise Http404 from None
    blank = Question(new_key(), kind, "", choices=_first_choices(kind))
    return _question(request, found, blank, request.GET.get("section", ""))


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: PracticeRequest, pk: UUID, key: str) -> HttpResponse:
    found = questionnaire_for_member(request, pk)
    known = Content.from_json(found.draft).question(key)
    if known is None:
        raise Http404
    return _question(request, found, known, "")


def _first_choices(kind: Asks) -> tuple[Choice, ...]:
    if kind not in CHOOSING:
        return ()
    return (Choice(new_key(), _("Yes")), Choice(new_key(), _("No")))


def _question(
    request: PracticeRequest, found: Questionnaire, asked: Question, section: str
) -> HttpResponse:
    content = Content.from_json(found.draft)
    form = QuestionForm(
        request.POST if request.method == "POST" else None, question=asked, content=content
    )
    if form.is_valid():
        put = form.changed(new_key)
        if _changed(request, found, lambda old: editing.put_question(_roomy(old), section, put)):
            messages.success(request, _("Saved."))
        address = reverse("coach:questionnaire", args=[request.practice.slug, found.pk])
        return redirect(f"{address}#question-{put.key}")
    return render_page(
        request,
        "questionnaires/coach/question.html",
        {
            "active": "questionnaires",
            "questionnaire": found,
            "form": form,
            "kind": ASKS_LABELS[asked.kind],
            "is_new": content.question(asked.key) is None,
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK,
    )


def _roomy(content: Content) -> Content:
    """With a section to put a question into."""
    return content if content.sections else blank_content()


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """As whoever is asked sees it. POST tries answers out; nothing is kept."""
    found = questionnaire_for_member(request, pk)
    content = Content.from_json(found.draft)
    given = read_posted(request.POST, content).given if request.method == "POST" else []
    answers = {each.question: each.value for each in given}
    context = {
        "active": "questionnaires",
        "questionnaire": found,
        "sheet": preview_of(found.title, content, answers),
    }
    return render_page(request, "questionnaires/coach/preview.html", context)


@coach_page(MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def publishing(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """What publishing would change; POST freezes a version. For its maker, and owners."""
    found, status = questionnaire_to_put_to_use(request, pk), HTTPStatus.OK
    if request.method == "POST":
        try:
            version = publish(questionnaire=found, by=request.membership, now=timezone.now())
        except NotPublishable:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
        except NothingNew:
            messages.info(request, _("Nothing has changed since the version that is in use."))
            return redirect("coach:questionnaire", request.practice.slug, found.pk)
        else:
            words = _("Version %(number)s is in use from now on.")
            messages.success(request, words % {"number": version.number})
            return redirect("coach:questionnaire", request.practice.slug, found.pk)
    content = Content.from_json(found.draft)
    context = {
        "active": "questionnaires",
        "questionnaire": found,
        "changes": unpublished_changes(found),
        "versions": versions_of(found),
        "flaws": flaw_lines(content),
        "count": len(content.questions),
        "is_changed": desk_of(found, content).is_changed,
    }
    return render_page(request, "questionnaires/coach/publish.html", context, status=status)


@coach_page(MANAGE)
@require_POST
def archiving(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found, now = questionnaire_to_put_to_use(request, pk), timezone.now()
    if found.archived_at is None:
        archive(questionnaire=found, now=now)
        messages.success(request, _("Archived. Nobody is asked it any more; what was asked stays."))
    else:
        restore(questionnaire=found, now=now)
        messages.success(request, _("It is back in use."))
    return redirect("coach:questionnaires", request.practice.slug)


def _desk(request: PracticeRequest, found: Questionnaire, form: TitleForm | None) -> HttpResponse:
    content = Content.from_json(found.draft)
    return render_page(
        request,
        "questionnaires/coach/questionnaire.html",
        {
            "active": "questionnaires",
            "questionnaire": found,
            "desk": desk_of(found, content),
            "form": form or TitleForm(initial={"title": found.title, "intro": content.intro}),
            "asks": ASKS_LABELS.items(),
            "may_put_to_use": may_put_to_use(request, found),
        },
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK,
    )
