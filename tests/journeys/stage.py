"""People in front of browsers: what they see, and what was wrong with it."""

import os
import re
from types import TracebackType
from typing import Any, Self

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect
from playwright.sync_api import Error as BrowserError

from tests.cast import Person

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SIGHTS: tuple[tuple[dict[str, int], str], ...] = ((WIDE, "light"), (PHONE, "dark"))
# Only what is wrong is told; what is right takes long to write down.
LOOK = "async () => (await axe.run({resultTypes: ['violations']})).violations"
# Half of its time axe reads the same few colours again and again. What one is, it is told once.
COLOURS_ONCE = """
(() => {
  const known = new Map(), colour = axe.commons.color.Color.prototype, parse = colour.parseString;
  colour.parseString = function (text) {
    if (!known.has(text)) {
      parse.call(this, text);
      known.set(text, [this.r, this.g, this.b, this.alpha]);
    }
    [this.r, this.g, this.b, this.alpha] = known.get(text);
    return this;
  };
})();
"""
AXE = f"{Axe().axe_script}\n{COLOURS_ONCE}"
SECONDS = 15_000
# A refused form is answered 409 or 422, and the browser says so on its console.
NOT_LOADED = "Failed to load resource"
REFUSED = re.compile(r"status of (409|422)")


class Guest:
    """One person at one browser of their own."""

    def __init__(self, stage: "Stage", context: BrowserContext, *, has_scripts: bool) -> None:
        self._stage = stage
        self.url = stage.url
        self._context = context
        self._has_scripts = has_scripts
        self._visited = set[str]()
        self.page: Page = context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._note(f"script failed: {error}"))

    def open(self, address: str) -> None:
        """A path of the product, or a full address out of a mail."""
        self.page.goto(address if "://" in address else f"{self.url}{address}")

    def visit(self, path: str) -> bool:
        """Whether a page stands there. What is downloaded, or is there for posts alone, is none.

        Posts alone: the views say so before they look at anything, so that costs nothing. What
        the browser says about an address that is no page is no finding.
        """
        if path.endswith(".css"):
            return False  # a browser asks for an icon beside it, whenever it likes
        allowed = self.page.request.fetch(f"{self.url}{path}", method="OPTIONS").headers
        if "GET" not in allowed.get("allow", "GET"):
            return False
        self._visited.add(f"{self.url}{path}")
        try:
            answer = self.page.goto(f"{self.url}{path}")
        except BrowserError as error:
            if "Download is starting" not in error.message:
                raise
            return False
        kind = answer.headers.get("content-type", "") if answer else ""
        return answer is not None and answer.ok and kind.startswith("text/html")

    def sees(self, text: str) -> None:
        """The text stands on the page, now or in a moment."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def reads(self, heading: str) -> None:
        """The page's first heading says this."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).filter(visible=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).filter(visible=True).first.click()

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).filter(visible=True).first.fill(text)

    def look(self) -> None:
        """Have every rule of accessibility checked, on a desk by day and on a phone at night."""
        if not self._has_scripts:
            return
        before = self.page.viewport_size
        for size, scheme in SIGHTS:
            self.page.set_viewport_size(size)
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            self.look_once(f"{scheme} {size['width']}: ")
        self.page.emulate_media(color_scheme="no-preference")
        self.page.set_viewport_size(before)

    def look_once(self, sight: str = "") -> None:
        """The same, at the size and in the light as it is."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        for violation in self.page.evaluate(LOOK):
            self._note(f"{sight}{_told(violation)}")
        self._stays_inside()

    def _stays_inside(self) -> None:
        width = self.page.viewport_size["width"]
        reach = self.page.evaluate("document.documentElement.scrollWidth")
        if reach > width:
            self._note(f"{reach} px wide on a screen of {width}")

    def _hear(self, message: ConsoleMessage) -> None:
        # It tells late, and maybe on the next page, that an address visited is no page, and that
        # there is no icon beside what is none. Pages name theirs.
        missing = message.location.get("url", "") if NOT_LOADED in message.text else ""
        if missing in self._visited or missing.endswith("/favicon.ico"):
            return
        if message.type in {"error", "warning"} and not REFUSED.search(message.text):
            self._note(f"console: {message.text}")

    def _note(self, finding: str) -> None:
        self._stage.findings.append(f"{self.page.url}: {finding}")


class Stage:
    def __init__(self, browser: Browser, url: str) -> None:
        self.url = url
        self.findings: list[str] = []
        self._browser = browser
        self._contexts: list[BrowserContext] = []

    def enter(
        self,
        person: Person | None = None,
        *,
        size: dict[str, int] = WIDE,
        has_scripts: bool = True,
        scheme: str = "light",
    ) -> Guest:
        """Somebody new, signed in already if a person is named."""
        context = self._browser.new_context(
            viewport=size,
            color_scheme=scheme,
            java_script_enabled=has_scripts,
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        self._contexts.append(context)
        if person is not None:
            context.add_cookies([self._session_of(person)])
        return Guest(self, context, has_scripts=has_scripts)

    def _session_of(self, person: Person) -> Any:
        signed_in = Client()
        signed_in.force_login(person.user)
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": signed_in.cookies[name].value, "url": self.url}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for context in self._contexts:
            self._keep_picture(context.pages[0])
            context.close()

    def _keep_picture(self, page: Page) -> None:
        """Where JOURNEY_PICTURES names a folder: the last thing that each of them saw."""
        folder = os.environ.get("JOURNEY_PICTURES")
        if folder:
            name = re.sub(r"\W+", "-", page.url.partition("://")[2])
            page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _told(violation: dict[str, Any]) -> str:
    """The rule, and where it is broken."""
    places = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']} ({violation['impact']}): {places}"
