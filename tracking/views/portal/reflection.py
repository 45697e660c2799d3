"""One entry of the client's journal, to go on writing: nothing unseen is overwritten."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRefresh, reswap, retarget

from coachops.practices.guards import PracticeRequest, portal_page
from coachops.web.pages import is_partial_request, render_page
from tracking.access.reflections import own_reflection
from tracking.forms.texts import PadForm
from tracking.models import Reflection
from tracking.policies.texts import Conflict, NothingToShare, both
from tracking.queries.pads import Pad
from tracking.queries.reflections import reflection_pad
from tracking.services.reflections import edit_reflection
from tracking.services.versions import Saved

_TEMPLATE = "tracking/portal/reflection.html"


@portal_page
@require_http_methods(["GET", "HEAD", "POST"])
def reflection(request: PracticeRequest, pk: UUID) -> HttpResponse:
    found = own_reflection(request, pk)
    if request.method != "POST":
        return _page(request, found, reflection_pad(found))
    form = PadForm(request.POST)
    if not form.is_valid():
        problem = " ".join(str(error) for errors in form.errors.values() for error in errors)
        typed = Pad(text=str(request.POST.get("text", "")), problem=problem)
        return _refused(request, found, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    text, version = _chosen(found, form)
    try:
        saved = edit_reflection(
            reflection=found, text=text, version=version, by=request.membership, now=timezone.now()
        )
    except Conflict as conflict:
        typed = Pad(text, version, stored=conflict.stored, stored_version=conflict.version)
        return _refused(request, found, typed, HTTPStatus.CONFLICT)
    except NothingToShare:
        problem = _("An entry keeps at least a word. To be rid of it, delete it in the journal.")
        typed = Pad(text, version, problem=problem)
        return _refused(request, found, typed, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Reflection.DoesNotExist:
        raise Http404 from None
    return _saved(request, found, form, saved)


def _chosen(found: Reflection, form: PadForm) -> tuple[str, int]:
    """The text and the version it follows; after a conflict, what the writer decided."""
    answer = form.cleaned_data
    text, version = str(answer["text"]), int(answer["version"])
    if not answer["keep"]:
        return text, version
    if answer["keep"] == "both":
        text = both(reflection_pad(found).text, text)
    return text, answer["seen"] or 0


def _saved(
    request: PracticeRequest, found: Reflection, form: PadForm, saved: Saved
) -> HttpResponse:
    if is_partial_request(request):
        if form.cleaned_data["keep"]:
            return HttpResponseClientRefresh()
        return render(request, f"{_TEMPLATE}#saved", {"saved": saved})
    messages.success(request, _("Saved."))
    address = reverse("portal:journal", args=[request.practice.slug])
    return redirect(f"{address}#entry-{found.pk}")


def _refused(
    request: PracticeRequest, found: Reflection, typed: Pad, status: HTTPStatus
) -> HttpResponse:
    """The text stays as it is; beside it stands what happened and what can be done."""
    if not is_partial_request(request):
        return _page(request, found, typed, status=status)
    context = {"pad": typed, "is_answer": True, "reflection": found}
    response = render(request, f"{_TEMPLATE}#refused", context, status=status)
    return reswap(retarget(response, "#entry-problem"), "innerHTML")


def _page(
    request: PracticeRequest, found: Reflection, pad: Pad, *, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    context = {"active": "journal", "reflection": found, "pad": pad}
    return render_page(request, _TEMPLATE, context, status=status)
