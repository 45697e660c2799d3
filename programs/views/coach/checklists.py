"""What a program's clients begin with, and when one of them counts as at risk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from programs.access import program_for_member
from programs.forms import ChecklistForms, LimitsForm
from programs.policies import ChecklistLine, Limits
from programs.queries.checklists import limits_of
from programs.services.checklists import checklist_of, save_checklist, save_limits

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def program_checklist(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """The onboarding of everybody who begins from now on, in the order of the days."""
    program = program_for_member(pk)
    forms = ChecklistForms(request.POST or None, initial=_initial(checklist_of(program)))
    if request.method == "POST" and forms.is_valid():
        save_checklist(
            program=program, lines=forms.lines(), by=request.membership, now=timezone.now()
        )
        messages.success(request, _("Saved. It holds for clients who begin from now on."))
        return redirect("coach:program", request.practice.slug, program.pk)
    return render_page(
        request,
        "programs/coach/checklist.html",
        {"active": "programs", "program": program, "forms": forms},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


@require_http_methods(["GET", "POST"])
@coach_page(Permission.MANAGE_CLIENTS)
def program_health(request: PracticeRequest, pk: UUID) -> HttpResponse:
    """From when on an engagement of the program is at risk or off track."""
    program = program_for_member(pk)
    limits = limits_of(program.pk)
    values = {name: getattr(limits, name) for name in Limits.__slots__}
    form = LimitsForm(request.POST or None, initial=values)
    if request.method == "POST" and form.is_valid():
        save_limits(program=program, limits=Limits(**form.cleaned_data), now=timezone.now())
        messages.success(request, _("Saved. Every engagement of the program counts by it now."))
        return redirect("coach:program", request.practice.slug, program.pk)
    return render_page(
        request,
        "programs/coach/health.html",
        {"active": "programs", "program": program, "form": form},
        status=UNPROCESSABLE if request.method == "POST" else 200,
    )


def _initial(lines: tuple[ChecklistLine, ...]) -> list[dict[str, object]]:
    return [
        {"kind": line.kind, "title": line.title, "owner": line.owner, "days": line.days}
        for line in lines
    ]
