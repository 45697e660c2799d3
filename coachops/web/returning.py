"""Where a form goes back to without JavaScript: the page that it stood on."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, fallback: str) -> str:
    """The path in `next`, if it is one of this site (it begins with one slash); else `fallback`."""
    wanted = str(request.POST.get("next") or request.GET.get("next") or "")
    is_path = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_path else fallback
