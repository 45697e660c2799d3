"""The one form of choices, behind three doors and a signed link."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from coachops.correspondence.forms import MailChoicesForm
from coachops.correspondence.queries.preferences import choices_of
from coachops.correspondence.queries.readers import known_reader
from coachops.correspondence.services.preferences import choose_mail
from coachops.practices.guards import PracticeRequest
from coachops.tenancy.scope import scope, system_scope
from coachops.web.pages import render_page


def answer_choices(
    request: PracticeRequest, address: str, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """GET shows what the reader at this address chose; POST saves it and comes back here."""
    with scope(system_scope(request.practice.pk)):
        reader = known_reader(address)
    data = request.POST if request.method == "POST" else None
    form = MailChoicesForm(data, initial=choices_of(address), standings=reader.standings)
    if data is not None and form.is_valid():
        client_id = None if reader.is_copy else reader.client_id
        choose_mail(address=address, client_id=client_id, chosen=form.chosen, now=timezone.now())
        messages.success(request, _("Saved. It holds from the next e-mail on."))
        return redirect(request.path)
    shown = {
        "form": form,
        "address": address,
        "marked": reader.bounces,
        "active": "mail_choices",
        **(context or {}),
    }
    return render_page(request, template, shown, status=422 if data is not None else 200)
