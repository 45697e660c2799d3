"""An assistant runs the practice for a week and cannot read one confidential sentence.

Vera does all of it at real addresses. Nina, Bob and the company do what only they can do; what
they say to each other is planted, and every evening all that Vera has read is looked through.
"""

from collections.abc import Iterator
from uuid import uuid4

import pytest
import time_machine
from django.core import mail
from django.test import Client as Browser

from clients.models import Agreement, AgreementTemplate, Client, Engagement, Intake
from coachops.correspondence.models import MailLogEntry
from coachops.outbox.models import Message, MessageState
from scheduling.models import PollOption, Session
from tests.cast import Cast
from tests.contracts.week import (
    COACH,
    DESK,
    MONDAY,
    PORTAL,
    Week,
    a_message,
    an_answer,
    begin,
    deliver,
    imported,
    key_in,
    link_to,
    opened_by_code,
    taken,
)
from tests.transfer.sheets import csv
from tracking.models import ProgressReport

NINA = "nina@new.example"
PLANTED = 13
SIGNED = {"name": "A Person", "agree": "on"}


@pytest.fixture
def week(cast: Cast) -> Iterator[Week]:
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield begin(cast, clock)


def test_an_assistant_runs_the_practice_for_a_week(week: Week) -> None:
    for number, day in enumerate((_monday, _tuesday, _wednesday, _thursday, _friday)):
        week.morning(number)
        day(week)
        week.close_the_day()
    assert len(week.planted) == PLANTED


def _monday(week: Week) -> None:
    """Somebody asks, becomes a client, is invited, asked and sent an agreement."""
    _enquiry_becomes_a_client(week)
    _agreement_is_prepared_and_sent(week)
    vera, client = week.vera, week.client
    assert NINA in vera.previews(f"invitation:{client.pk}")
    vera.send(f"{COACH}clients/{client.pk}/invite/")
    vera.looks_and_sends(
        f"{COACH}clients/{client.pk}/intake/ask/",
        questionnaire=week.intake.questionnaire_id,
        due_on="2026-11-20",
    )
    deliver()
    assert not [line for line in vera.desk() if line.startswith(("intake:", "agreement:"))]


def _enquiry_becomes_a_client(week: Week) -> None:
    vera, cast = week.vera, week.cast
    asked = vera.send(
        f"{COACH}enquiries/new/",
        name="Nina Roth",
        email=NINA,
        wish="",
        coach=cast.bob.membership.pk,
        next_step="Call her back",
        next_on="2026-11-16",
    )
    assert "Call her back" in vera.page(f"{DESK}?do=arrange")
    details = {"name": "Nina Roth", "email": NINA, "time_zone": "Europe/Berlin"}
    record = vera.send(f"{asked}client/", **details)
    version = vera.browser.get(f"{record}engagements/new/").context["form"].fields["version"]
    vera.send(
        f"{record}engagements/new/",
        version=version.choices[0][0],
        coach=cast.bob.membership.pk,
        starts_on="2026-11-16",
        sessions=6,
        payer="sponsor",
        organisation=cast.acme.pk,
        contact=week.sam.pk,
        managers=[week.stella.pk],
        report_every_days="30",
    )
    with week.inside():
        week.client = Client.objects.get(pk=key_in(record))
        week.engagement = Engagement.objects.select_related("client").get(client=week.client)
    assert "Nina Roth" in vera.page(f"{DESK}?do=prepare")


def _agreement_is_prepared_and_sent(week: Week) -> None:
    vera, run = week.vera, f"{COACH}engagements/{week.engagement.pk}/"
    with week.inside():
        template = AgreementTemplate.objects.get().pk
    draft = vera.send(
        f"{run}agreements/{template}/prepare/", order="client,sponsor,coach", contact=week.sam.pk
    )
    assert "Agreement drafted" in vera.page(f"{DESK}?do=send")
    shown = vera.browser.get(draft).context["text_hash"]
    assert "Nina Roth and Bob Harbour agree" in vera.page(draft)
    vera.looks_and_sends(f"{draft}send/", text_hash=shown)


def _tuesday(week: Week) -> None:
    """Whoever was asked yesterday is chased; the agreement is signed, times are found."""
    vera = week.vera
    for kind in ("intake:", "agreement:"):
        (line,) = [each for each in vera.desk() if each.startswith(kind)]
        vera.chases(line)
    _everybody_signs(week)
    _first_session_is_booked_and_moved(week)
    _level_is_signed(week)
    _three_find_a_time(week)


def _everybody_signs(week: Week) -> None:
    with week.inside():
        agreement = Agreement.objects.get()
    for address in (NINA, week.sam.email):
        path = link_to(address)
        taken(
            opened_by_code(path, address),
            path,
            step="sign",
            text_hash=agreement.text_hash,
            **SIGNED,
        )
        deliver()
    own = f"{COACH}agreements/{agreement.pk}/"
    taken(week.bob, f"{own}sign/", step="sign", text_hash=agreement.text_hash, **SIGNED)
    deliver()
    assert "Between us" in week.vera.page(f"{own}pdf/")


def _first_session_is_booked_and_moved(week: Week) -> None:
    vera, zone = week.vera, "Europe/Berlin"
    book = f"{COACH}clients/{week.client.pk}/book/"
    vera.send(book, at="20261119T1300Z", zone=zone, booking_key=uuid4())
    with week.inside():
        session = Session.objects.get(client=week.client)
    vera.send(f"{COACH}sessions/{session.pk}/move/", at="20261119T0900Z", zone=zone)
    deliver()
    assert [each for each in mail.outbox if NINA in each.to and "moved" in each.subject.lower()]


def _level_is_signed(week: Week) -> None:
    run = f"engagements/{week.engagement.pk}/disclosure/"
    week.vera.looks_and_sends(f"{COACH}{run}propose/", level=1, contact=week.sam.pk)
    deliver()
    own = f"{PORTAL}disclosure/{week.engagement.pk}/"
    for browser, page, form, path in (
        (week.nina, own, "sign_form", f"{own}sign/"),
        (week.bob, f"{COACH}{run}", "sign_form", f"{COACH}{run}sign/"),
        (Browser(), link_to(week.sam.email), "form", link_to(week.sam.email)),
    ):
        text_hash = browser.get(page).context[form].initial["text_hash"]
        taken(browser, path, text_hash=text_hash, **SIGNED)
    with week.inside():
        assert Engagement.objects.get(pk=week.engagement.pk).disclosure_level == 1


def _three_find_a_time(week: Week) -> None:
    vera, run = week.vera, f"{COACH}engagements/{week.engagement.pk}/three-ways/new/"
    form = vera.browser.get(run).context["form"]
    poll = vera.looks_and_sends(
        run,
        offering=next(iter(form.offerings)),
        contacts=[week.stella.pk],
        starts=[f"202611{day}T0900Z" for day in (23, 24, 25)],
        closes_on="2026-11-20",
        agenda="How the weeks are arranged",
    )
    deliver()
    with week.inside():
        suits = [str(each.pk) for each in PollOption.objects.filter(poll_id=key_in(poll))]
    for address in (NINA, week.stella.email):
        taken(Browser(), link_to(address), suits=suits[1:], zone="Europe/Berlin")
    assert "24" in vera.page(poll)


def _wednesday(week: Week) -> None:
    """Answers come in; papers go out; a report is begun."""
    vera, nina = week.vera, week.nina
    with week.inside():
        intake = Intake.objects.get()
        session = Session.objects.get(client=week.client, number=1)
    answers = an_answer(week.plant("zebra-intake"))
    taken(nina, f"{PORTAL}intake/{intake.pk}/", **answers, act="send")
    chased = vera.page(f"{DESK}?do=chase")
    assert "Preparation not sent yet" in chased
    assert "The answers are between Nina and Bob." in chased
    answers = an_answer(week.plant("zebra-preparation"))
    taken(nina, f"{PORTAL}preparation/{session.pk}/", **answers, act="send")
    assert "not sent yet" not in vera.page(f"{DESK}?do=chase")
    taken(nina, f"{PORTAL}messages/", **a_message(week.plant("zebra-message")))
    taken(nina, f"{PORTAL}messages/logistics/", **a_message("May I park there?"))
    assert "Waits for an answer about dates" in vera.page(f"{DESK}?do=send")
    own = f"{COACH}clients/{week.client.pk}/messages/logistics/"
    assert "May I park there?" in vera.page(own)
    vera.send(own, **a_message("Yes, behind the house."))
    taken(
        week.bob,
        f"{COACH}clients/{week.client.pk}/messages/",
        **a_message(week.plant("zebra-answer")),
    )
    vera.send(f"{COACH}engagements/{week.engagement.pk}/letter/")
    fates = imported(vera, csv(("Omar Haddad", "omar@new.example"), header=("Name", "E-mail")))
    assert "Omar Haddad" in fates
    assert "Omar Haddad" in vera.page(f"{COACH}clients/")


def _thursday(week: Week) -> None:
    """Nina was reminded by itself; she and Bob meet; Vera says so and gathers dates."""
    assert [each for each in mail.outbox if NINA in each.to and "Reminder:" in each.subject]
    with week.inside():
        session = Session.objects.get(client=week.client, number=1)
    week.clock.move_to(session.ends_at)
    _they_meet(week, session)
    outcome = f"{COACH}sessions/{session.pk}/outcome/"
    assert outcome in week.vera.page(f"{DESK}?do=arrange")
    week.vera.send(outcome, outcome="held", next=DESK)
    report = week.vera.send(f"{COACH}engagements/{week.engagement.pk}/reports/start/")
    (line,) = [each for each in week.vera.desk() if each.startswith("coach:")]
    assert "zebra" not in week.vera.previews(line)
    week.vera.chases(line)
    taken(week.bob, f"{report}narrative/", text=week.plant("zebra-narrative"), version=1)
    taken(week.bob, f"{report}check/")
    taken(week.bob, f"{report}send/")


def _they_meet(week: Week, session: Session) -> None:
    page, bob, nina = f"{COACH}sessions/{session.pk}/", week.bob, week.nina
    taken(bob, f"{page}note/", text=week.plant("zebra-note"), version=0)
    taken(bob, f"{page}summary/share/", text=week.plant("zebra-summary"), version=0)
    taken(bob, f"{page}file/", text=week.plant("zebra-file"), version=0)
    taken(nina, f"{PORTAL}goals/new/", text=week.plant("zebra-goal"), target=8)
    taken(
        bob,
        f"{COACH}clients/{week.client.pk}/actions/new/",
        text=week.plant("zebra-action"),
        owner="client",
        due_on="2026-11-20",
    )
    taken(nina, f"{PORTAL}journal/", text=week.plant("zebra-reflection"))
    taken(nina, f"{PORTAL}journal/", text=week.plant("zebra-shared-reflection"), share="on")


def _friday(week: Week) -> None:
    """What did not arrive is sent again, the last word is chased, and nothing waits."""
    vera = week.vera
    (line,) = [each for each in vera.desk() if each.startswith("review:")]
    vera.chases(line)
    with week.inside():
        report = ProgressReport.objects.get()
    own = f"{PORTAL}reports/{report.pk}/"
    shown = week.nina.get(own).context["shown"]
    statement = week.plant("zebra-statement")
    taken(week.nina, own, decision="release", statement=statement, shown=shown)
    taken(week.bob, f"{COACH}reports/{report.pk}/issue/")
    deliver()
    _a_letter_is_lost_and_sent_again(week)
    for path in _everywhere(week, report):
        vera.page(path)
    for words in ("nina", "zebra"):
        vera.page(f"{COACH}search/?q={words}")
    assert "Nina Roth" in vera.follows()
    assert "Nina Roth" not in vera.page(f"{DESK}?turn=assistant")


def _a_letter_is_lost_and_sent_again(week: Week) -> None:
    with week.inside():
        entry = MailLogEntry.objects.get(client=week.client, kind="scheduling.confirmed")
        Message.objects.filter(pk=entry.message_id).update(state=MessageState.DEAD)
    page = week.vera.page(f"{DESK}?do=send")
    assert "E-mail not delivered" in page
    assert "letter-preview" in week.vera.previews(f"undelivered:{entry.message_id}")
    week.vera.send(f"{DESK}send/", line=f"undelivered:{entry.message_id}")
    deliver()
    with week.inside():
        assert Message.objects.get(pk=entry.message_id).state != MessageState.DEAD


def _everywhere(week: Week, report: ProgressReport) -> list[str]:
    """Every page about Nina that opens for Vera, and what she may take along."""
    client, run = f"{COACH}clients/{week.client.pk}/", f"{COACH}engagements/{week.engagement.pk}/"
    with week.inside():
        sessions = list(Session.objects.filter(client=week.client).values_list("pk", flat=True))
    return [
        COACH,
        DESK,
        *(
            f"{client}{tail}"
            for tail in ("", "timeline/", "intake/", "mail/", "messages/", "edit/")
        ),
        *(f"{client}{tail}" for tail in ("messages/logistics/", "questionnaires/")),
        *(f"{run}{tail}" for tail in ("", "agreements/", "disclosure/", "onboarding/")),
        *(f"{run}{tail}" for tail in ("three-ways/", "letter/")),
        *(f"{COACH}sessions/{pk}/move/" for pk in sessions[1:]),
        f"{COACH}reports/{report.pk}/",
        *(f"{COACH}{each}/" for each in ("reports", "onboarding", "health", "messages")),
        *(f"{COACH}{each}/" for each in ("clients", "calendar", "agreements", "requests")),
    ]
