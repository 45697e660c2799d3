"""Questionnaires to begin with, in the reader's language; a practice makes them its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from coachops.questionnaires.policies.questions import (
    Asks,
    Choice,
    Condition,
    Content,
    Kind,
    Question,
    Section,
)


@dataclass(frozen=True, slots=True)
class Starter:
    """`key` names it in the form."""

    key: str
    kind: Kind
    title: str
    about: str
    content: Content


def starters() -> tuple[Starter, ...]:
    return tuple(_starters())


def starter(key: str) -> Starter | None:
    return next((each for each in _starters() if each.key == key), None)


def blank_content() -> Content:
    """One section without questions."""
    return Content(sections=(Section("first"),))


def _starters() -> Iterator[Starter]:
    yield Starter(
        "intake",
        Kind.INTAKE,
        _("Before we begin"),
        _("Where somebody stands, what they hope for, how they like to work."),
        _intake(),
    )
    yield Starter(
        "preparation",
        Kind.PREPARATION,
        _("What is the time for?"),
        _("Four short questions some days before a session."),
        _preparation(),
    )
    yield Starter(
        "reflection",
        Kind.REFLECTION,
        _("Looking back on the week"),
        _("Three prompts for the journal between sessions."),
        _reflection(),
    )
    yield Starter(
        "after",
        Kind.FEEDBACK,
        _("How was the session?"),
        _("Four short questions after a conversation: what helped, what to do differently."),
        _feedback(),
    )
    yield Starter(
        "closing",
        Kind.CLOSING,
        _("At the end of our work"),
        _("What has changed, what helped, what could be better."),
        _closing(),
    )


def _intake() -> Content:
    return Content(
        intro=_("Take your time. Nothing here is a test; leave out what does not fit."),
        sections=(
            Section("now", _("Where you are"), questions=tuple(_about_now())),
            Section("hopes", _("What you hope for"), questions=tuple(_about_hopes())),
            Section("together", _("How we work together"), questions=tuple(_about_work())),
        ),
    )


def _about_now() -> Iterator[Question]:
    yield Question(
        "occasion",
        Asks.LONG,
        _("What made you look for coaching just now?"),
        required=True,
    )
    yield Question(
        "satisfied",
        Asks.SCALE,
        _("How content are you with your work at the moment?"),
        low=1,
        high=10,
        low_label=_("not at all"),
        high_label=_("completely"),
        metric="satisfaction",
    )
    yield Question(
        "energy",
        Asks.MATRIX,
        _("How much energy do you have for\N{NO-BREAK SPACE}…"),
        choices=_labelled(("little", _("little")), ("some", _("some")), ("much", _("much"))),
        rows=_labelled(
            ("work", _("your work")),
            ("people", _("the people close to you")),
            ("self", _("yourself")),
        ),
    )


def _about_hopes() -> Iterator[Question]:
    yield Question(
        "hope",
        Asks.LONG,
        _("Imagine our last conversation. What would have to be different for it to be worth it?"),
        required=True,
    )
    yield Question(
        "themes",
        Asks.MULTIPLE,
        _("Which of these are part of it?"),
        choices=_labelled(
            ("leading", _("Leading people")),
            ("deciding", _("Deciding and prioritising")),
            ("conflict", _("Conflict and difficult conversations")),
            ("change", _("A new role or a change")),
            ("strength", _("Strength and balance")),
            ("other", _("Something else")),
        ),
    )
    yield Question(
        "themes_other",
        Asks.SHORT,
        _("What else?"),
        condition=Condition("themes", "other"),
    )


def _about_work() -> Iterator[Question]:
    yield Question(
        "before",
        Asks.SINGLE,
        _("Have you been coached before?"),
        choices=_labelled(("yes", _("Yes")), ("no", _("No"))),
    )
    yield Question(
        "before_helped",
        Asks.LONG,
        _("What helped you then, and what did not?"),
        condition=Condition("before", "yes"),
    )
    yield Question(
        "challenge",
        Asks.SCALE,
        _("How directly may I challenge you?"),
        low=1,
        high=5,
        low_label=_("gently"),
        high_label=_("straight out"),
    )
    yield Question(
        "know",
        Asks.LONG,
        _("Is there anything I should know so that we can work well?"),
        help=_("Health, dates, how you like to be reached: only what you want to tell."),
    )
    yield Question(
        "document",
        Asks.FILE,
        _("A document that helps me to understand where you stand"),
        help=_("A CV, an earlier feedback, a sketch."),
    )


def _preparation() -> Content:
    return Content(
        intro=_("A few lines are enough."),
        sections=(
            Section(
                "session",
                questions=(
                    Question(
                        "since",
                        Asks.LONG,
                        _("What has happened since we spoke, also with what you wanted to do?"),
                    ),
                    Question(
                        "focus",
                        Asks.LONG,
                        _("What would make this session worth your time?"),
                        required=True,
                    ),
                    Question(
                        "energy",
                        Asks.SCALE,
                        _("With how much energy do you come?"),
                        low=1,
                        high=5,
                        low_label=_("worn out"),
                        high_label=_("full of it"),
                        metric="energy",
                    ),
                    Question("else", Asks.SHORT, _("Anything else I should know beforehand?")),
                ),
            ),
        ),
    )


def _reflection() -> Content:
    return Content(
        sections=(
            Section(
                "week",
                questions=(
                    Question("surprised", Asks.LONG, _("What surprised you this week?")),
                    Question("proud", Asks.LONG, _("What did you do differently than before?")),
                    Question("carry", Asks.LONG, _("What do you want to carry into next week?")),
                ),
            ),
        ),
    )


def _feedback() -> Content:
    return Content(
        intro=_("Honest is more useful than kind. Leave out what does not fit."),
        sections=(Section("session", questions=tuple(_about_the_session())),),
    )


def _about_the_session() -> Iterator[Question]:
    yield Question(
        "useful",
        Asks.SCALE,
        _("How useful was the session for what matters to you now?"),
        low=1,
        high=10,
        low_label=_("not at all"),
        high_label=_("very"),
        metric="session_usefulness",
    )
    yield Question("takeaway", Asks.LONG, _("What do you take with you?"))
    yield Question("helped", Asks.LONG, _("What helped?"))
    yield Question("differently", Asks.LONG, _("What should we do differently next time?"))


def _closing() -> Content:
    return Content(
        intro=_("Thank you for the way we have gone together."),
        sections=(
            Section("change", _("What has changed"), questions=tuple(_about_change())),
            Section("work", _("How we worked"), questions=tuple(_about_working())),
        ),
    )


def _about_change() -> Iterator[Question]:
    yield Question(
        "reached",
        Asks.SCALE,
        _("How far did you get with what you wanted?"),
        required=True,
        low=1,
        high=10,
        low_label=_("not far"),
        high_label=_("all the way"),
        metric="attainment",
    )
    yield Question("different", Asks.LONG, _("What do you do differently today?"))


def _about_working() -> Iterator[Question]:
    yield Question("helped", Asks.LONG, _("What helped most?"))
    yield Question("better", Asks.LONG, _("What could have been better?"))
    yield Question(
        "recommend",
        Asks.SCALE,
        _("How likely is it that you would recommend this coaching?"),
        low=0,
        high=10,
        low_label=_("not at all"),
        high_label=_("very"),
        metric="recommendation",
    )


def _labelled(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in pairs)
