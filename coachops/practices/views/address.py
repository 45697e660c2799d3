"""Changing the address one signs in with, for somebody who has just proved who they are."""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.views import email as change_address
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from coachops.practices.guards import PracticeRequest, signed_in_page
from coachops.web.pages import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page(reason="changes the person's own address")
def sign_in_address(request: PracticeRequest) -> HttpResponse:
    """An open browser must not be enough to take an account away by giving it another address."""
    if _proved_lately(request):
        answer: HttpResponse = change_address(request)
        return answer
    return render_page(request, "account/prove_again.html")


@require_POST
@signed_in_page(reason="signs the person out, to come back with a code")
def prove_again(request: PracticeRequest) -> HttpResponse:
    logout(request)
    return redirect(f"{reverse('account_login')}?next={reverse('account_email')}&ended=prove")


def _proved_lately(request: PracticeRequest) -> bool:
    """Who has a password or a second factor is asked for it by allauth itself."""
    if get_adapter().get_reauthentication_methods(request.user):
        return True
    oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(record["at"] > oldest for record in records)
