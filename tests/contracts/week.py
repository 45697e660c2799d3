"""What the test of an assistant's week is told with: her browser, the others', and the mail."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.utils import timezone
from pypdf import PdfReader

from clients.models import Client, Engagement, SponsorContact
from clients.services.agreement_templates import add_template
from coachops.outbox.engine import drain
from coachops.practices.guards import DEMO_ENTRY
from coachops.questionnaires.models import QuestionnaireVersion
from coachops.questionnaires.policies.questions import Asks, Content, Kind, Question, Section
from coachops.questionnaires.services.questionnaires import create_questionnaire, publish
from coachops.tenancy.scope import scope, system_scope
from programs.services.starter import install_starter_program
from scheduling.models import CalendarFeed, Offering
from scheduling.services.offerings import create_offering
from tests.cast import Cast, Person
from tracking.services.preparation import ask_preparations, save_preparation_policy

COACH, PORTAL = "/coach/harbour/", "/portal/harbour/"
DESK = f"{COACH}desk/"
MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
_LINK = re.compile(r"https?://[^/\s]+(/l/[^\s\"<]+)")
_FEED = re.compile(r"https?://[^/\s]+(/feeds/[^\s\"<]+\.ics)")
_LINE = re.compile(r'name="line"\s+value="([^"]+)"')
_ONE = Content(sections=(Section("all", questions=(Question("why", Asks.LONG, "Say"),)),))


@dataclass
class Assistant:
    """Vera at her browser. Everything she is answered is kept, to be looked through."""

    browser: Browser
    read: list[tuple[str, str]] = field(default_factory=list)

    def page(self, path: str) -> str:
        """A page or a file that opens for her."""
        answer = self.browser.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return self._keep(path, answer)

    def send(self, path: str, **data: object) -> str:
        """A form that is taken; where it leads is opened too, if it has not been before.

        Answers the address of that page.
        """
        answer = self.browser.post(path, data)
        text = self._keep(path, answer)
        assert answer.status_code == 302, f"{path}: {answer.status_code}\n{_errors(text)}"
        if answer["Location"] not in dict(self.read):
            self.page(answer["Location"])
        return answer["Location"]

    def desk(self) -> list[str]:
        """The lines of the desk that a mail can be sent for now."""
        return list(dict.fromkeys(_LINE.findall(self.page(f"{DESK}?do=chase"))))

    def previews(self, *lines: str) -> str:
        """The mails as they would go out; nothing is sent by looking."""
        deliver()
        before = len(mail.outbox)
        answer = self.browser.post(f"{DESK}preview/", {"line": lines})
        deliver()
        assert (answer.status_code, len(mail.outbox)) == (200, before)
        return self._keep("preview", answer)

    def looks_and_sends(self, path: str, **data: object) -> str:
        """A form whose mails she reads first. Had looking done anything, it could not be sent."""
        answer = self.browser.post(path, {**data, "look": "1"})
        text = self._keep(path, answer)
        assert (answer.status_code, "mail-preview" in text) == (200, True), _errors(text)
        return self.send(path, **data)

    def chases(self, line: str) -> None:
        """Looks at it first, sends it, and cannot send it twice."""
        assert "letter-preview" in self.previews(line)
        self.send(f"{DESK}send/", line=line)
        before = len(mail.outbox)
        deliver()
        once = len(mail.outbox)
        self.send(f"{DESK}send/", line=line)
        deliver()
        assert before < once == len(mail.outbox)

    def follows(self) -> str:
        """The calendar she has subscribed to, read as a calendar programme reads it."""
        made = self.browser.post(f"{COACH}calendars/feeds/{CalendarFeed.Kind.FULL}/")
        (address,) = set(_FEED.findall(self._keep("feed", made)))
        return self._keep(address, Browser().get(address))

    def _keep(self, path: str, answer: object) -> str:
        body = b"".join(answer) if answer.streaming else answer.content
        is_pdf = answer.headers.get("Content-Type", "").startswith("application/pdf")
        text = _paper(body) if is_pdf else body.decode(errors="replace")
        self.read.append((path, text))
        return text


@dataclass
class Week:
    """Harbour from a Monday on: Vera runs it, Bob coaches, Nina is new, Sam's company pays."""

    cast: Cast
    clock: time_machine.Traveller
    vera: Assistant
    bob: Browser
    sam: SponsorContact
    stella: SponsorContact
    intake: QuestionnaireVersion
    nina: Browser = field(default_factory=Browser)
    client: Client | None = None
    engagement: Engagement | None = None
    planted: list[str] = field(default_factory=list)

    def plant(self, words: str) -> str:
        """A sentence between Nina and Bob."""
        self.planted.append(words)
        return words

    @contextmanager
    def inside(self) -> Iterator[None]:
        with scope(system_scope(self.cast.practice.pk)):
            yield

    def morning(self, day: int, hour: int = 8) -> None:
        """The worker has done what was due in the night."""
        self.clock.move_to(MONDAY.replace(day=MONDAY.day + day, hour=hour))
        sign_in(self.vera.browser, self.cast.vera)
        sign_in(self.bob, self.cast.bob)
        if self.client is not None:
            self._sign_nina_in()
        with self.inside():
            ask_preparations(now=timezone.now())
        deliver()

    def _sign_nina_in(self) -> None:
        with self.inside():
            nina = Client.objects.select_related("membership__user").get(pk=self.client.pk)
        self.nina.force_login(nina.membership.user)

    def close_the_day(self) -> None:
        """Nothing she has read, and no mail to anybody, holds a sentence of Nina's and Bob's."""
        deliver()
        mails = [(f"mail to {each.to}", text) for each in mail.outbox for text in _said(each)]
        found = {
            f"{path} says {words}"
            for path, text in (*self.vera.read, *mails)
            for words in self.planted
            if words in text
        }
        assert found == set()


def begin(cast: Cast, clock: time_machine.Traveller) -> Week:
    """The practice as it was set up before: hours, offerings, questionnaires, one template."""
    now = timezone.now()
    with scope(system_scope(cast.practice.pk)):
        install_starter_program(now=now)
        for name, kind, bookers in (
            ("Coaching session", Offering.Kind.INDIVIDUAL, Offering.Bookers.CLIENTS),
            ("Check-in of three", Offering.Kind.THREE_WAY, Offering.Bookers.SECRET),
        ):
            create_offering(
                coach=cast.bob.membership, name=name, kind=kind, bookers=bookers, now=now
            )
        add_template(
            name="Agreement",
            kind="three_party",
            text="## Between us\n\n{{client.name}} and {{coach.name}} agree.",
            by=None,
            now=now,
        )
        contacts = {
            each.name.split()[0]: each
            for each in SponsorContact.objects.select_related("membership__user", "organisation")
        }
    with scope(cast.bob.scope()):
        intake = _published(cast.bob, Kind.INTAKE, now)
        before = _published(cast.bob, Kind.PREPARATION, now)
        save_preparation_policy(
            questionnaire_id=before.questionnaire_id,
            days_before=2,
            sends_mail=True,
            plans={},
            by=cast.bob.membership,
            now=now,
        )
    return Week(
        cast, clock, Assistant(Browser()), Browser(), contacts["Sam"], contacts["Stella"], intake
    )


def deliver() -> None:
    """The worker at this hour of the week, whatever the database's clock says."""
    drain(now=timezone.now())


def opened_by_code(path: str, address: str) -> Browser:
    """A browser that has shown the code sent to the address."""
    browser = Browser()
    browser.post(path, {"step": "send"})
    deliver()
    newest = next(str(each.body) for each in reversed(mail.outbox) if each.to == [address])
    code = re.findall(r"\b\d{6}\b", newest)[0]
    assert browser.post(path, {"step": "code", "code": code}).status_code == 302
    return browser


def imported(assistant: Assistant, sheet: str) -> str:
    """A sheet of clients with the columns as they were guessed, all rows added; each row's fate."""
    file = SimpleUploadedFile("clients.csv", sheet.encode())
    columns = assistant.send(f"{COACH}clients/import/", sheet=file)
    form = assistant.browser.get(columns).context["form"]
    assistant.send(columns, **{each.name: each.value() or "" for each in form})
    deliver()
    own = columns.removesuffix("columns/")
    assistant.send(f"{own}go/")
    deliver()
    return assistant.page(f"{own}rows/")


def sign_in(browser: Browser, person: Person) -> None:
    """With a second factor, as every morning: a night is longer than a session lasts."""
    browser.force_login(person.user)
    session = browser.session
    session[DEMO_ENTRY] = True
    session.save()


def _published(bob: Person, kind: Kind, now: datetime) -> QuestionnaireVersion:
    made = create_questionnaire(
        kind=kind, title=f"Before the {kind}", content=_ONE, by=bob.membership, now=now
    )
    return publish(questionnaire=made, by=bob.membership, now=now)


def taken(browser: Browser, path: str, **data: object) -> str:
    """A form that somebody else sends, and that is taken; where it leads."""
    answer = browser.post(path, data)
    assert answer.status_code in {200, 302}, f"{path}: {answer.status_code}\n{_errors(answer.text)}"
    return answer.headers.get("Location", "")


def link_to(address: str) -> str:
    """The newest link that was mailed there."""
    bodies = [str(each.body) for each in mail.outbox if address in each.to]
    return next(str(found[-1]) for body in reversed(bodies) if (found := _LINK.findall(body)))


def key_in(path: str) -> UUID:
    """The last id of an address."""
    return UUID(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", path)[-1])


def a_message(text: str) -> dict[str, str]:
    return {"text": text, "key": str(uuid4())}


def an_answer(words: str, version: int = 0) -> dict[str, object]:
    """The one question of every questionnaire here."""
    return {"shown": ["why"], "q-why": words, "v-why": version}


def _said(sent: mail.EmailMultiAlternatives) -> list[str]:
    """Everything in a mail that can be read; the files with a report go to whom it is issued."""
    parts = [sent.subject, str(sent.body), *(str(each.content) for each in sent.alternatives)]
    return [*parts, *(str(each.content) for each in sent.attachments if "pdf" not in each.mimetype)]


def _paper(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def _errors(html: str) -> str:
    return " | ".join(re.findall(r'class="error"[^>]*>(.*?)<', html, re.DOTALL))[:400]
