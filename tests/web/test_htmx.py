"""Whole page or partial, redirects and messages: what the browser gets."""

from collections.abc import Callable

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from coachops.web.middleware import HtmxAnswerMiddleware
from coachops.web.pages import render_page
from coachops.web.showcase import showcase
from coachops.web.views import theme

PAGE = "components/showcase.html"


def asked(**headers: str) -> HttpRequest:
    request = RequestFactory().get(
        "/", headers={name.replace("_", "-"): v for name, v in headers.items()}
    )
    request._messages = CookieStorage(request)
    return request


def answered(view: Callable[[HttpRequest], HttpResponse], **headers: str) -> HttpResponse:
    response = HtmxAnswerMiddleware(view)(asked(**headers))
    assert isinstance(response, HttpResponse)
    return response


@pytest.fixture
def page(settings: object, tmp_path: object) -> str:
    """A template with one partial."""
    (tmp_path / "page.html").write_text(
        "<h1>All</h1>{% partialdef rows inline %}<li>row</li>{% endpartialdef %}"
    )
    engine = dict(settings.TEMPLATES[0])
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    return "page.html"


def test_a_partial_is_answered_when_its_element_is_on_the_list(page: str) -> None:
    response = render_page(asked(HX_Request="true", HX_Target="rows"), page, partials={"rows"})
    assert response.content == b"<li>row</li>"
    assert response["Vary"] == "HX-Request, HX-Target"


def test_an_element_id_may_differ_from_the_partials_name(page: str) -> None:
    request = asked(HX_Request="true", HX_Target="list-of-rows")
    assert render_page(request, page, partials={"list-of-rows": "rows"}).content == b"<li>row</li>"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"HX_Target": "rows"},
        {"HX_Request": "true", "HX_Target": "something-else"},
        {"HX_Request": "true", "HX_Target": "rows", "HX_History_Restore_Request": "true"},
    ],
)
def test_everything_else_gets_the_whole_page(page: str, headers: dict[str, str]) -> None:
    assert b"<h1>" in render_page(asked(**headers), page, partials={"rows"}).content


def test_a_redirect_becomes_a_real_navigation_and_keeps_its_cookies() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponseRedirect("/next/")
        response.set_cookie("kept", "yes")
        return response

    response = answered(view, HX_Request="true")
    assert response["HX-Redirect"] == "/next/"
    assert "Location" not in response
    assert response.cookies["kept"].value == "yes"


def test_without_htmx_a_redirect_stays_one() -> None:
    assert answered(lambda request: HttpResponseRedirect("/next/")).status_code == 302


def say_saved(request: HttpRequest, status: int = 200) -> HttpResponse:
    messages.success(request, "Saved <b>")
    return HttpResponse("<p>row</p>" if status == 200 else b"", status=status)


def test_messages_ride_along_as_toasts() -> None:
    body = answered(say_saved, HX_Request="true").content.decode()
    assert body.startswith("<p>row</p>")
    assert 'hx-swap-oob="beforeend:#toasts"' in body
    assert "Saved &lt;b&gt;" in body


def test_an_empty_answer_with_a_message_swaps_nothing_but_the_toast() -> None:
    response = answered(lambda request: say_saved(request, 204), HX_Request="true")
    assert response.status_code == 200
    assert response["HX-Reswap"] == "none"
    assert b"toast" in response.content


def test_a_message_before_a_redirect_waits_for_the_next_page() -> None:
    request = asked(HX_Request="true")

    def view(request: HttpRequest) -> HttpResponse:
        messages.success(request, "Moved")
        return HttpResponseRedirect("/next/")

    HtmxAnswerMiddleware(view)(request)
    assert [str(message) for message in messages.get_messages(request)] == ["Moved"]


def test_without_htmx_messages_are_left_for_the_page() -> None:
    assert answered(say_saved).content == b"<p>row</p>"


def test_a_practices_colour_is_one_cacheable_line() -> None:
    response = theme(asked(), 262)
    assert response.content == b"@layer tokens{:root{--brand-h:262}}"
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Type"] == "text/css"


def test_a_colour_off_the_circle_does_not_exist() -> None:
    with pytest.raises(Http404):
        theme(asked(), 361)


def test_the_whole_components_page_is_one_document() -> None:
    body = render_page(asked(), PAGE, showcase()).content.decode()
    assert body.count('id="toasts"') == 1
    assert body.count("<main") == 1
