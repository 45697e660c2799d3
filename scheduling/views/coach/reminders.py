"""How the practice reminds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coachops.practices.guards import PracticeRequest, coach_page
from coachops.practices.roles import Permission
from coachops.web.pages import render_page
from scheduling.access.reminders import reminder_policy_for_member
from scheduling.forms.reminders import ReminderPolicyForm, typed_leads
from scheduling.services.reminders import save_reminder_policy


@require_http_methods(["GET", "HEAD", "POST"])
@coach_page(Permission.MANAGE_SCHEDULING)
def reminders(request: PracticeRequest) -> HttpResponse:
    """Lead times, quiet hours, and the mails to coaches."""
    policy = reminder_policy_for_member(request)
    if request.method != "POST":
        return _page(request, ReminderPolicyForm.of(policy))
    form = ReminderPolicyForm(request.POST, leads=typed_leads(request.POST))
    if {"add", "remove"} & request.POST.keys():
        return _page(request, form)
    if not form.is_valid():
        return _page(request, form, status=422)
    save_reminder_policy(now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Saved. What is booked already is reminded of in the new way."))
    return redirect("coach:reminders", request.practice.slug)


def _page(request: PracticeRequest, form: ReminderPolicyForm, status: int = 200) -> HttpResponse:
    context = {"active": "settings", "form": form}
    return render_page(
        request,
        "scheduling/coach/reminders.html",
        context,
        partials=["reminder-form"],
        status=status,
    )
